/**
 * What the readings of a lift mean: moving or standing, since when, doors, zone, and who is inside. Presence is latched,
 * because people can neither appear nor vanish in a closed car, and sensors flap.
 */
import type { EquipmentAttributes } from '../../model/equipment.js'
import type { DeviceEvent } from '../../model/reading.js'
import { DOOR, EVENT_CODE, SERVICE_MODE, signalIndex } from '../../model/signals.js'
import { commonFacts, createSlots, type Facts } from '../facts.js'

export const elevatorSlots = createSlots('elevator')
const slot = elevatorSlots.slot
const MODE = slot('serviceMode')
const CAR_STATUS = slot('carStatus')
const ZONE = slot('doorZone')
const FLOOR = slot('floor')
const DOOR_CODE = slot('door')
const PASSENGER = slot('passenger')
const PEOPLE = slot('peopleCount')
const SPEED = slot('speed')
const MAINS = slot('mainsPower')
const BUTTON = slot('alarmButton')
const SAFETY_CIRCUIT = slot('safetyCircuit')
const SPEED_SIGNAL = signalIndex('speed') ?? -1
const CAR_STATUS_SIGNAL = signalIndex('carStatus') ?? -1

const STANDING_SPEED = 0.1 // m/s; two samples at or above are motion, one may be noise
const CLEAR_MOTION_SPEED = 0.3 // m/s; one sample is enough
const CREEP_SPEED = 0.05 // m/s
/** A car that "runs" at speed 0 without passing anything stands: the run-time limiter acts no later than this. */
const STALLED_MS = 45_000
const LONG_RUN_MS = 5_000
/** Presence seen this soon after the doors shut was there before; later it must be seen for as long to be believed. */
const PRESENCE_SETTLING_MS = 10_000
/** Some devices announce that the button was pressed and never that it was released. */
const STALE_ALARM_MS = 600_000
const MAX_SAMPLE_GAP_MS = 2_000

export type DoorState = 'unknown' | 'closed' | 'open' | 'between'
export type Motion = 'unknown' | 'standing' | 'moving'

export interface ElevatorFacts extends Facts {
  /** After `serviceMode`, or after events 40–47 where the device has no such signal. */
  mode: number
  motion: Motion
  /** ms since 1970; NaN while it does not stand, or does not move. */
  standingSince: number
  movingSince: number
  /** Samples in a row at or above `STANDING_SPEED`, and at or above 0.3 m/s. */
  motionSamples: number
  fastSamples: number
  /** When floor or zone last changed, which no standing car can do. */
  passedAt: number
  /** When a run of five seconds or more was last under way. */
  longRunAt: number
  zone: number
  floor: number
  door: DoorState
  /** ms since 1970; NaN when it is not so. */
  doorClosedSince: number
  doorOpenSince: number
  doorNotClosedSince: number
  /** The device tells "open" from "not closed"; one that does not can only say the latter. */
  tellsOpen: boolean
  occupied: boolean
  occupiedSince: number
  /** Presence was first seen long after the doors had shut, so it may be the sensor. */
  presenceDoubtful: boolean
  presenceSamples: number
  presenceSeenSince: number
  /** When presence was last seen. */
  presenceAt: number
  /** People were counted, or seen by a camera. */
  counted: boolean
  /** ms since 1970; NaN while released. */
  buttonSince: number
  buttonAt: number
  mainsLostSince: number
  safetyCircuitOpen: boolean
  /** When the car left the zone with its door not closed; NaN once the door is closed or the zone reached again. */
  leftZoneOpenAt: number
  leftZoneMoving: boolean
  /** m that it crept with the door not closed since it last stood, and over how many samples. */
  driftMetres: number
  driftSamples: number
  /** Stood still with the door not closed: what moves after that was not an arrival. */
  restedOpen: boolean
  /** When inspection ended: somebody had it in hand. */
  inspectedAt: number
  /** Signals come from the lift's controller, not only from a box on the car. */
  controllerLink: boolean
  goods: boolean
}

export function createElevatorFacts(): ElevatorFacts {
  return {
    ...commonFacts(elevatorSlots),
    mode: Number.NaN,
    motion: 'unknown',
    standingSince: Number.NaN,
    movingSince: Number.NaN,
    motionSamples: 0,
    fastSamples: 0,
    passedAt: 0,
    longRunAt: 0,
    zone: Number.NaN,
    floor: Number.NaN,
    door: 'unknown',
    doorClosedSince: Number.NaN,
    doorOpenSince: Number.NaN,
    doorNotClosedSince: Number.NaN,
    tellsOpen: false,
    occupied: false,
    occupiedSince: Number.NaN,
    presenceDoubtful: false,
    presenceSamples: 0,
    presenceSeenSince: Number.NaN,
    presenceAt: 0,
    counted: false,
    buttonSince: Number.NaN,
    buttonAt: 0,
    mainsLostSince: Number.NaN,
    safetyCircuitOpen: false,
    leftZoneOpenAt: Number.NaN,
    leftZoneMoving: false,
    driftMetres: 0,
    driftSamples: 0,
    restedOpen: false,
    inspectedAt: 0,
    controllerLink: false,
    goods: false,
  }
}

export function deriveElevator(
  facts: ElevatorFacts,
  signals: readonly number[],
  attributes: EquipmentAttributes,
): void {
  deriveMode(facts, attributes)
  const before = facts.readAt
  const leftZone = derivePlace(facts)
  const hasSpeed = signals.includes(SPEED_SIGNAL)
  deriveMotion(facts, hasSpeed, signals.includes(CAR_STATUS_SIGNAL))
  const wasOpenBefore = !Number.isNaN(facts.doorNotClosedSince)
  deriveDoor(facts)
  deriveEscape(facts, leftZone && wasOpenBefore, hasSpeed ? facts.now - before : 0)
  derivePresence(facts, attributes)
  deriveSwitches(facts)
}

/** Events of a lift beside its codes: modes and mains of devices that send no such signals, and the alarm button. */
export function elevatorEvent(facts: ElevatorFacts, event: DeviceEvent): void {
  if (Number.isNaN(facts.raw[MODE] ?? Number.NaN)) {
    const mode = modeByEvent.get(event.code)
    if (mode !== undefined) setMode(facts, event.active ? mode : SERVICE_MODE.normal)
  }
  deriveSwitches(facts)
}

const modeByEvent = new Map<number, number>([
  [EVENT_CODE.automaticRestored, SERVICE_MODE.normal],
  [EVENT_CODE.outOfService, SERVICE_MODE.stopped],
  [EVENT_CODE.inspection, SERVICE_MODE.inspection],
  [EVENT_CODE.fireRecall, SERVICE_MODE.fireRecall],
  [EVENT_CODE.firefighter, SERVICE_MODE.firefighter],
  [EVENT_CODE.emergencyPower, SERVICE_MODE.emergencyPower],
  [EVENT_CODE.earthquake, SERVICE_MODE.earthquake],
])

function deriveMode(facts: ElevatorFacts, attributes: EquipmentAttributes): void {
  const mode = facts.raw[MODE] ?? Number.NaN
  if (!Number.isNaN(mode)) setMode(facts, mode)
  const source = attributes.presenceSource
  facts.controllerLink = source === 'controller' || (source !== 'car-top' && !Number.isNaN(facts.mode))
  facts.goods = attributes.use === 'goods' || attributes.use === 'bed'
}

function setMode(facts: ElevatorFacts, mode: number): void {
  if (facts.mode === SERVICE_MODE.inspection && mode !== SERVICE_MODE.inspection)
    facts.inspectedAt = facts.now
  facts.mode = mode
}

/** Returns whether the car left the zone with this reading. */
function derivePlace(facts: ElevatorFacts): boolean {
  const zone = facts.raw[ZONE] ?? Number.NaN
  const floor = facts.raw[FLOOR] ?? Number.NaN
  const left = facts.zone === 1 && zone === 0
  if (left || (facts.zone === 0 && zone === 1) || differs(facts.floor, floor) || facts.passedAt === 0) {
    facts.passedAt = facts.now
  }
  facts.zone = zone
  facts.floor = floor
  return left
}

function differs(a: number, b: number): boolean {
  return a !== b && !Number.isNaN(a) && !Number.isNaN(b)
}

function deriveMotion(facts: ElevatorFacts, hasSpeed: boolean, hasStatus: boolean): void {
  const speed = Math.abs(facts.raw[SPEED] ?? Number.NaN)
  const status = facts.raw[CAR_STATUS] ?? Number.NaN
  if (hasSpeed) {
    facts.motionSamples = speed >= STANDING_SPEED ? facts.motionSamples + 1 : 0
    facts.fastSamples = speed >= CLEAR_MOTION_SPEED ? facts.fastSamples + 1 : 0
  } else if (Number.isNaN(speed) && hasStatus) {
    facts.fastSamples = status === 1 ? facts.fastSamples + 1 : 0
  }
  const motion = motionOf(facts, speed, status)
  if (motion !== facts.motion) {
    facts.motion = motion
    facts.standingSince = motion === 'standing' ? facts.now : Number.NaN
    facts.movingSince = motion === 'moving' ? facts.now : Number.NaN
  }
  if (motion === 'moving' && facts.now - facts.movingSince >= LONG_RUN_MS) facts.longRunAt = facts.now
}

function motionOf(facts: ElevatorFacts, speed: number, status: number): Motion {
  if (Number.isNaN(speed)) return status === 1 ? 'moving' : status === 0 ? 'standing' : 'unknown'
  if (speed >= CLEAR_MOTION_SPEED || facts.motionSamples >= 2) return 'moving'
  if (status === 1 && facts.now - facts.passedAt < STALLED_MS) return 'moving'
  return 'standing'
}

function deriveDoor(facts: ElevatorFacts): void {
  const code = facts.raw[DOOR_CODE] ?? Number.NaN
  if (code === DOOR.open || code === DOOR.opening || code === DOOR.closing) facts.tellsOpen = true
  const door = doorOf(facts, code)
  if (door === facts.door) return
  facts.door = door
  facts.doorClosedSince = door === 'closed' ? facts.now : Number.NaN
  facts.doorOpenSince = door === 'open' ? facts.now : Number.NaN
  if (door === 'closed' || door === 'unknown') facts.doorNotClosedSince = Number.NaN
  else if (Number.isNaN(facts.doorNotClosedSince)) facts.doorNotClosedSince = facts.now
}

function doorOf(facts: ElevatorFacts, code: number): DoorState {
  if (code === DOOR.closed || code === DOOR.locked) return 'closed'
  if (code === DOOR.open) return 'open'
  if (code === DOOR.ajar) return facts.tellsOpen ? 'between' : 'open'
  return code === DOOR.opening || code === DOOR.closing ? 'between' : 'unknown'
}

/** Movement away from a landing with the door not closed. Levelling inside the zone and advance opening are none. */
function deriveEscape(facts: ElevatorFacts, leftZoneOpen: boolean, sampleMs: number): void {
  if (Number.isNaN(facts.doorNotClosedSince)) {
    facts.leftZoneOpenAt = Number.NaN
    facts.leftZoneMoving = false
    facts.driftMetres = 0
    facts.driftSamples = 0
    facts.restedOpen = false
    return
  }
  const speed = Math.abs(facts.raw[SPEED] ?? Number.NaN)
  if (leftZoneOpen) facts.leftZoneOpenAt = facts.now
  if (facts.zone === 1) facts.leftZoneOpenAt = Number.NaN
  facts.leftZoneMoving = !Number.isNaN(facts.leftZoneOpenAt) && (facts.leftZoneMoving || speed >= CREEP_SPEED)
  if (speed < CREEP_SPEED) {
    facts.restedOpen = true
    facts.driftMetres = 0
    facts.driftSamples = 0
  } else if (facts.restedOpen && sampleMs > 0) {
    facts.driftMetres += (speed * Math.min(sampleMs, MAX_SAMPLE_GAP_MS)) / 1000
    facts.driftSamples++
  }
}

function derivePresence(facts: ElevatorFacts, attributes: EquipmentAttributes): void {
  const people = facts.raw[PEOPLE] ?? Number.NaN
  const passenger = facts.raw[PASSENGER] ?? Number.NaN
  const seen = people > 0 || passenger === 1
  const unseen = !seen && (people === 0 || passenger === 0)
  if (seen) {
    facts.counted = people > 0 || attributes.presenceSource === 'camera'
    facts.presenceAt = facts.now
  }
  if (facts.door === 'closed') return latchPresence(facts, seen, unseen)
  facts.presenceSamples = 0
  facts.presenceSeenSince = Number.NaN
  if (seen) occupy(facts, false)
  else if (unseen && mayHaveLeft(facts)) vacate(facts)
}

/** Through an open door at once; where doors cannot be observed, inside the zone and after longer than a flap. */
function mayHaveLeft(facts: ElevatorFacts): boolean {
  if (facts.door !== 'unknown') return true
  return facts.zone !== 0 && facts.now - facts.presenceAt > PRESENCE_SETTLING_MS
}

function latchPresence(facts: ElevatorFacts, seen: boolean, unseen: boolean): void {
  const sinceShut = facts.now - facts.doorClosedSince
  if (sinceShut === 0 && unseen) vacate(facts)
  if (facts.occupied) return
  if (!seen) {
    facts.presenceSeenSince = Number.NaN
    return
  }
  if (Number.isNaN(facts.presenceSeenSince)) facts.presenceSeenSince = facts.now
  facts.presenceSamples++
  if (sinceShut === 0) occupy(facts, false)
  else if (sinceShut > PRESENCE_SETTLING_MS) {
    if (facts.now - facts.presenceSeenSince >= PRESENCE_SETTLING_MS) occupy(facts, true)
  } else if (facts.presenceSamples >= 2) occupy(facts, false)
}

function occupy(facts: ElevatorFacts, doubtful: boolean): void {
  if (facts.occupied) return
  facts.occupied = true
  facts.occupiedSince = facts.now
  facts.presenceDoubtful = doubtful
}

function vacate(facts: ElevatorFacts): void {
  facts.occupied = false
  facts.occupiedSince = Number.NaN
  facts.presenceDoubtful = false
  facts.counted = false
}

function deriveSwitches(facts: ElevatorFacts): void {
  const pressed = facts.raw[BUTTON] === 1 || hasCode(facts, EVENT_CODE.alarmButton, STALE_ALARM_MS)
  if (pressed) {
    if (Number.isNaN(facts.buttonSince)) facts.buttonSince = facts.now
    facts.buttonAt = facts.now
  } else facts.buttonSince = Number.NaN
  const dark = facts.raw[MAINS] === 0 || hasCode(facts, EVENT_CODE.mainsLost)
  if (!dark) facts.mainsLostSince = Number.NaN
  else if (Number.isNaN(facts.mainsLostSince)) facts.mainsLostSince = facts.now
  facts.safetyCircuitOpen = facts.raw[SAFETY_CIRCUIT] === 0 || hasCode(facts, EVENT_CODE.safetyCircuitBroken)
}

function hasCode(facts: ElevatorFacts, code: number, staleMs = Number.POSITIVE_INFINITY): boolean {
  for (const active of facts.codes) {
    if (active.code === code && facts.now - active.since < staleMs) return true
  }
  return false
}

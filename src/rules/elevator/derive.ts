/** A reading or an event of a lift, made into facts: place and motion first, then doors, then who is inside. */
import type { EquipmentAttributes } from '../../model/equipment.js'
import type { DeviceEvent } from '../../model/reading.js'
import { EVENT_CODE, SERVICE_MODE } from '../../model/signals.js'
import { deriveDoor, deriveEscape, deriveOpenRun } from './doors.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import { noteFrame } from './frames.js'
import { roundsPerMetre } from './lines.js'
import { deriveMotion, derivePlace } from './motion.js'
import { derivePassage } from './passage.js'
import { derivePresence } from './presence.js'
import { SAID, saidBy } from './said.js'
import { deriveSwitches } from './switches.js'
import { deriveWear } from './wear.js'

const MODE = elevatorSlots.slot('serviceMode')

export function equipElevator(facts: ElevatorFacts, attributes: EquipmentAttributes): void {
  facts.ratedSpeed = attributes.ratedSpeed ?? Number.NaN
  facts.automaticRescue = attributes.automaticRescue === true
  facts.ratedLoad = attributes.ratedLoad ?? Number.NaN
  facts.floors = attributes.floors ?? Number.NaN
  facts.lowestFloor = attributes.lowestFloor ?? Number.NaN
  facts.presenceSource = attributes.presenceSource ?? ''
  facts.rounds = roundsPerMetre(attributes)
  facts.goods = attributes.use === 'goods' || attributes.use === 'bed'
}

export function deriveElevator(facts: ElevatorFacts, signals: readonly number[]): void {
  deriveMode(facts)
  const before = facts.readAt
  const leftZone = derivePlace(facts)
  const said = saidBy(signals)
  const hasSpeed = (said & SAID.speed) !== 0
  deriveMotion(facts, hasSpeed, (said & SAID.carStatus) !== 0)
  const wasOpenBefore = !Number.isNaN(facts.doorNotClosedSince)
  deriveDoor(facts)
  deriveEscape(facts, leftZone && wasOpenBefore, hasSpeed ? facts.now - before : 0)
  deriveOpenRun(facts)
  derivePresence(facts)
  deriveSwitches(facts)
  deriveWear(facts, said)
  derivePassage(facts, said)
  if ((said & SAID.eBike) !== 0) noteFrame(facts)
}

/** Events of a lift beside its codes: modes and mains of devices that send no such signals, and the alarm button. */
export function elevatorEvent(facts: ElevatorFacts, event: DeviceEvent): void {
  if (Number.isNaN(facts.raw[MODE] ?? Number.NaN)) {
    const mode = modeByEvent.get(event.code)
    if (mode !== undefined) setMode(facts, event.active ? mode : SERVICE_MODE.normal)
  }
  if (event.code === EVENT_CODE.electricBicycle) facts.bicycleAt = facts.now
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

function deriveMode(facts: ElevatorFacts): void {
  const mode = facts.raw[MODE] ?? Number.NaN
  if (!Number.isNaN(mode)) setMode(facts, mode)
  const source = facts.presenceSource
  facts.controllerLink = source === 'controller' || (source !== 'car-top' && !Number.isNaN(facts.mode))
}

function setMode(facts: ElevatorFacts, mode: number): void {
  if (facts.mode === SERVICE_MODE.inspection && mode !== SERVICE_MODE.inspection)
    facts.inspectedAt = facts.now
  facts.mode = mode
}

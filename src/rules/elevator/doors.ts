/** Whether the door is shut, open or on its way, how often it tried, and what the car did meanwhile. */
import { DOOR } from '../../model/signals.js'
import { keepNewest, NONE, since } from '../facts.js'
import { noteClosing } from './door-wear.js'
import { type DoorState, type ElevatorFacts, elevatorSlots } from './facts.js'
import { noteLoadCell } from './still-sensors.js'

const DOOR_CODE = elevatorSlots.slot('door')
const SPEED = elevatorSlots.slot('speed')
const CREEP_SPEED = 0.05 // m/s
const MAX_SAMPLE_GAP_MS = 2_000
const MOST_MOVES = 16
/** Longer than anybody needs to step in: somebody or something holds it. Our judgement. */
const LONG_OPEN_MS = 60_000

export function deriveDoor(facts: ElevatorFacts): void {
  const code = facts.raw[DOOR_CODE] ?? Number.NaN
  if (code === DOOR.open || code === DOOR.opening || code === DOOR.closing) facts.tellsOpen = true
  noteMoves(facts, code)
  const door = doorOf(facts, code)
  if (door === facts.door) return
  facts.door = door
  if (facts.now - facts.doorOpenSince > LONG_OPEN_MS) facts.heldOpenAt = facts.now
  noteCycle(facts, door)
  facts.doorClosedSince = door === 'closed' ? facts.now : Number.NaN
  facts.doorOpenSince = door === 'open' ? facts.now : Number.NaN
  if (door === 'closed' || door === 'unknown') facts.doorNotClosedSince = Number.NaN
  else if (Number.isNaN(facts.doorNotClosedSince)) facts.doorNotClosedSince = facts.now
}

/** What turns back while closing met something in its way. */
function noteMoves(facts: ElevatorFacts, code: number): void {
  if (facts.fastSamples > 0) {
    facts.doorCycles = NONE
    facts.doorReversals = NONE
  }
  if (code !== DOOR.closing && !Number.isNaN(facts.closingSince)) noteClosing(facts, code)
  const turnedBack = code === DOOR.opening || code === DOOR.open
  if (turnedBack && !Number.isNaN(facts.closingSince)) {
    facts.doorReversals = keepNewest(facts.doorReversals, MOST_MOVES, facts.now)
    facts.obstructions = keepNewest(facts.obstructions, MOST_MOVES, facts.now)
  }
  facts.closingSince = since(facts.closingSince, code === DOOR.closing, facts.now)
  facts.openingSince = since(facts.openingSince, code === DOOR.opening, facts.now)
}

function noteCycle(facts: ElevatorFacts, door: DoorState): void {
  if (door === 'open') {
    facts.wasOpen = true
    // One that opens again and again at a floor stopped there once.
    const stops = facts.doorCycles.length === 0 && facts.doorReversals.length === 0
    noteLoadCell(facts, stops)
    if (stops) {
      facts.stopsSeen++
      facts.stopsUnseen++
    }
    if (facts.zone !== 0 && !Number.isNaN(facts.mainsLostSince)) facts.landed = true
  } else if (door === 'closed' && facts.wasOpen) {
    facts.wasOpen = false
    noteLoadCell(facts, false)
    facts.doorCycles = keepNewest(facts.doorCycles, MOST_MOVES, facts.now)
  }
}

function doorOf(facts: ElevatorFacts, code: number): DoorState {
  if (code === DOOR.closed || code === DOOR.locked) return 'closed'
  if (code === DOOR.open) return 'open'
  if (code === DOOR.ajar) return facts.tellsOpen ? 'between' : 'open'
  return code === DOOR.opening || code === DOOR.closing ? 'between' : 'unknown'
}

/** Movement away from a landing with the door not closed. Levelling inside the zone and advance opening are none. */
export function deriveEscape(facts: ElevatorFacts, leftZoneOpen: boolean, sampleMs: number): void {
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

/** A run with the door not closed begins outside the zone and goes on through the zones of the floors that it passes. */
export function deriveOpenRun(facts: ElevatorFacts): void {
  const open = !Number.isNaN(facts.doorNotClosedSince)
  const outside = facts.zone === 0 && facts.fastSamples > 0
  const passing = !Number.isNaN(facts.openRunSince) && facts.motion === 'moving'
  facts.openRunSince = since(facts.openRunSince, open && (outside || passing), facts.now)
}

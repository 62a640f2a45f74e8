/**
 * The controller of a lift: collects calls, chooses the next stop in the direction of travel, opens and closes, and
 * lets people in and out. In normal operation a door opens only at a landing.
 */
import type { Random } from '../random.js'
import { doorProven, orderDoor, startCreep, startRun } from './lift-motion.js'
import {
  floorOf,
  LEVEL_TOLERANCE_M,
  type LiftDesign,
  type LiftState,
  massOf,
  offLevel,
} from './lift-state.js'

const DWELL_MS = 2_500
const DWELL_PER_PERSON_MS = 900
const RESCUE_DWELL_MS = 12_000
const OBSTRUCTED = 0.015
const MAX_WAITING = 24

export function controlCar(state: LiftState, design: LiftDesign, random: Random): void {
  if (state.motion !== 'rest' || !mayAct(state)) return
  switch (state.phase) {
    case 'running':
    case 'creeping':
      return
    case 'stopped':
      return recover(state, design)
    case 'parked':
      return park(state, design)
    case 'opening':
      if (state.door === 1) exchange(state, design)
      return
    case 'open':
      return dwell(state, design)
    case 'closing':
      return closeDoor(state, design, random)
  }
}

function mayAct({ mode, causes }: LiftState): boolean {
  switch (mode) {
    case 'automatic':
      return !causes.mainsLost && !causes.safetyCircuitOpen
    case 'locked-out':
      return false
    case 'inspection':
      return true
    case 'evacuation':
      return !causes.safetyCircuitOpen
    case 'fire':
      return !causes.mainsLost && !causes.safetyCircuitOpen
  }
}

/** After an emergency stop: level first, with the door shut. */
function recover(state: LiftState, design: LiftDesign): void {
  if (Math.abs(offLevel(state, design)) <= LEVEL_TOLERANCE_M) state.phase = 'parked'
  else if (doorProven(state)) startCreep(state, design)
  else orderDoor(state, 'closed')
}

function park(state: LiftState, design: LiftDesign): void {
  if (Math.abs(offLevel(state, design)) > LEVEL_TOLERANCE_M) return startCreep(state, design)
  const here = floorOf(state, design)
  if (state.mode === 'fire') return recall(state, design, here)
  const leaving = state.mode !== 'automatic' || state.riders.some((rider) => rider.to === here)
  if (leaving ? state.riders.length > 0 : somebodyFits(state, design, here)) return beginOpening(state)
  if (state.mode !== 'automatic' || !doorProven(state)) return
  const next = nextStop(state, design, here)
  if (next !== null) startRun(state, design, next)
  else state.heading = 0
}

/** Fire recall: down to the lowest landing, and open there until it ends. */
function recall(state: LiftState, design: LiftDesign, here: number): void {
  if (here === 1) beginOpening(state)
  else if (doorProven(state)) startRun(state, design, 1)
}

function beginOpening(state: LiftState): void {
  orderDoor(state, 'open')
  state.phase = 'opening'
}

/** People out, people in, as far as the load allows. */
function exchange(state: LiftState, design: LiftDesign): void {
  const here = floorOf(state, design)
  const before = state.riders.length
  const stay = state.mode === 'automatic' ? state.riders.filter((rider) => rider.to !== here) : []
  let moved = before - stay.length
  if (state.mode === 'automatic') {
    let mass = massOf(stay)
    state.waiting = state.waiting.filter((person) => {
      if (person.from !== here || mass + person.mass > design.ratedLoad) return true
      mass += person.mass
      moved += 1
      stay.push(person)
      return false
    })
  }
  state.riders = stay
  const length = state.mode === 'automatic' ? DWELL_MS + DWELL_PER_PERSON_MS * moved : RESCUE_DWELL_MS
  state.dwellUntil = state.nowMs + length
  state.phase = 'open'
}

function somebodyFits(state: LiftState, design: LiftDesign, here: number): boolean {
  const room = design.ratedLoad - massOf(state.riders)
  return state.waiting.some((person) => person.from === here && person.mass <= room)
}

function dwell(state: LiftState, design: LiftDesign): void {
  const here = floorOf(state, design)
  if (state.mode === 'automatic' && somebodyFits(state, design, here)) return exchange(state, design)
  if (state.nowMs < state.dwellUntil || state.causes.doorHeld || state.mode === 'fire') return
  orderDoor(state, 'closed')
  state.phase = 'closing'
}

function closeDoor(state: LiftState, design: LiftDesign, random: Random): void {
  if (doorProven(state)) {
    state.phase = 'parked'
    return
  }
  const here = floorOf(state, design)
  const late = state.mode === 'automatic' && somebodyFits(state, design, here)
  if (state.door <= 0.3 || state.door >= 0.33) return
  if (late || state.causes.door === 'blocked' || random.chance(OBSTRUCTED)) beginOpening(state)
}

function nextStop(state: LiftState, design: LiftDesign, here: number): number | null {
  if (state.riders.length === 0) return nearestCall(state, here)
  if (state.heading === 0) state.heading = (state.riders[0]?.to ?? here) > here ? 1 : -1
  return nextAhead(state, design, here) ?? turnAround(state, design, here)
}

function turnAround(state: LiftState, design: LiftDesign, here: number): number | null {
  state.heading = state.heading === 1 ? -1 : 1
  return nextAhead(state, design, here)
}

function nearestCall(state: LiftState, here: number): number | null {
  let best: number | null = null
  for (const { from } of state.waiting) {
    if (best === null || Math.abs(from - here) < Math.abs(best - here)) best = from
  }
  return best
}

/** The nearest floor in the direction of travel where somebody gets out, or waits to go the same way. */
function nextAhead(state: LiftState, design: LiftDesign, here: number): number | null {
  const { heading } = state
  const room = massOf(state.riders) < design.ratedLoad * 0.8
  let best: number | null = null
  const consider = (floor: number) => {
    if ((floor - here) * heading <= 0) return
    if (best === null || (floor - best) * heading < 0) best = floor
  }
  for (const rider of state.riders) consider(rider.to)
  if (room)
    for (const person of state.waiting) if ((person.to - person.from) * heading > 0) consider(person.from)
  return best
}

/** Somebody pushes the button at a landing; who finds a crowd there takes the stairs. */
export function callFrom(state: LiftState, passenger: LiftState['waiting'][number]): void {
  if (state.waiting.length < MAX_WAITING) state.waiting.push(passenger)
}

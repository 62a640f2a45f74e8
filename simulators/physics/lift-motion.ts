/**
 * Moves car and door by one tick. The brake falls whenever power or the safety chain is gone, whatever the control
 * wants; a door moves only while it has power and is not jammed.
 */
import type { Random } from '../random.js'
import { TICK_MS, TICK_S } from './device.js'
import { floorOf, type LiftDesign, type LiftState, overTravel } from './lift-state.js'
import { planTravel, positionAt, speedAt } from './lift-travel.js'

/** The drive is set a little below the nameplate, as usual. */
const SPEED_SHARE = 0.98
const ACCELERATION = 0.9
const JERK = 1.1
const BRAKE_DECELERATION = 2.6
const CREEP_SPEED = 0.25
const SLIP_ACCELERATION = 0.35
const SLIP_SPEED = 0.6
/** The means against unintended movement stop the car within this distance (permitted are 1.2 m). */
const SLIP_LIMIT_M = 0.9
const OPEN_S = 2.2
const CLOSE_S = 3
/** m before the landing at which a door opens in advance. */
const ADVANCE_M = 0.1
const RUNAWAY_ACCELERATION = 1.2
/** m before the last landing at which a car that will not stop is told from one that does, and its speed from there. */
const MISSED_STOP_M = 0.4
const MISSED_SPEED = 0.9
/** How far open a door stands that does not close fully. */
const AJAR = 0.06

/** Sends the car on a planned run to a landing. */
export function startRun(state: LiftState, design: LiftDesign, floor: number): void {
  const distance = (floor - 1) * design.floorHeight - state.position
  state.travel = planTravel(Math.abs(distance), {
    speed: design.ratedSpeed * SPEED_SHARE,
    acceleration: ACCELERATION,
    jerk: JERK,
  })
  state.travelStart = state.nowMs
  state.travelFrom = state.position
  state.target = floor
  state.heading = distance > 0 ? 1 : -1
  state.motion = 'run'
  state.phase = 'running'
}

/** Sends the car slowly to the nearest landing. */
export function startCreep(state: LiftState, design: LiftDesign): void {
  state.target = floorOf(state, design)
  state.motion = 'creep'
  state.phase = 'creeping'
}

/** Lets the car slip through its brake, towards the side with more room. */
export function startSlip(state: LiftState, design: LiftDesign): void {
  state.heading = floorOf(state, design) < design.floors ? 1 : -1
  state.slipped = 0
  state.motion = 'slip'
  state.phase = 'stopped'
}

export function moveCar(state: LiftState, design: LiftDesign, random: Random): void {
  if (state.motion !== 'rest') state.runSeconds += TICK_S
  switch (state.motion) {
    case 'rest':
      return
    case 'run':
      if (mustBrake(state)) state.motion = 'brake'
      else followTravel(state, design, random)
      return
    case 'creep':
      if (mustBrake(state)) state.motion = 'brake'
      else creep(state, design, random)
      return
    case 'brake':
      return brake(state)
    case 'slip':
      return slip(state)
  }
}

function mustBrake({ causes, mode }: LiftState): boolean {
  // People at the machine lift the brake by hand or with the emergency drive; the battery rescue needs no mains.
  if (mode === 'inspection') return false
  if (mode === 'evacuation') return causes.safetyCircuitOpen
  return causes.mainsLost || causes.safetyCircuitOpen || mode === 'locked-out'
}

function followTravel(state: LiftState, design: LiftDesign, random: Random): void {
  const travel = state.travel
  if (!travel) return
  const { causes } = state
  if (causes.overspeed !== 1) return runAway(state, design)
  if (causes.stopMissed && isLastStop(state, design, travel.distance)) return runPast(state, design)
  const time = (state.nowMs - state.travelStart) / 1000
  state.position = state.travelFrom + state.heading * positionAt(travel, time)
  state.speed = state.heading * speedAt(travel, time)
  if (time >= travel.duration) return arrive(state, design, random)
  const left = travel.distance - Math.abs(state.position - state.travelFrom)
  if (design.advanceOpening && left < ADVANCE_M && state.mode === 'automatic') orderDoor(state, 'open')
}

/** The drive follows its fault: it gains speed up to what the fault makes of the nameplate. */
function runAway(state: LiftState, design: LiftDesign): void {
  const most = design.ratedSpeed * state.causes.overspeed
  const speed = Math.min(most, Math.abs(state.speed) + RUNAWAY_ACCELERATION * TICK_S)
  state.speed = state.heading * speed
  state.position += state.speed * TICK_S
}

/** On its way to the last floor, and within its last storey. */
function isLastStop(state: LiftState, design: LiftDesign, distance: number): boolean {
  if (state.target !== 1 && state.target !== design.floors) return false
  return distance - Math.abs(state.position - state.travelFrom) < MISSED_STOP_M
}

/** It comes in too fast and too far: the limit switch drops the brake. */
function runPast(state: LiftState, design: LiftDesign): void {
  const speed = Math.max(MISSED_SPEED, Math.abs(state.speed) - ACCELERATION * TICK_S)
  state.speed = state.heading * speed
  state.position += state.speed * TICK_S
  if (overTravel(state, design) !== 0) state.motion = 'brake'
}

function creep(state: LiftState, design: LiftDesign, random: Random): void {
  const left = (state.target - 1) * design.floorHeight - state.position
  if (Math.abs(left) <= CREEP_SPEED * TICK_S) return arrive(state, design, random)
  state.heading = left > 0 ? 1 : -1
  state.speed = state.heading * CREEP_SPEED
  state.position += state.speed * TICK_S
}

function arrive(state: LiftState, design: LiftDesign, random: Random): void {
  state.levelError = random.normal(2.2)
  state.position = (state.target - 1) * design.floorHeight + state.levelError / 1000
  state.vibration = [random.between(0.03, 0.08), random.between(0.03, 0.08), random.between(0.06, 0.13)]
  state.runs += state.motion === 'run' ? 1 : 0
  state.arrived = true
  rest(state)
  state.phase = state.doorWanted === 'open' ? 'opening' : 'parked'
}

function brake(state: LiftState): void {
  const speed = Math.max(0, Math.abs(state.speed) - BRAKE_DECELERATION * TICK_S)
  state.speed = Math.sign(state.speed) * speed
  state.position += state.speed * TICK_S
  if (speed > 0) return
  rest(state)
  state.phase = 'stopped'
}

function slip(state: LiftState): void {
  const speed =
    state.slipped < SLIP_LIMIT_M - 0.1
      ? Math.min(SLIP_SPEED, Math.abs(state.speed) + SLIP_ACCELERATION * TICK_S)
      : Math.abs(state.speed) - BRAKE_DECELERATION * TICK_S
  if (speed <= 0) return rest(state)
  state.speed = state.heading * speed
  state.position += state.speed * TICK_S
  state.slipped += speed * TICK_S
}

function rest(state: LiftState): void {
  state.speed = 0
  state.motion = 'rest'
  state.travel = null
}

/** Tells the door where to go; the same order twice changes nothing. */
export function orderDoor(state: LiftState, wanted: 'closed' | 'open'): void {
  if (state.doorWanted === wanted) return
  state.doorWanted = wanted
  state.doorWantedAt = state.nowMs
  if (wanted === 'open') state.doorCycles += 1
}

export function moveDoor(state: LiftState): void {
  state.doorMoving = 0
  const powered = !state.causes.mainsLost || state.mode === 'evacuation' || state.mode === 'inspection'
  if (!powered) return
  if (state.doorWanted === 'open' && state.door < 1) {
    if (state.causes.door === 'stays-closed' && state.mode !== 'inspection') return
    state.doorMoving = 1
    state.door = Math.min(1, state.door + TICK_MS / (OPEN_S * 1000))
    return
  }
  const rest = state.causes.door === 'stays-ajar' ? AJAR : 0
  if (state.doorWanted !== 'closed' || state.door === rest) return
  state.doorMoving = state.door > rest ? -1 : 1
  state.door =
    state.door > rest
      ? Math.max(rest, state.door - TICK_MS / (CLOSE_S * 1000))
      : Math.min(rest, state.door + TICK_MS / (OPEN_S * 1000))
}

/** What the door contact tells the controller. */
export function doorProven(state: LiftState): boolean {
  return state.door === 0 || (state.causes.lockBypassed && state.doorMoving === 0 && state.door <= AJAR)
}

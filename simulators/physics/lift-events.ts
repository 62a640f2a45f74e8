/**
 * What the controller of a lift reports by code (GB/T 24476): each fault, event and alarm has a begin and an end with
 * the same key. Keys hold the begin's time, so that they never repeat over restarts of the simulator.
 */
import { EVENT_CODE } from '../../src/model/signals.js'
import { inZone, type LiftDesign, type LiftState, overTravel } from './lift-state.js'

const DOOR_OPEN_LIMIT_MS = 12_000
const DOOR_CLOSE_LIMIT_MS = 15_000
const STRANDED_MS = 15_000
/** Codes below are faults; from here on they are modes and events, alarms after those. */
const FIRST_EVENT = EVENT_CODE.automaticRestored

/** Compares the state with the open events, once a tick. */
export function watchController(state: LiftState, design: LiftDesign): void {
  report(state, EVENT_CODE.mainsLost, state.causes.mainsLost)
  report(state, EVENT_CODE.alarmButton, state.alarmUntil > state.nowMs)
  watchStrand(state, design)
  if (design.source === 'car-top') return

  const chainBroken = state.causes.safetyCircuitOpen
  report(
    state,
    EVENT_CODE.safetyCircuitBroken,
    chainBroken && (state.motion === 'brake' || state.openEvents.has(EVENT_CODE.safetyCircuitBroken)),
  )
  const doorFor = state.nowMs - state.doorWantedAt
  report(
    state,
    EVENT_CODE.doorOpenFault,
    state.doorWanted === 'open' && state.door < 1 && doorFor > DOOR_OPEN_LIMIT_MS,
  )
  report(
    state,
    EVENT_CODE.doorCloseFault,
    state.doorWanted === 'closed' &&
      state.door > 0 &&
      doorFor > DOOR_CLOSE_LIMIT_MS &&
      !state.causes.lockBypassed,
  )
  report(
    state,
    EVENT_CODE.stoppedOutsideZone,
    state.strandedSince > 0 && state.nowMs - state.strandedSince >= STRANDED_MS,
  )
  report(
    state,
    EVENT_CODE.unintendedMovement,
    state.motion === 'slip' ||
      (state.mode !== 'automatic' && state.openEvents.has(EVENT_CODE.unintendedMovement)),
  )
  report(state, EVENT_CODE.beyondTop, design.overTravel === 'code' && overTravel(state, design) === 1)
  report(state, EVENT_CODE.beyondBottom, design.overTravel === 'code' && overTravel(state, design) === -1)
  report(state, EVENT_CODE.outOfService, state.mode === 'locked-out')
  report(state, EVENT_CODE.fireRecall, state.mode === 'fire')
  report(state, EVENT_CODE.emergencyPower, state.mode === 'evacuation')
  report(state, EVENT_CODE.inspection, state.mode === 'inspection')
}

function watchStrand(state: LiftState, design: LiftDesign): void {
  if (state.motion !== 'rest' || inZone(state, design)) state.strandedSince = 0
  else if (state.strandedSince === 0) state.strandedSince = state.nowMs
}

/** A fault or a call for help that has begun and not ended. */
export function isTroubled({ openEvents }: LiftState): boolean {
  if (openEvents.size === 0) return false
  for (const code of openEvents.keys()) if (code < FIRST_EVENT || code === EVENT_CODE.alarmButton) return true
  return false
}

/** Says begin when `active` becomes true and end when it becomes false. */
function report(state: LiftState, code: number, active: boolean): void {
  if (!active && state.openEvents.size === 0) return
  const open = state.openEvents.get(code)
  if (active === (open !== undefined)) return
  const key = open ?? `${code}-${state.nowMs}`
  if (active) state.openEvents.set(code, key)
  else state.openEvents.delete(code)
  state.events.push({ ts: state.nowMs, code, active, key })
  if (!active && (code === EVENT_CODE.outOfService || code === EVENT_CODE.inspection)) restored(state)
}

/** The one event without a length: automatic operation is back. */
function restored(state: LiftState): void {
  if (state.mode !== 'automatic') return
  const key = `${EVENT_CODE.automaticRestored}-${state.nowMs}`
  state.events.push({ ts: state.nowMs, code: EVENT_CODE.automaticRestored, active: true, key })
  state.events.push({ ts: state.nowMs, code: EVENT_CODE.automaticRestored, active: false, key })
}

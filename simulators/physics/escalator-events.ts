/** What the controller of an escalator reports by code; a fault locks it out until somebody resets it. */
import { EVENT_CODE } from '../../src/model/signals.js'
import { type EscalatorDesign, type EscalatorState, wayOf } from './escalator-state.js'

const OVERSPEED = 1.2 // × nominal
/** The contacts and the monitor take so long to be sure. */
const PROTECTION_MS = 800
const REVERSED_SPEED = 0.1 // m/s

/** The safety devices: what locks it out now, as a code, or 0. */
export function protectionOf(state: EscalatorState, design: EscalatorDesign): number {
  const { causes, speed, nowMs } = state
  if (causes.stepMissing) return EVENT_CODE.stepMissing
  if (causes.safetyCircuitOpen) return EVENT_CODE.escalatorSafetyCircuit
  const along = speed * wayOf(design)
  const code =
    along > OVERSPEED * design.nominalSpeed
      ? EVENT_CODE.escalatorOverspeed
      : along < -REVERSED_SPEED
        ? EVENT_CODE.escalatorReversal
        : 0
  if (code === 0 || state.mode === 'inspection') {
    state.protectedSince = 0
    return 0
  }
  state.protectedSince ||= nowMs
  return nowMs - state.protectedSince >= PROTECTION_MS ? code : 0
}

/** Compares the state with the open events, once a tick. */
export function watchEscalator(state: EscalatorState): void {
  for (const code of [
    EVENT_CODE.stepMissing,
    EVENT_CODE.escalatorSafetyCircuit,
    EVENT_CODE.escalatorOverspeed,
    EVENT_CODE.escalatorReversal,
  ])
    report(state, code, state.lockedBy === code)
  report(state, EVENT_CODE.emergencyStop, state.causes.emergencyStop)
  report(state, EVENT_CODE.mainsLost, state.causes.mainsLost)
  report(state, EVENT_CODE.inspection, state.mode === 'inspection')
}

/** Says begin when `active` becomes true and end when it becomes false. Keys never repeat over restarts. */
function report(state: EscalatorState, code: number, active: boolean): void {
  const open = state.openEvents.get(code)
  if (active === (open !== undefined)) return
  const key = open ?? `${code}-${state.nowMs}`
  if (active) state.openEvents.set(code, key)
  else state.openEvents.delete(code)
  state.events.push({ ts: state.nowMs, code, active, key })
}

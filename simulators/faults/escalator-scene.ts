/** What several escalator faults need: people on it while it runs, and the mechanic who puts it right. */
import { type Escalator, stepOn } from '../physics/escalator.js'
import type { Random } from '../random.js'

const MECHANIC_AFTER_MS = 60_000
const AT_WORK_MS = 30_000

/** People step on, whatever the hour, until it runs at full speed with some of them on it; true then. */
export function bringPeople({ state, design }: Escalator, random: Random): boolean {
  if (state.mode !== 'automatic') return false
  if (state.riders.length < 3 && random.chance(0.05)) stepOn(state, design)
  return state.riders.length > 0 && Math.abs(state.speed) > 0.95 * design.nominalSpeed
}

/**
 * A mechanic comes, takes it over, mends it and hands it back. `mend` clears the cause. Returns what is called each tick
 * with the simulated clock, true at the end.
 */
export function repair({ state }: Escalator, mend: () => void): (nowMs: number) => boolean {
  let calledAt = 0
  return (nowMs) => {
    calledAt ||= nowMs
    const waited = nowMs - calledAt
    if (waited < MECHANIC_AFTER_MS) return false
    state.mode = 'inspection'
    if (waited < MECHANIC_AFTER_MS + AT_WORK_MS || state.speed !== 0) return false
    mend()
    state.lockedBy = 0
    state.mode = 'automatic'
    return true
  }
}

/** How far the service is behind, as screens are told: at once when it changed, and now and then when it did not. */
import type { Backlog } from './events.js'

/** Screens tell by it that the service is there. */
const QUIET_MS = 5_000
/** Lags wobble by some ms all the time; that is nothing to tell hundreds of screens. */
const LAG_STEP_MS = 500

/** True when `now` is worth telling to those who know `before`. */
export function worthTelling(before: Backlog | null, now: Backlog): boolean {
  return (
    before === null ||
    now.at - before.at >= QUIET_MS ||
    now.journal !== before.journal ||
    now.reason !== before.reason ||
    step(now.rulesLagMs) !== step(before.rulesLagMs) ||
    step(now.historyLagMs) !== step(before.historyLagMs)
  )
}

/** Why the journal does not take everything stays at the desk. */
export function withoutReason(backlog: Backlog): Backlog {
  return { ...backlog, reason: null }
}

function step(lagMs: number): number {
  return Math.floor(lagMs / LAG_STEP_MS)
}

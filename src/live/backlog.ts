/** How far the service is behind, as screens are told: at once when it changed, and now and then when it did not. */
import type { HistoryFigures } from '../history/history-figures.js'
import type { Backlog } from './events.js'

/** Screens tell by it that the service is there. */
const QUIET_MS = 5_000
/** Lags wobble by some ms all the time; that is nothing to tell hundreds of screens. */
const LAG_STEP_MS = 500

/** How far each part is; `journal` is `null` until the gateway has spoken. */
export function backlogOf({
  at,
  journal,
  rulesLagMs,
  history,
}: {
  at: number
  journal: { status: Backlog['journal']; reason: string | null } | null
  rulesLagMs: number
  history: Pick<HistoryFigures, 'backlog' | 'lagMs'>
}): Backlog {
  const { records, drainSeconds } = history.backlog()
  return {
    at,
    journal: journal?.status ?? 'writing',
    reason: journal?.reason ?? null,
    rulesLagMs,
    historyLagMs: history.lagMs(),
    historyBehind: records,
    historyDrainSeconds: drainSeconds,
  }
}

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

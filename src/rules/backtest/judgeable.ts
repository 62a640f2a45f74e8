/** Which patterns history can still answer for. What goes by seconds cannot be judged on minutes, and silence not at all. */
import type { NotJudgeableReason } from '../../model/backtest.js'
import type { PatternHead } from '../pattern.js'

/** ms between the points of a part: every value as it came, or one for each minute or hour. */
export const RESOLUTION_MS = { values: 0, minutes: 60_000, hours: 3_600_000 } as const
export type StoredResolution = keyof typeof RESOLUTION_MS

/** A hold is seen on points that lie at most half of it apart. */
const POINTS_IN_A_HOLD = 2

/** Why a pattern cannot be judged at this resolution; `null` when it can. */
export function whyNotJudgeable(
  pattern: PatternHead,
  resolution: StoredResolution,
): NotJudgeableReason | null {
  if (pattern.trigger === 'silence') return 'no-sessions'
  const needed = POINTS_IN_A_HOLD * RESOLUTION_MS[resolution]
  if (needed === 0 || shortestHoldMs(pattern) >= needed) return null
  return resolution === 'minutes' ? 'minutes-only' : 'hours-only'
}

/** ms of the shortest time that a pattern goes by; 0 for one that judges single readings. */
function shortestHoldMs({ parameters }: PatternHead): number {
  const times = Object.values(parameters).filter(({ unit }) => unit === 'ms')
  return times.length === 0 ? 0 : Math.min(...times.map((parameter) => parameter.default))
}

/** The figures of alarm quality that are counted from moments: pure, over lists that the queries bring. */
import type { Acknowledgement, AlarmRate } from '../model/alarm-quality.js'
import type { Span } from '../model/retention.js'

export const HOUR_MS = 3_600_000
const TEN_MINUTES_MS = 600_000

/** `moments` (ms since 1970) in any order. A last hour that is not whole counts as one. */
export function rateOf(
  moments: readonly number[],
  {
    from,
    to,
    dispatchers,
    limits,
  }: Span & { dispatchers: number; limits: { acceptable: number; manageable: number } },
): AlarmRate {
  const sorted = [...moments].sort((a, b) => a - b)
  const hours = (to - from) / HOUR_MS
  const byHour = new Array<number>(Math.max(1, Math.ceil(hours))).fill(0)
  for (const at of sorted) {
    const hour = Math.floor((at - from) / HOUR_MS)
    byHour[hour] = (byHour[hour] ?? 0) + 1
  }
  const above = (limit: number) =>
    byHour.filter((count) => count / dispatchers > limit).length / byHour.length
  return {
    alarms: sorted.length,
    hours,
    perDispatcherHour: hours === 0 ? 0 : sorted.length / hours / dispatchers,
    peakTenMinutes: mostWithin(sorted, TEN_MINUTES_MS),
    aboveAcceptable: above(limits.acceptable),
    aboveManageable: above(limits.manageable),
  }
}

/** The most of these moments, in order, that lie in any window of this width. */
function mostWithin(sorted: readonly number[], widthMs: number): number {
  let most = 0
  let first = 0
  for (const [last, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= widthMs) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

/** `waits` in ms; `null` for what nobody has looked at. */
export function acknowledgementOf(waits: readonly (number | null)[]): Acknowledgement {
  const sorted = waits.filter((wait) => wait !== null).sort((a, b) => a - b)
  return {
    incidents: waits.length,
    acknowledged: sorted.length,
    medianMs: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    longestMs: sorted.at(-1) ?? null,
  }
}

/** The smallest value that this share of them does not exceed. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

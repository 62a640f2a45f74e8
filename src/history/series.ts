/** What the stores have in common when they answer a range query: buckets of equal width and the shape of a point. */
import type { SignalValue } from '../model/reading.js'
import type { RangeQuery, SeriesPoint } from './history.js'

/** Width in ms of at most `points` buckets that cover the range, the first one starting at `from`. */
export function bucketWidth({ from, to }: Pick<RangeQuery, 'from' | 'to'>, points: number): number {
  return Math.max(1, Math.ceil((to - from) / Math.max(1, Math.floor(points))))
}

/** A stored value as a bucket of its own; text has no order, so no min and max. */
export function single(ms: number, value: SignalValue): SeriesPoint {
  if (typeof value === 'string') return [ms, value]
  const number = Number(value)
  return [ms, number, number, number]
}

/** An empty answer with an entry for every signal asked for. */
export function emptySeries(signals: readonly string[]): Record<string, SeriesPoint[]> {
  return Object.fromEntries(signals.map((signal) => [signal, []]))
}

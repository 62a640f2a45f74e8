/**
 * How every store answers a range: which segments, one point a value or one a bucket, and buckets put together over the
 * border between values, minutes and hours. Stores only read a segment.
 */
import type { SignalValue } from '../model/reading.js'
import type { RangeQuery, SeriesPoint } from './history.js'
import { finestFor, planSegments, type Reach, type Rollup, type Segment, unitOf } from './resolution.js'
import { bucketWidth } from './series.js'

/** Buckets of equal width (ms), the first one starting at `origin`. */
export interface Grid {
  origin: number
  width: number
}

/** A stored value is its own least and greatest; text has no order, there `min` and `max` mean nothing. */
export type TakeRow = (
  signal: number,
  ms: number,
  last: SignalValue,
  min: SignalValue,
  max: SignalValue,
) => void

/** Reads one class of signals of one equipment. `signals` are names; rows name them by their index in it. */
export interface SegmentReader {
  /** How many values, minutes or hours of each signal the segment holds. */
  counts(segment: Segment, signals: readonly string[]): Promise<number[]>
  /** All of them, each signal in order of time. */
  rows(segment: Segment, signals: readonly string[], take: TakeRow): Promise<void>
  /** The same in buckets; what starts before the grid counts for its first bucket. `ms` is where the bucket starts. */
  buckets(segment: Segment, signals: readonly string[], grid: Grid, take: TakeRow): Promise<void>
}

/** Fills in `series` the points of `signals`, which are of one class. */
export async function answerRange({
  query,
  signals,
  reach,
  reader,
  series,
}: {
  query: RangeQuery
  signals: readonly string[]
  reach: Reach
  reader: SegmentReader
  series: Record<string, SeriesPoint[]>
}): Promise<void> {
  const from = Math.ceil(query.from)
  const range = { from, to: Math.ceil(query.to) }
  const { points } = query

  async function singly(names: readonly string[], segments: readonly Segment[], stored: boolean) {
    const answers = names.map((name) => series[name] ?? [])
    for (const segment of segments) {
      await reader.rows(segment, names, (signal, ms, last, min, max) => {
        const at = Math.max(ms, from)
        answers[signal]?.push(stored ? [at, last] : pointOf(at, last, min, max))
      })
    }
    for (const answer of answers) withoutRepeats(inOrder(answer))
  }

  async function bucketed(names: readonly string[], segments: readonly Segment[], grid: Grid) {
    const buckets = names.map(() => new Map<number, SeriesPoint>())
    for (const segment of segments) {
      await reader.buckets(segment, names, grid, (signal, ms, last, min, max) => {
        const own = buckets[signal]
        own?.set(ms, joined(own.get(ms), pointOf(ms, last, min, max)))
      })
    }
    for (const [i, name] of names.entries()) {
      series[name]?.push(...inOrder([...(buckets[i]?.values() ?? [])]))
    }
  }

  async function atMost(limit: number, names: readonly string[], finest: 'raw' | Rollup): Promise<void> {
    const segments = planSegments(range, finest, reach)
    const counts = names.map(() => 0)
    for (const segment of segments) {
      for (const [i, count] of (await reader.counts(segment, names)).entries()) {
        counts[i] = (counts[i] ?? 0) + count
      }
    }
    const few = names.filter((_, i) => (counts[i] ?? 0) > 0 && (counts[i] ?? 0) <= limit)
    const many = names.filter((_, i) => (counts[i] ?? 0) > limit)
    const grid = { origin: from, width: bucketWidth(range, limit) }
    if (many.length > 0) await bucketed(many, segments, grid)
    if (few.length === 0) return
    // Few minutes or hours: then their values are few enough to be asked for one by one.
    if (finest === 'raw') await singly(few, segments, false)
    else await atMost(limit, few, 'raw')
  }

  if (points === 'raw') {
    const segments = planSegments(range, 'raw', reach)
    await singly(
      signals,
      segments.filter(({ resolution }) => resolution === 'raw' || resolution === 'kept'),
      true,
    )
  } else if (points === 'minute' || points === 'hour') {
    const width = unitOf(points)
    const grid = { origin: Math.floor(from / width) * width, width }
    await bucketed(signals, planSegments(range, points, reach), grid)
  } else {
    await atMost(points, signals, finestFor(bucketWidth(range, points)))
  }
}

function pointOf(ms: number, last: SignalValue, min: SignalValue, max: SignalValue): SeriesPoint {
  return typeof last === 'string' ? [ms, last] : [ms, Number(last), Number(min), Number(max)]
}

/** Two parts of one bucket, the later one second. */
function joined(before: SeriesPoint | undefined, after: SeriesPoint): SeriesPoint {
  if (before?.length !== 4 || after.length !== 4) return after
  return [after[0], after[1], Math.min(before[2], after[2]), Math.max(before[3], after[3])]
}

/** An hour on both sides of a window was read twice. */
function withoutRepeats(points: SeriesPoint[]): void {
  let kept = 0
  for (const point of points) {
    const before = points[kept - 1]
    if (before?.[0] === point[0]) points[kept - 1] = joined(before, point)
    else points[kept++] = point
  }
  points.length = kept
}

/** Segments come in order, and only where an hour reaches over a piece of minutes are points out of it. */
function inOrder(points: SeriesPoint[]): SeriesPoint[] {
  for (let i = 1; i < points.length; i++) {
    if ((points[i - 1] as SeriesPoint)[0] > (points[i] as SeriesPoint)[0]) {
      return points.sort((a, b) => a[0] - b[0])
    }
  }
  return points
}

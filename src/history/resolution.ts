/**
 * From what a range is answered: every value, minutes or hours. A coarser one is taken only where the buckets asked for
 * are wider and it covers a piece exactly, or where nothing finer is left; so edges stay exact and no spike vanishes.
 */
import type { Span } from '../model/retention.js'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

export type Rollup = 'minute' | 'hour'
/** `kept`: every value of a window around an incident, older than all others. */
export type Resolution = 'raw' | 'kept' | Rollup

export interface Segment extends Span {
  resolution: Resolution
}

/** What a store still holds for one class of signals of one equipment. Edges are ms, whole hours or infinite. */
export interface Reach {
  rawFrom: number
  minuteFrom: number
  hourFrom: number
  /** Minutes and hours are there for everything before. */
  rolledTo: number
  /** Windows around incidents, in whole minutes. */
  kept: readonly Span[]
  /** Whole hours that values came to after they were rolled up. */
  stale: readonly Span[]
}

/** The coarsest resolution that loses nothing in buckets of this width (ms). */
export function finestFor(width: number): 'raw' | Rollup {
  return width >= HOUR_MS ? 'hour' : width >= MINUTE_MS ? 'minute' : 'raw'
}

export function unitOf(rollup: Rollup): number {
  return rollup === 'hour' ? HOUR_MS : MINUTE_MS
}

/**
 * Segments in order of time that cover the range. One of minutes or hours may reach over the range's edges, when every
 * value there is gone.
 */
export function planSegments({ from, to }: Span, finest: 'raw' | Rollup, reach: Reach): Segment[] {
  const kept = reach.kept.filter((span) => span.from < Math.min(to, reach.rawFrom) && span.to > from)
  const stale = reach.stale.filter((span) => span.from < to && span.to > from)
  const segments: Segment[] = []
  for (const piece of piecesOf({ from, to }, [reach, ...kept, ...stale])) {
    const resolution = resolutionOf(piece, finest, reach, kept, stale)
    const segment = { resolution, ...widened(piece, resolution) }
    const before = segments.at(-1)
    if (before?.resolution === resolution && before.to >= segment.from) before.to = segment.to
    else segments.push(segment)
  }
  return segments
}

function resolutionOf(
  piece: Span,
  finest: 'raw' | Rollup,
  { rawFrom, minuteFrom, hourFrom, rolledTo }: Reach,
  kept: readonly Span[],
  stale: readonly Span[],
): Resolution {
  const whole = (unit: number) => piece.from % unit === 0 && piece.to % unit === 0
  const inside = (spans: readonly Span[]) =>
    spans.some(({ from, to }) => from <= piece.from && piece.to <= to)
  const rolled = piece.to <= rolledTo
  const minutes = rolled && piece.from >= minuteFrom
  const hours = rolled && piece.from >= hourFrom
  const current = !inside(stale)
  if (finest === 'hour' && hours && current && whole(HOUR_MS)) return 'hour'
  if (finest !== 'raw' && minutes && current && whole(MINUTE_MS)) return 'minute'
  if (piece.from >= rawFrom) return 'raw'
  if (inside(kept)) return 'kept'
  if (minutes) return 'minute'
  return hours ? 'hour' : 'raw'
}

/** The range cut wherever the choice may change. */
function piecesOf({ from, to }: Span, edges: readonly (Reach | Span)[]): Span[] {
  const cuts = new Set<number>([from])
  const times = edges.flatMap((edge) =>
    'rawFrom' in edge ? [edge.rawFrom, edge.minuteFrom, edge.hourFrom, edge.rolledTo] : [edge.from, edge.to],
  )
  for (const time of [from, to, ...times]) {
    for (const unit of [1, MINUTE_MS, HOUR_MS]) {
      for (const cut of [Math.floor(time / unit) * unit, Math.ceil(time / unit) * unit]) {
        if (cut > from && cut < to) cuts.add(cut)
      }
    }
  }
  const sorted = [...cuts].sort((a, b) => a - b)
  return to > from ? sorted.map((cut, i) => ({ from: cut, to: sorted[i + 1] ?? to })) : []
}

function widened({ from, to }: Span, resolution: Resolution): Span {
  if (resolution === 'raw' || resolution === 'kept') return { from, to }
  const unit = unitOf(resolution)
  return { from: Math.floor(from / unit) * unit, to: Math.ceil(to / unit) * unit }
}

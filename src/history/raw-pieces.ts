/**
 * Every stored value of a range, a bounded piece at a time: long pieces where an equipment is quiet, short ones where it
 * is busy, and what lies between two values far apart is passed over by one glance.
 */
import type { HistoryStore, RangeQuery, SeriesPoint } from './history.js'

const HOUR_MS = 3_600_000
/** Signals that one request may ask for. */
export const MOST_SIGNALS = 64
const FIRST_PIECE_MS = HOUR_MS
const SHORTEST_PIECE_MS = 60_000
/** Of `MOST_SIGNALS`: what a busy equipment may fill a piece with, however quiet it was before. Fewer may take longer. */
const LONGEST_PIECE_MS = 3 * HOUR_MS
const FULL_PIECE_POINTS = 100_000
/** Buckets of the glance that finds what comes after an empty piece. */
const GLANCE_POINTS = 500

type Series = Record<string, SeriesPoint[]>

/** Pieces in order of time; `asked.points` is taken for raw. */
export async function* rawPieces(
  history: Pick<HistoryStore, 'series'>,
  asked: RangeQuery,
): AsyncGenerator<Series> {
  const longest = (LONGEST_PIECE_MS * MOST_SIGNALS) / Math.max(1, asked.signals.length)
  let piece = FIRST_PIECE_MS
  for (let from = asked.from; from < asked.to; ) {
    const to = Math.min(asked.to, from + piece)
    const series = await history.series({ ...asked, points: 'raw', from, to })
    const points = countOf(series)
    if (points > 0) yield series
    if (points < FULL_PIECE_POINTS / 4) piece = Math.min(longest, piece * 4)
    else if (points > FULL_PIECE_POINTS) piece = Math.max(SHORTEST_PIECE_MS, piece / 4)
    from = points > 0 || to === asked.to ? to : await nextStored(history, { ...asked, from: to })
  }
}

export function countOf(series: Series): number {
  return Object.values(series).reduce((sum, { length }) => sum + length, 0)
}

/** Where (ms) something may be stored next, in all that is left of the range. */
async function nextStored(history: Pick<HistoryStore, 'series'>, asked: RangeQuery): Promise<number> {
  const glance = await history.series({ ...asked, points: GLANCE_POINTS })
  const firsts = Object.values(glance).flatMap(([first]) => (first ? [first[0]] : []))
  return firsts.length === 0 ? asked.to : Math.max(asked.from, Math.min(...firsts))
}

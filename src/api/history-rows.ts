/** A range of the history as a table, read in pieces: a row a moment, a column a signal. */
import type { HistoryStore, RangeQuery, SeriesPoint } from '../history/history.js'
import { rawPieces } from '../history/raw-pieces.js'

const HOUR_MS = 3_600_000
/** A piece of minutes, and one of hours. */
const MINUTES_PIECE_MS = 24 * HOUR_MS
const HOURS_PIECE_MS = 60 * 24 * HOUR_MS

export interface HistoryRow {
  /** ms since 1970. */
  ms: number
  /** By signal, in the order asked for. */
  points: (SeriesPoint | undefined)[]
}

/** Rows in order of time, a piece at a time. */
export async function* historyRows(
  history: Pick<HistoryStore, 'series'>,
  asked: RangeQuery,
): AsyncGenerator<HistoryRow[]> {
  const { points } = asked
  if (typeof points === 'number') {
    yield rowsOf(asked.signals, await history.series(asked))
    return
  }
  if (points === 'raw') {
    for await (const series of rawPieces(history, asked)) yield rowsOf(asked.signals, series)
    return
  }
  const piece = points === 'minute' ? MINUTES_PIECE_MS : HOURS_PIECE_MS
  for (let from = asked.from; from < asked.to; ) {
    // On whole hours, so that no bucket is cut in two.
    const to = Math.min(asked.to, wholeHour(from + piece, from))
    yield rowsOf(asked.signals, await history.series({ ...asked, from, to }))
    from = to
  }
}

/** The hour that `to` lies in, unless that does not come forward from `from`. */
function wholeHour(to: number, from: number): number {
  const hour = Math.floor(to / HOUR_MS) * HOUR_MS
  return hour > from ? hour : to
}

function rowsOf(signals: readonly string[], series: Record<string, SeriesPoint[]>): HistoryRow[] {
  const byTime = new Map<number, HistoryRow>()
  for (const [i, signal] of signals.entries()) {
    for (const point of series[signal] ?? []) {
      const [ms] = point
      let row = byTime.get(ms)
      if (!row) {
        row = { ms, points: new Array<SeriesPoint | undefined>(signals.length) }
        byTime.set(ms, row)
      }
      row.points[i] = point
    }
  }
  return [...byTime.values()].sort((a, b) => a.ms - b.ms)
}

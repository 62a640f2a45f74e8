/** Rows of the history as CSV (RFC 4180, lines end in LF), for people's spreadsheets and as the way to Parquet. */
import type { SeriesPoint } from '../history/history.js'
import type { SignalValue } from '../model/reading.js'
import type { HistoryRow } from './history-rows.js'
import { iso } from './times.js'

/** By which spreadsheets know that a file is UTF-8. */
export const BOM = '\uFEFF'
/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/

export interface CsvShape {
  signals: readonly string[]
  /** With the least and the greatest value beside the last one. */
  bounds: boolean
  /** For a person: times in ISO 8601, and text that cannot be taken for a formula. Otherwise as it is, times in ms. */
  forPeople: boolean
}

export function csvHead({ signals, bounds }: CsvShape): string {
  return `${columnNames({ signals, bounds }).map(quoted).join(',')}\n`
}

export function columnNames({ signals, bounds }: Pick<CsvShape, 'signals' | 'bounds'>): string[] {
  const names = signals.flatMap((signal) => (bounds ? [signal, `${signal}_min`, `${signal}_max`] : [signal]))
  return ['time', ...names]
}

export function csvLines(rows: readonly HistoryRow[], { bounds, forPeople }: CsvShape): string {
  let lines = ''
  for (const { ms, points } of rows) {
    lines += forPeople ? iso(ms) : Math.floor(ms)
    for (const point of points)
      lines += bounds ? withBounds(point, forPeople) : `,${field(point?.[1], forPeople)}`
    lines += '\n'
  }
  return lines
}

function withBounds(point: SeriesPoint | undefined, forPeople: boolean): string {
  return `,${field(point?.[1], forPeople)},${field(point?.[2], forPeople)},${field(point?.[3], forPeople)}`
}

function field(value: SignalValue | undefined, forPeople: boolean): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  return quoted(forPeople && FORMULA.test(value) ? `'${value}` : value)
}

function quoted(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`
}

/** Names, texts and times as InfluxQL, and its answers row by row. */
import type { SignalValue } from '../model/reading.js'
import type { InfluxSeries } from './influx-connection.js'

export function identifier(name: string): string {
  return `"${name.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

export function text(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`
}

/** Times that InfluxDB can name: a little inside 1677 to 2262. */
const FURTHEST_MS = 9_223_372_036_000

export function timeOf(ms: number): string {
  const near = Math.min(FURTHEST_MS, Math.max(-FURTHEST_MS, Math.ceil(ms)))
  return `${Number.isNaN(near) ? 0 : near}ms`
}

export function between({ from, to }: { from: number; to: number }): string {
  return `time >= ${timeOf(from)} AND time < ${timeOf(to)}`
}

export function rowsIn(answer: readonly InfluxSeries[]): Map<string, SignalValue | null>[] {
  return answer.flatMap(({ columns, values }) =>
    values.map((row) => new Map(columns.map((column, i) => [column, row[i] ?? null]))),
  )
}

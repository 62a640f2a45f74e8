/**
 * Range queries in InfluxQL. Only this subset is used, so that compatible servers can be judged by it: SELECT of fields,
 * count, last, min and max; WHERE on one tag and on time; GROUP BY time with an offset; ORDER BY time; LIMIT.
 */
import type { SignalValue } from '../model/reading.js'
import type { RangeQuery, SeriesPoint, StoredEvent } from './history.js'
import type { InfluxConnection, InfluxSeries } from './influx-connection.js'
import { bucketWidth, emptySeries, single } from './series.js'
import type { SignalTypes } from './signal-types.js'

/** So many more than asked for are read, to find the first of an event that was repeated later. */
const REPEATS = 1000

export async function queryInfluxSeries(
  connection: InfluxConnection,
  query: RangeQuery,
  types: SignalTypes,
): Promise<Record<string, SeriesPoint[]>> {
  const series = emptySeries(query.signals)
  const signals = [...new Set(query.signals)].filter((signal) => signal !== 'time' && signal !== '')
  if (signals.length === 0) return series
  const { points } = query
  if (points === 'raw') {
    await readStored(connection, query, signals, series, (ms, value) => [ms, value])
    return series
  }
  const counts = signals.map((signal, i) => `count(${identifier(signal)}) AS ${identifier(`c${i}`)}`)
  const [row] = rowsOf(await connection.query(`SELECT ${counts.join(', ')} ${source(query)}`))
  const countOf = (signal: string) => Number(row?.get(`c${signals.indexOf(signal)}`) ?? 0)
  const few = signals.filter((signal) => countOf(signal) > 0 && countOf(signal) <= points)
  const many = signals.filter((signal) => countOf(signal) > points)
  if (few.length > 0) await readStored(connection, query, few, series, single)
  if (many.length > 0) await readBuckets(connection, query, points, many, types, series)
  return series
}

async function readStored(
  connection: InfluxConnection,
  query: RangeQuery,
  signals: readonly string[],
  series: Record<string, SeriesPoint[]>,
  point: (ms: number, value: SignalValue) => SeriesPoint,
): Promise<void> {
  const fields = signals.map((signal, i) => `${identifier(signal)}::field AS ${identifier(`v${i}`)}`)
  const rows = rowsOf(await connection.query(`SELECT ${fields.join(', ')} ${source(query)}`))
  for (const row of rows) {
    for (const [i, signal] of signals.entries()) {
      const value = row.get(`v${i}`) ?? null
      if (value !== null) series[signal]?.push(point(Number(row.get('time')), value))
    }
  }
}

async function readBuckets(
  connection: InfluxConnection,
  query: RangeQuery,
  points: number,
  signals: readonly string[],
  types: SignalTypes,
  series: Record<string, SeriesPoint[]>,
): Promise<void> {
  const width = bucketWidth(query, points)
  const offset = ((query.from % width) + width) % width
  const fields = signals.map((signal, i) => {
    const name = identifier(signal)
    const last = `last(${name}) AS ${identifier(`l${i}`)}`
    // Text has no order.
    if (types.typeOf(query.kind, signal) === 'string') return last
    return `${last}, min(${name}) AS ${identifier(`n${i}`)}, max(${name}) AS ${identifier(`x${i}`)}`
  })
  const answer = await connection.query(
    `SELECT ${fields.join(', ')} ${source(query)} GROUP BY time(${width}ms, ${offset}ms) fill(none)`,
  )
  for (const row of rowsOf(answer)) {
    const ms = Number(row.get('time'))
    for (const [i, signal] of signals.entries()) {
      const last = row.get(`l${i}`) ?? null
      if (last === null) continue
      series[signal]?.push(
        typeof last === 'string'
          ? [ms, last]
          : [ms, Number(last), Number(row.get(`n${i}`)), Number(row.get(`x${i}`))],
      )
    }
  }
}

export async function queryInfluxEvents(
  connection: InfluxConnection,
  equipment: string,
  from: number,
  to: number,
  limit: number,
): Promise<StoredEvent[]> {
  const answer = await connection.query(
    `SELECT "key"::field AS "key", "code"::tag AS "code", "phase"::tag AS "phase" FROM "event"
     WHERE "equipment" = ${text(equipment)} AND time >= ${ms(from)} AND time < ${ms(to)}
     ORDER BY time DESC LIMIT ${Math.max(0, Math.floor(limit)) + REPEATS}`,
  )
  const events: StoredEvent[] = rowsOf(answer).map((row) => ({
    ts: Number(row.get('time')),
    code: Number(row.get('code')),
    active: row.get('phase') === 'begin',
    key: String(row.get('key') ?? '') || null,
  }))
  return withoutRepeats(events).slice(0, limit)
}

/** Of events with one key the earliest stays. `events` are newest first. */
function withoutRepeats(events: readonly StoredEvent[]): StoredEvent[] {
  const earliest = new Map<string, StoredEvent>()
  for (const event of events) {
    if (event.key !== null) earliest.set(`${event.code}/${event.active}/${event.key}`, event)
  }
  return events.filter(
    (event) => event.key === null || earliest.get(`${event.code}/${event.active}/${event.key}`) === event,
  )
}

function source({ kind, equipment, from, to }: RangeQuery): string {
  return `FROM ${identifier(kind)} WHERE "equipment"::tag = ${text(equipment)} AND time >= ${ms(from)} AND time < ${ms(to)}`
}

function rowsOf(answer: readonly InfluxSeries[]): Map<string, SignalValue | null>[] {
  return answer.flatMap(({ columns, values }) =>
    values.map((row) => new Map(columns.map((column, i) => [column, row[i] ?? null]))),
  )
}

function identifier(name: string): string {
  return `"${name.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

function text(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`
}

function ms(time: number): string {
  return `${Number.isFinite(time) ? Math.ceil(time) : 0}ms`
}

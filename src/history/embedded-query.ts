/**
 * Range queries over the embedded history. Values stand in two tables, in the order of the journal and sorted; what came
 * late to an hour that is rolled up stands in the first alone, so minutes and hours are read with it.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { SignalValue } from '../model/reading.js'
import { type RetentionClass, retentionClassOf, type Span } from '../model/retention.js'
import { signalsOf } from '../model/signals.js'
import { literal, quote, rowsOf, timeLiteral } from './duckdb-sql.js'
import { type Edges, edgeOf } from './embedded-edges.js'
import { type RollupColumn, rollupColumn, rollupName } from './embedded-rollup-tables.js'
import { EXTRA_TABLES, JOURNAL_ORDER, kindTables, type TablePair } from './embedded-schema.js'
import type { RangeQuery, SeriesPoint, StoredEvent } from './history.js'
import { answerRange, type SegmentReader } from './range.js'
import { HOUR_MS, type Reach, type Rollup, type Segment } from './resolution.js'
import { emptySeries } from './series.js'
import type { StoredType } from './signal-types.js'

export interface EmbeddedQuery {
  connection: DuckDBConnection
  query: RangeQuery
  /** The number of the equipment in the tables. */
  equipmentId: number
  edges: Edges
  kept: readonly Span[]
  /** Type of a signal that has no column. */
  typeOf: (signal: string) => StoredType | undefined
}

/** One signal as SQL. */
interface Column extends RollupColumn {
  /** The value as it was written. */
  stored: string
}

/** Signals that stand in the same tables. */
interface Group {
  pair: TablePair
  retention: RetentionClass
  rollup: Record<Rollup, string>
  /** Narrows the rows to one signal, where a row holds one. */
  only: string
  signals: readonly string[]
  columnOf: (signal: string) => Column
}

export async function querySeries(options: EmbeddedQuery): Promise<Record<string, SeriesPoint[]>> {
  const { query, kept } = options
  const series = emptySeries(query.signals)
  for (const group of groupsOf(options)) {
    const reach = { ...reachOf(options.edges, group, kept), stale: await lateHours(options, group) }
    const reader = createReader(options, group)
    await answerRange({ query, signals: group.signals, reach, reader, series })
  }
  return series
}

function reachOf(edges: Edges, { pair, retention }: Group, kept: readonly Span[]): Reach {
  const gone = Number.NEGATIVE_INFINITY
  return {
    rawFrom: edges.at('raw') ?? gone,
    minuteFrom: edges.at(`minute ${retention}`) ?? gone,
    hourFrom: edges.at(`hour ${retention}`) ?? gone,
    // An hour is moved in parts, and its own row comes with the last of them.
    rolledTo: Math.floor((edges.at(edgeOf(pair)) ?? gone) / HOUR_MS) * HOUR_MS,
    kept,
    stale: [],
  }
}

/** Hours with values that are not rolled up yet, though the hours are. */
async function lateHours(
  { connection, query: { from, to }, equipmentId, edges }: EmbeddedQuery,
  { pair, only }: Group,
): Promise<Span[]> {
  const rolledTo = edges.at(edgeOf(pair))
  if (rolledTo === null) return []
  const hours = await rowsOf(
    connection,
    `SELECT DISTINCT (ts // ${HOUR_MS})::DOUBLE FROM ${pair.recent}
     WHERE equipment = ${equipmentId} AND ts >= ${timeLiteral(from)} AND ts < ${timeLiteral(Math.min(to, rolledTo))}${only}`,
  )
  return hours.map(([hour]) => ({ from: Number(hour) * HOUR_MS, to: (Number(hour) + 1) * HOUR_MS }))
}

function groupsOf({ query: { kind, signals }, typeOf }: EmbeddedQuery): Group[] {
  const known = new Set(signalsOf(kind).map((signal) => signal.name))
  const byClass = new Map<RetentionClass, string[]>()
  const groups: Group[] = []
  for (const signal of new Set(signals)) {
    const type = known.has(signal) ? null : typeOf(signal)
    if (type === null) {
      const retention = retentionClassOf(signal)
      byClass.set(retention, [...(byClass.get(retention) ?? []), signal])
    } else if (type !== undefined && type !== 'other') {
      groups.push(extraGroup(kind, signal, type))
    }
  }
  for (const [retention, own] of byClass) {
    groups.push({
      pair: kindTables(kind),
      retention,
      rollup: { minute: rollupName(kind, retention, 'minute'), hour: rollupName(kind, retention, 'hour') },
      only: '',
      signals: own,
      columnOf: (signal) => ({ stored: quote(signal), ...rollupColumn(signal) }),
    })
  }
  return groups
}

function extraGroup(kind: string, signal: string, type: 'number' | 'boolean' | 'string'): Group {
  const bounds = { min: '"min"', max: '"max"' }
  const columns: Record<typeof type, Column> = {
    number: { stored: 'number', value: 'number', last: 'last', bounds },
    boolean: { stored: 'flag', value: 'flag::DOUBLE', last: 'last', bounds },
    string: { stored: 'text', value: 'text', last: 'text', bounds: null },
  }
  return {
    pair: EXTRA_TABLES,
    retention: 'other',
    rollup: { minute: 'extra_minute', hour: 'extra_hour' },
    only: ` AND kind = ${literal(kind)} AND name = ${literal(signal)}`,
    signals: [signal],
    columnOf: () => columns[type],
  }
}

function createReader({ connection, query, equipmentId }: EmbeddedQuery, group: Group): SegmentReader {
  const { pair, rollup, only, columnOf } = group
  const { recent, archive } = pair

  function where({ from, to }: Span): string {
    return `WHERE equipment = ${equipmentId} AND ts >= ${timeLiteral(from)} AND ts < ${timeLiteral(to)}${only}`
  }

  /** One row a moment: of each column the value that stands last in the journal. */
  function valuesOf(tables: readonly string[], span: Span, columns: readonly string[]): string {
    const names = [...new Set(columns)]
    const winners = names.map((name) => `arg_max(${name}, place) AS ${name}`)
    const rows = tables.map(
      (table) => `SELECT ts, ${JOURNAL_ORDER} AS place, ${names.join(', ')} FROM ${table} ${where(span)}`,
    )
    return `(SELECT ts, ${winners.join(', ')} FROM (${rows.join(' UNION ALL ')}) GROUP BY ts)`
  }

  /** Columns `l0`, `n0`, `x0` … of the segment's rows: last, least and greatest; `stored` gives values as written. */
  function rowsIn(segment: Segment, signals: readonly string[], stored: boolean): string {
    const columns = signals.map(columnOf)
    const values = columns.map((column) => column.stored)
    const ofValues = columns.flatMap(({ stored: name, value }, i) => {
      const shown = stored ? name : value
      return [`${shown} AS l${i}`, `${shown} AS n${i}`, `${shown} AS x${i}`]
    })
    const { resolution } = segment
    if (resolution === 'raw' || resolution === 'kept') {
      return `SELECT ts, ${ofValues.join(', ')} FROM ${valuesOf([archive, recent], segment, values)}`
    }
    const ofRollup = columns.flatMap(({ last, bounds }, i) => [
      `${last} AS l${i}`,
      `${bounds?.min ?? last} AS n${i}`,
      `${bounds?.max ?? last} AS x${i}`,
    ])
    const late = { from: Math.max(segment.from, query.from), to: Math.min(segment.to, query.to) }
    return `SELECT ts, ${ofRollup.join(', ')} FROM ${rollup[resolution]} ${where(segment)}
      UNION ALL SELECT ts, ${ofValues.join(', ')} FROM ${valuesOf([recent], late, values)}`
  }

  return {
    async counts(segment, signals) {
      const counts = signals.map((_, i) => `count(l${i})::DOUBLE`)
      const sql = `SELECT ${counts.join(', ')} FROM (${rowsIn(segment, signals, false)})`
      const [row = []] = await rowsOf(connection, sql)
      return signals.map((_, i) => Number(row[i] ?? 0))
    },
    async rows(segment, signals, take) {
      const names = signals.flatMap((_, i) => [`l${i}`, `n${i}`, `x${i}`])
      const raw = segment.resolution === 'raw' || segment.resolution === 'kept'
      const reader = await connection.runAndReadAll(
        `SELECT ts::DOUBLE, ${names.join(', ')} FROM (${rowsIn(segment, signals, raw)}) ORDER BY ts`,
      )
      const [times = [], ...columns] = reader.getColumns()
      for (let i = 0; i < signals.length; i++) {
        const [last = [], min = [], max = []] = columns.slice(i * 3, i * 3 + 3)
        for (let row = 0; row < times.length; row++) {
          const value = last[row]
          if (value === null || value === undefined) continue
          take(
            i,
            times[row] as number,
            value as SignalValue,
            min[row] as SignalValue,
            max[row] as SignalValue,
          )
        }
      }
    },
    async buckets(segment, signals, { origin, width }, take) {
      const columns = signals.flatMap((signal, i) => {
        const ordered = columnOf(signal).bounds !== null
        return [`arg_max(l${i}, ts)`, ...(ordered ? [`min(n${i})`, `max(x${i})`] : ['NULL', 'NULL'])]
      })
      const start = timeLiteral(origin)
      const found = await rowsOf(
        connection,
        `SELECT ((greatest(ts, ${start}) - ${start}) // ${width})::DOUBLE AS bucket, ${columns.join(', ')}
         FROM (${rowsIn(segment, signals, false)}) GROUP BY bucket ORDER BY bucket`,
      )
      for (const row of found) {
        const ms = origin + Number(row[0]) * width
        for (let i = 0; i < signals.length; i++) {
          const [last, min, max] = row.slice(1 + i * 3, 4 + i * 3) as SignalValue[]
          if (last === null || last === undefined) continue
          take(i, ms, last, min as SignalValue, max as SignalValue)
        }
      }
    },
  }
}

export async function queryEvents(
  connection: DuckDBConnection,
  equipmentId: number,
  from: number,
  to: number,
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await rowsOf(
    connection,
    `SELECT ts::DOUBLE, code, active, key FROM event
     WHERE equipment = ${equipmentId} AND ts >= ${timeLiteral(from)} AND ts < ${timeLiteral(to)}
     ORDER BY ts DESC, position DESC LIMIT ${Math.max(0, Math.floor(limit))}`,
  )
  return rows.map(([ts, code, active, key]) => ({
    ts: Number(ts),
    code: Number(code),
    active: active === true,
    key: key === null || key === undefined ? null : String(key),
  }))
}

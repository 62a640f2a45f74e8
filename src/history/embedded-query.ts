/** Range queries over the embedded history: rows of both tables, merged by identity, whole or in buckets. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { signalsOf } from '../model/signals.js'
import { EXTRA_TABLES, JOURNAL_ORDER, kindTables, quote, type TablePair } from './embedded-schema.js'
import type { RangeQuery, SeriesPoint, StoredEvent } from './history.js'
import { bucketWidth, emptySeries, single } from './series.js'

/** One signal as SQL: from which rows, which column, and whether it has an order. */
interface Source {
  signal: string
  column: string
  ordered: boolean
}

/** `equipmentId` is the number of the equipment in the tables. */
export async function querySeries(
  connection: DuckDBConnection,
  query: RangeQuery,
  equipmentId: number,
): Promise<Record<string, SeriesPoint[]>> {
  const series = emptySeries(query.signals)
  const known = new Set(signalsOf(query.kind).map((signal) => signal.name))
  const wanted = [...new Set(query.signals)]
  const inColumns = wanted.filter((signal) => known.has(signal))
  if (inColumns.length > 0) {
    const sources = inColumns.map((signal) => ({ signal, column: quote(signal), ordered: true }))
    const rows = mergedRows(kindTables(query.kind), query, equipmentId, '', inColumns)
    await readSources(connection, query, rows, sources, series)
  }
  for (const signal of wanted) {
    if (!known.has(signal)) await readExtra(connection, query, equipmentId, signal, series)
  }
  return series
}

async function readExtra(
  connection: DuckDBConnection,
  query: RangeQuery,
  equipmentId: number,
  signal: string,
  series: Record<string, SeriesPoint[]>,
): Promise<void> {
  const only = `AND kind = ${literal(query.kind)} AND name = ${literal(signal)}`
  const rows = mergedRows(EXTRA_TABLES, query, equipmentId, only, EXTRA_TABLES.values)
  // A signal has one type, so two of the three find nothing.
  for (const column of EXTRA_TABLES.values) {
    await readSources(connection, query, rows, [{ signal, column, ordered: column !== 'text' }], series)
    if (series[signal]?.length) return
  }
}

/** Rows of the range with one row a moment: of each column the value that stands last in the journal. */
function mergedRows(
  { recent, archive }: TablePair,
  { from, to }: RangeQuery,
  equipmentId: number,
  only: string,
  columns: readonly string[],
): string {
  const where = `WHERE equipment = ${equipmentId} AND ts >= ${ms(from)} AND ts < ${ms(to)} ${only}`
  const names = columns.map(quote).join(', ')
  const winners = columns.map((name) => `arg_max(${quote(name)}, place) AS ${quote(name)}`)
  return `(
    SELECT ts, ${winners.join(', ')} FROM (
      SELECT ts, ${JOURNAL_ORDER} AS place, ${names} FROM ${archive} ${where}
      UNION ALL SELECT ts, ${JOURNAL_ORDER} AS place, ${names} FROM ${recent} ${where}
    ) GROUP BY ts)`
}

async function readSources(
  connection: DuckDBConnection,
  query: RangeQuery,
  rows: string,
  sources: readonly Source[],
  series: Record<string, SeriesPoint[]>,
): Promise<void> {
  const { points } = query
  if (points === 'raw') {
    await readStored(connection, rows, sources, series, (at, value) => [at, value])
    return
  }
  const counts = sources.map(({ column }) => `count(${column})`)
  const [row = []] = await rowsOf(connection, `SELECT ${counts.join(', ')} FROM ${rows}`)
  const few = sources.filter((_, i) => Number(row[i]) > 0 && Number(row[i]) <= points)
  const many = sources.filter((_, i) => Number(row[i]) > points)
  if (few.length > 0) await readStored(connection, rows, few, series, single)
  if (many.length > 0) await readBuckets(connection, query, points, rows, many, series)
}

async function readStored(
  connection: DuckDBConnection,
  rows: string,
  sources: readonly Source[],
  series: Record<string, SeriesPoint[]>,
  point: (at: number, value: number | boolean | string) => SeriesPoint,
): Promise<void> {
  const names = sources.map(({ column }) => column).join(', ')
  const reader = await connection.runAndReadAll(`SELECT ts::DOUBLE, ${names} FROM ${rows} ORDER BY ts`)
  const [times = [], ...columns] = reader.getColumns()
  for (const [i, { signal }] of sources.entries()) {
    const points = series[signal]
    const values = columns[i]
    if (!points || !values) continue
    for (let row = 0; row < times.length; row++) {
      const value = values[row]
      if (value === null || value === undefined) continue
      points.push(point(times[row] as number, value as number | boolean | string))
    }
  }
}

async function readBuckets(
  connection: DuckDBConnection,
  query: RangeQuery,
  points: number,
  rows: string,
  sources: readonly Source[],
  series: Record<string, SeriesPoint[]>,
): Promise<void> {
  const width = bucketWidth(query, points)
  const columns = sources.map(({ column, ordered }) => {
    const cast = ordered ? `${column}::DOUBLE` : column
    const bounds = ordered ? `min(${cast}), max(${cast})` : 'NULL, NULL'
    return `arg_max(${cast}, ts), ${bounds}`
  })
  const found = await rowsOf(
    connection,
    `SELECT ((ts - ${ms(query.from)}) // ${width})::DOUBLE AS bucket, ${columns.join(', ')}
     FROM ${rows} GROUP BY bucket ORDER BY bucket`,
  )
  for (const row of found) {
    const at = query.from + Number(row[0]) * width
    for (const [i, { signal, ordered }] of sources.entries()) {
      const last = row[1 + i * 3]
      if (last === null || last === undefined) continue
      series[signal]?.push(
        ordered
          ? [at, Number(last), Number(row[2 + i * 3]), Number(row[3 + i * 3])]
          : [at, last as SeriesPoint[1]],
      )
    }
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
     WHERE equipment = ${equipmentId} AND ts >= ${ms(from)} AND ts < ${ms(to)}
     ORDER BY ts DESC, position DESC LIMIT ${Math.max(0, Math.floor(limit))}`,
  )
  return rows.map(([ts, code, active, key]) => ({
    ts: Number(ts),
    code: Number(code),
    active: active === true,
    key: key === null || key === undefined ? null : String(key),
  }))
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql)).getRows()
}

export function literal(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", "''")}'`
}

/** A time as SQL; a range with a fraction of a millisecond, or none at all, still is one number. */
function ms(time: number): string {
  return Number.isFinite(time) ? BigInt(Math.ceil(time)).toString() : '0'
}

/**
 * Makes minutes and hours from the archive. A range is made anew as a whole, from every value it holds, so making it
 * twice changes nothing; where the values are gone already, what comes late is added to the minutes and hours that stay.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Span } from '../model/retention.js'
import { quote, rowsOf } from './duckdb-sql.js'
import { distinctRows, partsOf } from './embedded-archive.js'
import { ROLLUPS, type RollupColumn, type RollupTables } from './embedded-rollup-tables.js'
import type { TablePair } from './embedded-schema.js'
import { HOUR_MS, MINUTE_MS } from './resolution.js'

/** Rows that are aggregated at once: as many groups, with dozens of states each, fit into the memory limit. */
const ROWS_A_STEP = 100_000

export interface RollupWork {
  pair: TablePair
  source: string
  /** Whole minutes. */
  range: Span
  /** Equipment in the temporary table `touched` only, whose rows may repeat and may have been rolled up before. */
  again: boolean
  /** The values in the range are no longer complete. */
  valuesGone: boolean
  /** The minutes of a class in the range's hours are no longer complete. */
  minutesGone: (tables: RollupTables) => boolean
}

/** Inside the caller's transaction. */
export async function rollUp(connection: DuckDBConnection, work: RollupWork): Promise<void> {
  const { pair, source, range } = work
  const where = `ts >= ${range.from} AND ts < ${range.to}${only(work)}`
  const [[rows] = []] = await rowsOf(
    connection,
    `SELECT count(*)::DOUBLE FROM ${pair.archive} WHERE ${where}`,
  )
  const tables = ROLLUPS.filter((rollup) => rollup.source === source)
  for (const part of partsOf(range, Math.ceil(Number(rows) / ROWS_A_STEP))) {
    const values = await valuesOf(connection, work, part)
    for (const rollup of tables) await rollUpMinutes(connection, rollup, work, values, part)
  }
  const hours = {
    from: Math.floor(range.from / HOUR_MS) * HOUR_MS,
    to: Math.ceil(range.to / HOUR_MS) * HOUR_MS,
  }
  for (const rollup of tables) await rollUpHours(connection, rollup, work, hours)
}

/** For a range that is written anew: its minutes and hours go with its values. */
export async function eraseRollups(connection: DuckDBConnection, { from, to }: Span): Promise<void> {
  for (const { minute, hour } of ROLLUPS) {
    for (const table of [minute, hour]) {
      await connection.run(`DELETE FROM ${table} WHERE ts >= ${from} AND ts < ${to}`)
    }
  }
}

async function valuesOf(connection: DuckDBConnection, work: RollupWork, { from, to }: Span): Promise<string> {
  const { pair, again } = work
  const where = `ts >= ${from} AND ts < ${to}${only(work)}`
  const columns = [...new Set([...pair.identity, ...pair.values.map(quote)])]
  if (again) return await distinctRows(connection, pair, pair.archive, where, columns)
  return `(SELECT ${columns.join(', ')} FROM ${pair.archive} WHERE ${where})`
}

async function rollUpMinutes(
  connection: DuckDBConnection,
  { minute, keys, columns }: RollupTables,
  work: RollupWork,
  values: string,
  { from, to }: Span,
): Promise<void> {
  const where = `ts >= ${from} AND ts < ${to}${only(work)}`
  const parts = [
    `SELECT ${keys.join(', ')}, (ts // ${MINUTE_MS}) * ${MINUTE_MS} AS start, ts AS moment,
       ${columns.flatMap(fromValue).join(', ')}
     FROM ${values} WHERE ${columns.map(({ value }) => `${value} IS NOT NULL`).join(' OR ')}`,
  ]
  if (work.valuesGone) parts.push(stored(minute, keys, columns, MINUTE_MS, where))
  await replace(connection, minute, keys, columns, parts, work.again ? where : null)
}

async function rollUpHours(
  connection: DuckDBConnection,
  rollup: RollupTables,
  work: RollupWork,
  { from, to }: Span,
): Promise<void> {
  const { minute, hour, keys, columns } = rollup
  const where = `ts >= ${from} AND ts < ${to}${only(work)}`
  const parts = [stored(minute, keys, columns, HOUR_MS, where)]
  // Minutes that are gone live on in the hour, which comes before any of the minutes that are left.
  if (work.minutesGone(rollup)) parts.push(`${stored(hour, keys, columns, HOUR_MS, where)}`)
  await replace(connection, hour, keys, columns, parts, where)
}

/** Rows of minutes or hours as parts of coarser or equal ones. */
function stored(
  table: string,
  keys: readonly string[],
  columns: readonly RollupColumn[],
  unit: number,
  where: string,
): string {
  return `SELECT ${keys.join(', ')}, (ts // ${unit}) * ${unit} AS start, ts AS moment, ${namesOf(columns).join(', ')}
    FROM ${table} WHERE ${where}`
}

/** `where`: the rows that the new ones replace, if there may be any. */
async function replace(
  connection: DuckDBConnection,
  table: string,
  keys: readonly string[],
  columns: readonly RollupColumn[],
  parts: readonly string[],
  where: string | null,
): Promise<void> {
  const names = namesOf(columns)
  const select = `SELECT ${keys.join(', ')}, start AS ts, ${columns.flatMap(joined).join(', ')}
    FROM (${parts.join(' UNION ALL ')}) GROUP BY ${keys.join(', ')}, start`
  const into = `${table} (${[...keys, 'ts', ...names].join(', ')})`
  const order = `ORDER BY ${keys.join(', ')}, ts`
  if (where === null) {
    await connection.run(`INSERT INTO ${into} ${select} ${order}`)
    return
  }
  // What is read is what goes, so it is put aside first.
  await connection.run(`CREATE OR REPLACE TEMP TABLE rolled AS ${select}`)
  await connection.run(`DELETE FROM ${table} WHERE ${where}`)
  await connection.run(
    `INSERT INTO ${into} SELECT ${[...keys, 'ts', ...names].join(', ')} FROM rolled ${order}`,
  )
  await connection.run('DROP TABLE rolled')
}

function only({ again }: RollupWork): string {
  return again ? ' AND equipment IN (FROM touched)' : ''
}

function fromValue({ value, last, bounds }: RollupColumn): string[] {
  const names = bounds ? [last, bounds.min, bounds.max] : [last]
  return names.map((name) => `${value} AS ${name}`)
}

function joined({ last, bounds }: RollupColumn): string[] {
  const own = [`arg_max(${last}, moment) AS ${last}`]
  if (bounds) own.push(`min(${bounds.min}) AS ${bounds.min}`, `max(${bounds.max}) AS ${bounds.max}`)
  return own
}

function namesOf(columns: readonly RollupColumn[]): string[] {
  return columns.flatMap(({ last, bounds }) => (bounds ? [last, bounds.min, bounds.max] : [last]))
}

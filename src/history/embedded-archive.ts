/** Closed hours on their way from the recent tables into the archive, sorted by equipment and time, in bounded slices. */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Span } from '../model/retention.js'
import { quote, rowsOf } from './duckdb-sql.js'
import { JOURNAL_ORDER, ROW_COLUMNS, type TablePair } from './embedded-schema.js'
import { HOUR_MS, MINUTE_MS } from './resolution.js'

/** What is sorted at once; four times as many wide rows still fit into the memory limit. */
const ROWS_A_MOVE = 1_000_000

/**
 * Ranges of whole minutes that hold rows from before `closed`, oldest first, each with about as many rows as one move
 * takes. Hours from before `rolledTo` come one by one: few rows of them are here, and many more lie between.
 */
export async function closedSlices(
  connection: DuckDBConnection,
  recent: string,
  closed: number,
  rolledTo: number,
): Promise<Span[]> {
  const hours = await rowsOf(
    connection,
    `SELECT (ts // ${HOUR_MS})::DOUBLE AS hour, count(*)::DOUBLE FROM ${recent}
     WHERE ts < ${closed} GROUP BY hour ORDER BY hour`,
  )
  const slices: Span[] = []
  let open: (Span & { rows: number }) | null = null
  for (const [hour, count] of hours) {
    const from = Number(hour) * HOUR_MS
    const rows = Number(count)
    if (rows > ROWS_A_MOVE) {
      slices.push(...partsOf({ from, to: from + HOUR_MS }, Math.ceil(rows / ROWS_A_MOVE)))
      open = null
    } else if (open && open.rows + rows <= ROWS_A_MOVE && from >= rolledTo && open.from >= rolledTo) {
      open.to = from + HOUR_MS
      open.rows += rows
    } else {
      open = { from, to: from + HOUR_MS, rows }
      slices.push(open)
    }
  }
  return slices.map(({ from, to }) => ({ from, to }))
}

/** About `parts` pieces of whole minutes that cover the range. */
export function partsOf({ from, to }: Span, parts: number): Span[] {
  const width = Math.max(MINUTE_MS, Math.ceil((to - from) / Math.max(1, parts) / MINUTE_MS) * MINUTE_MS)
  const pieces: Span[] = []
  for (let start = from; start < to; start += width) {
    pieces.push({ from: start, to: Math.min(to, start + width) })
  }
  return pieces
}

/** Moves the rows of one slice, inside the caller's transaction. */
export async function moveSlice(
  connection: DuckDBConnection,
  pair: TablePair,
  { from, to }: Span,
): Promise<void> {
  const { recent, archive, identity, values } = pair
  const where = `ts >= ${from} AND ts < ${to}`
  const columns = [...new Set([...ROW_COLUMNS, ...identity, ...values.map(quote)])]
  const rows = await distinctRows(connection, pair, recent, where, columns)
  await connection.run(
    `INSERT INTO ${archive} (${columns.join(', ')})
     SELECT ${columns.join(', ')} FROM ${rows} ORDER BY ${identity.join(', ')}`,
  )
  await connection.run(`DELETE FROM ${recent} WHERE ${where}`)
}

/** Rows of a table with one row an identity: of each column the value that stands last in the journal. */
export async function distinctRows(
  connection: DuckDBConnection,
  { identity }: TablePair,
  table: string,
  where: string,
  columns: readonly string[],
): Promise<string> {
  const keys = identity.join(', ')
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE repeated AS
     SELECT ${keys} FROM ${table} WHERE ${where} GROUP BY ${keys} HAVING count(*) > 1`,
  )
  const names = columns.join(', ')
  const winners = columns.map((column) =>
    identity.includes(column) ? column : `arg_max(${column}, ${JOURNAL_ORDER}) AS ${column}`,
  )
  // Winners of all rows would keep the state of every column of every row in memory; few repeat.
  return `(
    SELECT ${names} FROM ${table} WHERE ${where} AND (${keys}) NOT IN (FROM repeated)
    UNION ALL
    SELECT ${winners.join(', ')} FROM ${table} WHERE ${where} AND (${keys}) IN (FROM repeated) GROUP BY ${keys}
  )`
}

/**
 * Work for quiet moments: closed hours go from the recent tables into the archive, sorted by equipment and time, so that
 * a range query reads a few blocks instead of all; what is older than the retention goes. Every move is one transaction,
 * while new rows are appended beside it on another connection.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { JOURNAL_ORDER, quote, ROW_COLUMNS, TABLE_PAIRS, type TablePair } from './embedded-schema.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** An hour counts as closed when it is over for this long; rows that come later wait for the next move. */
const CLOSING_MS = 10 * 60_000
/** What is sorted at once; four times as many wide rows still fit into the memory limit. */
const ROWS_A_MOVE = 1_000_000
/** Set-aside values that are kept to look at; their count goes on. */
const SET_ASIDE_ROWS = 100_000
const COUNT_ROWS = 1000

/** Moves hours that closed before `now` and drops rows more than `rawDays` old. */
export async function maintainEmbedded({
  connection,
  now,
  rawDays,
}: {
  connection: DuckDBConnection
  now: number
  rawDays: number
}): Promise<void> {
  const closed = Math.floor((now - CLOSING_MS) / HOUR_MS) * HOUR_MS
  const expired = Math.floor((now - rawDays * DAY_MS) / HOUR_MS) * HOUR_MS
  for (const tables of TABLE_PAIRS) {
    for (const { from, to } of await closedSlices(connection, tables.recent, closed)) {
      await inTransaction(connection, () => moveSlice(connection, tables, from, to))
    }
    for (const table of [tables.recent, tables.archive]) {
      await connection.run(`DELETE FROM ${table} WHERE ts < ${expired}`)
    }
  }
  await connection.run(
    `DELETE FROM set_aside WHERE rowid < (SELECT max(rowid) - ${SET_ASIDE_ROWS} FROM set_aside)`,
  )
  await foldCounts(connection)
}

/** Counts are appended, one row a write, and folded once there are many. */
async function foldCounts(connection: DuckDBConnection): Promise<void> {
  const [[rows] = []] = (
    await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM set_aside_count')
  ).getRows()
  if (Number(rows) < COUNT_ROWS) return
  await inTransaction(connection, async () => {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE total AS
       SELECT reason, sum(count)::BIGINT AS count FROM set_aside_count GROUP BY reason`,
    )
    await connection.run('DELETE FROM set_aside_count')
    await connection.run('INSERT INTO set_aside_count FROM total')
  })
}

/** Ranges of time, oldest first, each with about as many rows as one move takes. */
async function closedSlices(
  connection: DuckDBConnection,
  recent: string,
  closed: number,
): Promise<{ from: number; to: number }[]> {
  const reader = await connection.runAndReadAll(
    `SELECT (ts // ${HOUR_MS})::DOUBLE AS hour, count(*)::DOUBLE FROM ${recent}
     WHERE ts < ${closed} GROUP BY hour ORDER BY hour`,
  )
  const slices: { from: number; to: number }[] = []
  let open: { from: number; to: number; rows: number } | null = null
  for (const [hour, count] of reader.getRows()) {
    const from = Number(hour) * HOUR_MS
    const rows = Number(count)
    if (rows > ROWS_A_MOVE) {
      const parts = Math.ceil(rows / ROWS_A_MOVE)
      for (let part = 0; part < parts; part++) {
        slices.push({
          from: from + Math.floor((part * HOUR_MS) / parts),
          to: from + Math.floor(((part + 1) * HOUR_MS) / parts),
        })
      }
      open = null
    } else if (open && open.rows + rows <= ROWS_A_MOVE) {
      open.to = from + HOUR_MS
      open.rows += rows
    } else {
      open = { from, to: from + HOUR_MS, rows }
      slices.push(open)
    }
  }
  return slices
}

async function moveSlice(
  connection: DuckDBConnection,
  { recent, archive, identity, values }: TablePair,
  from: number,
  to: number,
): Promise<void> {
  const range = `ts >= ${from} AND ts < ${to}`
  const keys = identity.join(', ')
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE repeated AS
     SELECT ${keys} FROM ${recent} WHERE ${range} GROUP BY ${keys} HAVING count(*) > 1`,
  )
  const columns = [...new Set([...ROW_COLUMNS, ...identity, ...values.map(quote)])]
  const winners = columns.map((column) =>
    identity.includes(column) ? column : `arg_max(${column}, ${JOURNAL_ORDER}) AS ${column}`,
  )
  await connection.run(
    `INSERT INTO ${archive} (${columns.join(', ')})
     SELECT ${columns.join(', ')} FROM (
       SELECT ${columns.join(', ')} FROM ${recent} WHERE ${range} AND (${keys}) NOT IN (FROM repeated)
       UNION ALL
       SELECT ${winners.join(', ')} FROM ${recent} WHERE ${range} AND (${keys}) IN (FROM repeated) GROUP BY ${keys}
     ) ORDER BY ${keys}`,
  )
  await connection.run(`DELETE FROM ${recent} WHERE ${range}`)
}

async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN')
  try {
    await work()
    await connection.run('COMMIT')
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/**
 * Copies the embedded history while it is written: one transaction sees the store as it stood at one moment, and its rows
 * go over in slices with pauses in between, so that writes beside it hardly wait. The copy is a file of its own.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { type Cursor, createCursor } from '../model/cursor.js'
import { literal, quote, rowsOf } from './duckdb-sql.js'

/** A whole group of rows as DuckDB keeps them. */
const SLICE_ROWS = 122_880
const ALIAS = 'history_copy'

export interface CopyOptions {
  connection: DuckDBConnection
  /** Where it goes; must not exist. */
  file: string
  /** Told once the moment of the copy is fixed: how far the store was then. */
  onPinned: (cursor: Cursor) => void
  onProgress: (done: number, total: number) => void
  /** Called between slices with the ms that the last one took. */
  rest: (workedMs: number) => Promise<void>
  now: () => number
  signal: AbortSignal
}

/** Resolves when the copy is complete and its file closed. Rejects, leaving a file of no use, when it is not. */
export async function copyEmbedded(options: CopyOptions): Promise<void> {
  const { connection, file } = options
  const [[source] = []] = await rowsOf(connection, 'SELECT current_database()')
  const name = quote(String(source))
  await connection.run(`ATTACH ${literal(file)} AS ${ALIAS}`)
  try {
    await connection.run(`COPY FROM DATABASE ${name} TO ${ALIAS} (SCHEMA)`)
    await connection.run('BEGIN')
    try {
      await copyTables(options, name)
      await connection.run('COMMIT')
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined)
      throw error
    }
    await connection.run(`CHECKPOINT ${ALIAS}`)
  } finally {
    await connection.run(`DETACH ${ALIAS}`)
  }
}

async function copyTables(options: CopyOptions, source: string): Promise<void> {
  const { connection, onPinned, onProgress, rest, now, signal } = options
  // The first look fixes what every later one of this transaction sees.
  const cursor = createCursor()
  const positions = await rowsOf(connection, `SELECT shard, position::DOUBLE FROM ${source}.shard_cursor`)
  for (const [shard, position] of positions) cursor[Number(shard)] = Number(position)
  onPinned(cursor)

  const tables: { table: string; end: number }[] = []
  const names = await rowsOf(
    connection,
    `SELECT table_name FROM duckdb_tables() WHERE database_name = ${literal(source.slice(1, -1))} AND NOT internal`,
  )
  for (const [name] of names) {
    const table = quote(String(name))
    const [[last] = []] = await rowsOf(connection, `SELECT max(rowid)::DOUBLE FROM ${source}.${table}`)
    if (last !== null && last !== undefined) tables.push({ table, end: Number(last) + 1 })
  }
  const total = tables.reduce((sum, { end }) => sum + end, 0)
  let done = 0
  for (const { table, end } of tables) {
    for (let first = 0; first < end; first += SLICE_ROWS) {
      signal.throwIfAborted()
      const started = now()
      const next = Math.min(end, first + SLICE_ROWS)
      await connection.run(
        `INSERT INTO ${ALIAS}.${table} FROM ${source}.${table} WHERE rowid >= ${first} AND rowid < ${next}`,
      )
      done += next - first
      onProgress(done, total)
      await rest(now() - started)
    }
  }
}

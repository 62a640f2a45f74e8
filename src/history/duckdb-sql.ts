/** Values and names as DuckDB's SQL, and a piece of work as one transaction. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function literal(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", "''")}'`
}

/** A time as SQL; a range with a fraction of a millisecond, or none at all, still is one number. */
export function timeLiteral(ms: number): string {
  return Number.isFinite(ms) ? BigInt(Math.ceil(ms)).toString() : '0'
}

export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql)).getRows()
}

/** Commits what `work` did, or nothing of it. */
export async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN')
  try {
    const result = await work()
    await connection.run('COMMIT')
    return result
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** The embedded database: one file, one connection, WAL, every commit on disk before it returns. */
import { Kysely, SqliteDialect } from 'kysely'
import { messageOf, TesheError } from '../errors.js'
import { openDurableSqlite } from '../runtime/durable-sqlite.js'
import type { Tables } from './tables.js'

/** Throws SQLITE_NOT_DURABLE, DATABASE_UNAVAILABLE. */
export function openSqlite(file: string): Kysely<Tables> {
  try {
    const connection = openDurableSqlite(file)
    connection.pragma('foreign_keys = ON')
    return new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) })
  } catch (error) {
    if (error instanceof TesheError) throw error
    throw new TesheError('DATABASE_UNAVAILABLE', [file, messageOf(error)], { cause: error })
  }
}

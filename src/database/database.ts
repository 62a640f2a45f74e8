/**
 * The only truth about what people and the service decided. One set of Kysely queries over SQLite (a file in the data
 * directory) or PostgreSQL (by URL). When `openDatabase` returns, every table is there, in this version's shape, and a
 * committed transaction is on disk.
 */
import type { Kysely, Transaction } from 'kysely'
import { messageOf, TesheError } from '../errors.js'
import { migrate } from './migrate.js'
import { MIGRATIONS } from './migrations.js'
import { openPostgres } from './postgres.js'
import { openSqlite } from './sqlite.js'
import type { Tables } from './tables.js'
import { runTransaction } from './transaction.js'

export type Dialect = 'sqlite' | 'postgres'

/** One transaction at work. Inside it only `tx.db` may be asked: on SQLite there is one connection, and `database.db` would wait for itself. */
export interface Tx {
  db: Transaction<Tables>
  dialect: Dialect
  /** Runs once the transaction is committed; not at all if it is rolled back. For the bus. */
  afterCommit(action: () => void): void
}

export interface Database {
  db: Kysely<Tables>
  dialect: Dialect
  /**
   * Runs `work` in a transaction. On a serialization failure, deadlock, busy file or a lost race for a unique row the
   * whole of it runs again, up to ten times, so `work` must do nothing outside the transaction except by `afterCommit`.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** `postgres://…` by `url`, or a SQLite file. */
export type DatabaseAddress = { url: string } | { file: string }

/** Throws DATABASE_UNAVAILABLE, DATABASE_SCHEMA_NEWER, SQLITE_NOT_DURABLE. */
export async function openDatabase(address: DatabaseAddress): Promise<Database> {
  const dialect: Dialect = 'url' in address ? 'postgres' : 'sqlite'
  const db = 'url' in address ? openPostgres(address.url) : openSqlite(address.file)
  try {
    await migrate({ db, dialect, migrations: MIGRATIONS, now: Date.now() })
  } catch (error) {
    await db.destroy()
    if (error instanceof TesheError) throw error
    throw new TesheError('DATABASE_UNAVAILABLE', [nameOf(address), messageOf(error)], { cause: error })
  }
  return {
    db,
    dialect,
    transaction: (work) => runTransaction({ db, dialect, work }),
    close: () => db.destroy(),
  }
}

/** Without user and password, for messages. */
function nameOf(address: DatabaseAddress): string {
  if ('file' in address) return address.file
  const { hostname, port, pathname } = new URL(address.url)
  return `postgres://${hostname}${port ? `:${port}` : ''}${pathname}`
}

/** Opens SQLite files for writing so that a commit that returned is on disk. */
import Sqlite from 'better-sqlite3'
import { TesheError } from '../errors.js'

const FULL = 2

/**
 * WAL with `synchronous=FULL`, asserted: better-sqlite3 opens WAL files at NORMAL, which loses the newest commits
 * when the power goes.
 */
export function openDurableSqlite(path: string): Sqlite.Database {
  const db = new Sqlite(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('busy_timeout = 5000')
  const synchronous = Number(db.pragma('synchronous', { simple: true }))
  if (synchronous !== FULL) {
    db.close()
    throw new TesheError('SQLITE_NOT_DURABLE', [path, synchronous])
  }
  return db
}

/** What a disk without room, or one that fails, says: it may pass, and the same write may succeed later. */
export function isDiskFault(error: unknown): boolean {
  const code = error instanceof Sqlite.SqliteError ? error.code : ''
  return code === 'SQLITE_FULL' || code === 'SQLITE_CANTOPEN' || code.startsWith('SQLITE_IOERR')
}

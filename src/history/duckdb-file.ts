/**
 * The only place that opens the DuckDB file. A second opening in one process is not refused by DuckDB and loses rows at
 * the next checkpoint, so a SQLite file beside it is held locked: SQLite sees holders in this process, in its other
 * threads and in other processes alike, and the lock goes with its holder.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import Sqlite from 'better-sqlite3'
import { messageOf, TesheError } from '../errors.js'

export interface DuckDbFile {
  connect(): Promise<DuckDBConnection>
  /** Writes what is still in the log into the file and gives it free. Idempotent. */
  close(): void
}

/** Throws `HISTORY_IN_USE` when the file is open anywhere, `HISTORY_UNAVAILABLE` when it cannot be opened. */
export async function openDuckDbFile(path: string): Promise<DuckDbFile> {
  mkdirSync(dirname(path), { recursive: true })
  const lock = holdLock(path)
  try {
    const instance = await DuckDBInstance.create(path, {
      memory_limit: '512MB',
      threads: '1',
      // A checkpoint rewrites the row group that is still filling; at the default size most were written twice.
      checkpoint_threshold: '64MB',
      temp_directory: `${path}.tmp`,
      // Nothing is fetched or loaded at run time.
      autoinstall_known_extensions: 'false',
    })
    const connections: DuckDBConnection[] = []
    return {
      async connect() {
        const connection = await instance.connect()
        connections.push(connection)
        return connection
      },
      close() {
        if (!lock.open) return
        // An instance stays open as long as one of its connections, and with it the file.
        for (const connection of connections) connection.closeSync()
        instance.closeSync()
        lock.close()
      },
    }
  } catch (error) {
    lock.close()
    throw new TesheError('HISTORY_UNAVAILABLE', [path, messageOf(error)], { cause: error })
  }
}

function holdLock(path: string): Sqlite.Database {
  const lock = new Sqlite(`${path}.lock`, { timeout: 0 })
  try {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    const held = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
    if (held) throw new TesheError('HISTORY_IN_USE', [path], { cause: error })
    // A full disk, for one: that passes.
    throw new TesheError('HISTORY_UNAVAILABLE', [path, messageOf(error)], { cause: error })
  }
}

/**
 * A SQLite file as it stands at one moment, while others write to it: a read transaction holds that moment, so the copy
 * may take its time and every look in between sees the same. It holds up nobody; only the file's log grows meanwhile.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Pace } from './files.js'

/** Pages copied in one go: 2 MB. */
const PAGES_A_STEP = 512

export interface PinnedSqlite {
  readonly path: string
  /** Bytes of the copy. */
  readonly bytes: number
  /** Rows of a query at the pinned moment. */
  rows<T>(sql: string): T[]
  hasTable(name: string): boolean
  copyTo(path: string, pace: Pace): Promise<void>
  release(): void
}

export function pinSqlite(path: string): PinnedSqlite {
  const db = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    db.exec('begin')
    // A transaction begins to see with its first look.
    db.prepare('select count(*) from sqlite_master').get()
  } catch (error) {
    db.close()
    throw error
  }
  const pragma = (name: string) => Number(db.pragma(name, { simple: true }))
  const pageBytes = pragma('page_size')

  return {
    path,
    bytes: pageBytes * pragma('page_count'),
    rows: <T>(sql: string) => db.prepare(sql).all() as T[],
    hasTable: (name) => db.prepare('select 1 from sqlite_master where name = ?').get(name) !== undefined,
    async copyTo(to, pace) {
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
      await db.backup(to, {
        progress() {
          pace.moved(PAGES_A_STEP * pageBytes)
          return PAGES_A_STEP
        },
      })
    },
    release: () => void db.close(),
  }
}

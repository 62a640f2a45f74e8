/**
 * One file of the journal: an hour or 256 MB of batches in SQLite. Retention unlinks whole files, because deleting
 * rows blocks and frees nothing.
 */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { TesheError } from '../errors.js'
import { openDurableSqlite } from '../runtime/durable-sqlite.js'
import { syncDirectory } from '../runtime/sync-directory.js'

const SEGMENT_FORMAT = 1
const SUFFIX = '.segment'

export interface SegmentFile {
  path: string
  /** Every position in the file is at or above it and below that of the next file. */
  first: number
  /** ms since 1970; every record of the file before it is older. */
  createdAt: number
}

/** The segments of a directory, oldest first; their names are `{first position}-{ms of creation}.segment`. */
export function listSegments(dir: string): SegmentFile[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => {
      const [first, createdAt] = name.slice(0, -SUFFIX.length).split('-')
      return { path: join(dir, name), first: Number(first), createdAt: Number(createdAt) }
    })
}

export function newSegmentFile(dir: string, first: number, createdAt: number): SegmentFile {
  return { path: join(dir, `${String(first).padStart(16, '0')}-${createdAt}${SUFFIX}`), first, createdAt }
}

/** Bytes on disk, with what has not been moved out of the write-ahead log yet. */
export function segmentBytes(path: string): number {
  return fileBytes(path) + fileBytes(`${path}-wal`)
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

export function removeSegment(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
}

/**
 * Opens or creates a segment for writing; what it commits survives a loss of power. Some commits also move SQLite's usual
 * 1,000 pages of write-ahead log into the file, in 5 ms; larger moves are rarer, and seen in the PUBACK p99.
 */
export function openSegmentForWriting({ path }: SegmentFile): Sqlite.Database {
  const created = fileBytes(path) === 0
  const db = openDurableSqlite(path)
  try {
    refuseNewer(db, path)
    db.exec(`create table if not exists batch (
      partition integer not null,
      last integer not null,
      first integer not null,
      count integer not null,
      data blob not null,
      primary key (partition, last)
    )`)
    db.pragma(`user_version = ${SEGMENT_FORMAT}`)
    // The directory entry must be on disk before the first record is acknowledged.
    if (created) syncDirectory(dirname(path))
  } catch (error) {
    db.close()
    if (created) removeSegment(path)
    throw error
  }
  return db
}

/** Opens a segment for reading; the writer may be at work in it. */
export function openSegmentForReading(path: string): Sqlite.Database {
  const db = new Sqlite(path, { readonly: true, fileMustExist: true })
  refuseNewer(db, path)
  return db
}

/**
 * The same for a segment that may only just have been listed: `null` while the writer has not finished making it, or
 * after it gave it up again, as it does on a disk that refuses.
 */
export function openSegmentWhenMade(path: string): Sqlite.Database | null {
  let db: Sqlite.Database | null = null
  try {
    db = openSegmentForReading(path)
    const made = db.prepare("select 1 from sqlite_master where name = 'batch'").get() !== undefined
    if (made) return db
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_CANTOPEN') throw error
  }
  db?.close()
  return null
}

function refuseNewer(db: Sqlite.Database, path: string): void {
  const format = Number(db.pragma('user_version', { simple: true }))
  if (format > SEGMENT_FORMAT) {
    db.close()
    throw new TesheError('JOURNAL_FORMAT_NEWER', [path, format, SEGMENT_FORMAT])
  }
}

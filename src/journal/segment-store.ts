/**
 * The files of the journal on the writing side: which one is written, when the next begins, which may go,
 * and how many bytes they take.
 */
import { mkdirSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import type { BatchBuffer } from './batch.js'
import {
  listSegments,
  newSegmentFile,
  openSegmentForReading,
  openSegmentForWriting,
  removeSegment,
  type SegmentFile,
  segmentBytes,
} from './segment.js'

export interface SegmentStore {
  /** Position of the newest durable record when the store was opened. */
  readonly head: number
  readonly segments: readonly SegmentFile[]
  readonly bytes: number
  /** Writes the non-empty buffers in one transaction that is on disk when this returns; begins a new segment where due. */
  write(buffers: readonly BatchBuffer[], head: number): void
  /** Lets go of a file whose last write or sync failed: the next write begins a new one. */
  abandon(): void
  /** Unlinks segments that are older than `before` (ms since 1970) and lie wholly at or below `floor`. */
  drop(before: number, floor: number): void
  close(): void
}

export interface SegmentStoreOptions {
  dir: string
  now: () => number
  maxBytes: number
  maxAgeMs: number
}

interface Current {
  file: SegmentFile
  db: Sqlite.Database
  insert: Sqlite.Statement
  bytes: number
}

export function openSegmentStore({ dir, now, maxBytes, maxAgeMs }: SegmentStoreOptions): SegmentStore {
  mkdirSync(dir, { recursive: true })
  let segments = listSegments(dir)
  let closedBytes = 0
  let current: Current | null = open(segments.at(-1) ?? newSegmentFile(dir, 1, now()))
  const head = newestPosition(current)

  function open(file: SegmentFile): Current {
    const db = openSegmentForWriting(file)
    const insert = db.prepare(
      'insert or replace into batch (partition, last, first, count, data) values (?, ?, ?, ?, ?)',
    )
    segments = listSegments(dir)
    closedBytes = segments
      .filter((segment) => segment.path !== file.path)
      .reduce((sum, segment) => sum + segmentBytes(segment.path), 0)
    return { file, db, insert, bytes: segmentBytes(file.path) }
  }

  /** Of the two newest files: a commit in doubt may have come to light in the one before, after the next was begun. */
  function newestPosition({ db, file }: Current): number {
    const before = segments.at(-2)
    const older = before ? openSegmentForReading(before.path) : null
    const positions = [db, ...(older ? [older] : [])].map((one) => {
      const row = one.prepare('select max(last) as last from batch').get() as { last: number | null }
      return row.last ?? 0
    })
    older?.close()
    return Math.max(file.first - 1, ...positions)
  }

  function insertAll({ db, insert }: Current, buffers: readonly BatchBuffer[]): number {
    let bytes = 0
    db.exec('begin immediate')
    try {
      for (const [partition, buffer] of buffers.entries()) {
        if (buffer.count === 0) continue
        insert.run(partition, buffer.last, buffer.first, buffer.count, buffer.blob())
        bytes += buffer.bytes
      }
      db.exec('commit')
    } catch (error) {
      if (db.inTransaction) db.exec('rollback')
      throw error
    }
    return bytes
  }

  return {
    head,
    get segments() {
      return segments
    },
    get bytes() {
      return closedBytes + (current?.bytes ?? 0)
    },
    write(buffers, newHead) {
      const firstOfBatch = Math.min(
        ...buffers.filter((buffer) => buffer.count > 0).map((buffer) => buffer.first),
      )
      const due = current && (current.bytes >= maxBytes || now() - current.file.createdAt >= maxAgeMs)
      if (current && due && current.file.first < firstOfBatch) {
        current.db.close()
        current = null
      }
      current ??= open(newSegmentFile(dir, Math.min(firstOfBatch, newHead), now()))
      current.bytes += insertAll(current, buffers)
    },
    abandon() {
      const abandoned = current
      current = null
      abandoned?.db.close()
    },
    drop(before, floor) {
      for (let next = segments[1]; next; next = segments[1]) {
        const oldest = segments[0]
        if (!oldest || next.createdAt > before || next.first - 1 > floor) break
        closedBytes -= segmentBytes(oldest.path)
        removeSegment(oldest.path)
        segments = segments.slice(1)
      }
      if (current) current.bytes = segmentBytes(current.file.path)
    },
    close() {
      current?.db.close()
      current = null
    },
  }
}

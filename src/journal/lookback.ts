/** Looks back into the journal for the intake: was this message stored already? */
import type Sqlite from 'better-sqlite3'
import { type JournalRecord, partitionOf } from '../model/record.js'
import { readBatch } from './batch.js'
import { openSegmentForReading, type SegmentFile } from './segment.js'

/** A file stays open for the next look so long (ms): a fleet that comes back asks for thousands of records of one file. */
const KEPT_OPEN_MS = 5_000

export interface Lookback {
  /** The record at `position` of a shard, or `null` when it has gone or never was. */
  recordAt(segments: readonly SegmentFile[], shard: number, position: number): JournalRecord | null
  close(): void
}

interface OpenFile {
  path: string
  db: Sqlite.Database
  find: Sqlite.Statement<[partition: number, position: number], { first: number; data: Buffer }>
}

export function createLookback(): Lookback {
  let file: OpenFile | null = null
  let closing: NodeJS.Timeout | null = null

  function close(): void {
    if (closing) clearTimeout(closing)
    closing = null
    file?.db.close()
    file = null
  }

  function opened(path: string): OpenFile {
    if (file?.path === path) return file
    close()
    const db = openSegmentForReading(path)
    const find: OpenFile['find'] = db.prepare(
      'select first, data from batch where partition = ? and last >= ? order by last limit 1',
    )
    closing = setTimeout(close, KEPT_OPEN_MS).unref()
    file = { path, db, find }
    return file
  }

  return {
    recordAt(segments, shard, position) {
      const segment = segments.findLast((candidate) => candidate.first <= position)
      const row = segment && opened(segment.path).find.get(partitionOf(shard), position)
      if (!row) return null
      let found: JournalRecord | null = null
      readBatch(row.data, row.first, segment.path, (record) => {
        if (record.position === position) found = record
      })
      return found
    },
    close,
  }
}

/** Calls `each` for the newest records, oldest first: about `maxBytes` of them, none much older than `since` (ms). */
export function readTail(
  segments: readonly SegmentFile[],
  { since, maxBytes }: { since: number; maxBytes: number },
  each: (record: JournalRecord) => void,
): void {
  const rows: { first: number; data: Buffer; path: string }[] = []
  let bytes = 0
  let oldEnough = false
  for (const segment of segments.toReversed()) {
    if (bytes >= maxBytes || oldEnough) break
    const db = openSegmentForReading(segment.path)
    const newestFirst = db.prepare('select first, data from batch order by rowid desc')
    for (const row of newestFirst.iterate() as Iterable<{ first: number; data: Buffer }>) {
      rows.push({ ...row, path: segment.path })
      bytes += row.data.length
      oldEnough = row.data.readDoubleLE(8) < since // the arrival of the batch's first record
      if (bytes >= maxBytes || oldEnough) break
    }
    db.close()
  }
  for (const row of rows.toReversed()) readBatch(row.data, row.first, row.path, each)
}

/** Looks back into the journal for the intake: was this message stored already? Rare, so files are opened for the call. */
import { type JournalRecord, partitionOf } from '../model/record.js'
import { readBatch } from './batch.js'
import { openSegmentForReading, type SegmentFile } from './segment.js'

/** The record at `position` of a shard, or `null` when it has gone or never was. */
export function recordAt(
  segments: readonly SegmentFile[],
  shard: number,
  position: number,
): JournalRecord | null {
  const segment = segments.findLast((candidate) => candidate.first <= position)
  if (!segment) return null
  const db = openSegmentForReading(segment.path)
  try {
    const row = db
      .prepare('select first, data from batch where partition = ? and last >= ? order by last limit 1')
      .get(partitionOf(shard), position) as { first: number; data: Buffer } | undefined
    let found: JournalRecord | null = null
    if (row) {
      readBatch(row.data, row.first, segment.path, (record) => {
        if (record.position === position) found = record
      })
    }
    return found
  } finally {
    db.close()
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

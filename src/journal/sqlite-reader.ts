/**
 * The journal of one process, read: any thread may follow it while it is written. Every page is one bounded query that
 * holds nothing open, so that readers never keep the writer's log from being moved into its file.
 */
import type Sqlite from 'better-sqlite3'
import { type Cursor, createCursor } from '../model/cursor.js'
import { EVERY_SHARD, type JournalRecord, partitionOf, shardsOfPartition } from '../model/record.js'
import { readBatch } from './batch.js'
import type { JournalReader, Page } from './journal.js'
import { listSegments, openSegmentWhenMade, type SegmentFile } from './segment.js'

const DEFAULT_PAGE_BYTES = 512 * 1024

interface Row {
  last: number
  first: number
  data: Buffer
}

export interface SqliteReader extends JournalReader {
  read(from: Cursor): Page
}

/** `shards` must hold whole partitions (shards with the same remainder modulo 8): a tick belongs to all of them. */
export function openSqliteReader({
  dir,
  shards,
  pageBytes = DEFAULT_PAGE_BYTES,
}: {
  dir: string
  shards: readonly number[]
  pageBytes?: number
}): SqliteReader {
  const partitions = [...new Set(shards.map(partitionOf))]
  let listed: SegmentFile[] | null = null
  /** The directory is read once for a page, not once for each of its partitions. */
  const list = () => {
    listed ??= listSegments(dir)
    return listed
  }
  const streams = partitions.map((partition) => openPartition(dir, partition, list))
  const pageShare = Math.ceil(pageBytes / partitions.length)

  return {
    shards,
    read(from) {
      const to = createCursor(from)
      const records: JournalRecord[] = []
      let more = false
      listed = null
      for (const stream of streams) {
        if (stream.read(from, to, pageShare, records)) more = true
      }
      return { records, to, more }
    },
    close() {
      for (const stream of streams) stream.close()
    },
  }
}

/** One partition followed over the segments; `list` gives them as they are now, or were a moment ago. */
function openPartition(dir: string, partition: number, list: () => SegmentFile[]) {
  const shards = shardsOfPartition(partition)
  let segments: SegmentFile[] = []
  let open: { file: SegmentFile; db: Sqlite.Database; after: Sqlite.Statement } | null = null

  function use(file: SegmentFile): typeof open {
    if (open?.file.path === file.path) return open
    open?.db.close()
    open = null
    const db = openSegmentWhenMade(file.path)
    if (!db) return null
    const after = db.prepare(
      'select last, first, data from batch where partition = ? and last > ? order by last limit 64',
    )
    open = { file, db, after }
    return open
  }

  /** Rows after a position; empty only when nothing newer is durable. */
  function rowsAfter(position: number, maxBytes: number): Row[] {
    for (;;) {
      const start = segments.findLastIndex((segment) => segment.first <= position + 1)
      for (const file of segments.slice(Math.max(start, 0))) {
        const segment = use(file)
        const rows = segment ? take(segment.after, position, maxBytes) : []
        if (rows.length > 0) return rows
      }
      // A segment gets no more rows once its successor exists, so with a new one listed the search starts again.
      const newest = segments.at(-1)?.path
      segments = list()
      if (segments.at(-1)?.path === newest) return []
    }
  }

  function take(after: Sqlite.Statement, position: number, maxBytes: number): Row[] {
    const rows: Row[] = []
    let bytes = 0
    for (const row of after.iterate(partition, position) as Iterable<Row>) {
      rows.push(row)
      bytes += row.data.length
      if (bytes >= maxBytes) break
    }
    return rows
  }

  return {
    /** Appends what lies after `from` to `records` and moves `to`; true when there may be more. */
    read(from: Cursor, to: Cursor, maxBytes: number, records: JournalRecord[]): boolean {
      const start = Math.min(...shards.map((shard) => from[shard] ?? 0))
      const rows = rowsAfter(start, maxBytes)
      for (const row of rows) {
        readBatch(row.data, row.first, open?.file.path ?? dir, (record) => {
          // Rows may overlap after a commit that failed in doubt, and shards of a partition may stand apart.
          const seen = record.shard >= EVERY_SHARD ? start : (to[record.shard] ?? 0)
          if (record.position > seen) {
            records.push(record)
            if (record.shard < EVERY_SHARD) to[record.shard] = record.position
          }
        })
      }
      const last = rows.at(-1)?.last ?? 0
      for (const shard of shards) if (last > (to[shard] ?? 0)) to[shard] = last
      return rows.length > 0
    },
    close() {
      open?.db.close()
      open = null
    },
  }
}

/**
 * Reads back from the journal what the store has not seen, shaped as the rule workers would have shaped it. Used after a
 * gap: the store was away, the queue overflowed, or the service was stopped before everything was stored. However far
 * before the store it has to start, it hands on every row after the store's cursor, and none before it.
 */
import type { JournalReader } from '../journal/journal.js'
import type { HistoryBlock } from '../model/block.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import type { JournalRecord } from '../model/record.js'
import { type BlockBuilder, createBlockBuilder } from './blocks.js'

/** Rows after which a block is handed on. */
const BLOCK_ROWS = 50_000
/** Pages beyond the store's cursor after which one is handed on even with fewer rows, so that the cursor is seen to move. */
const BLOCK_PAGES = 64

/** Takes rows; those that were not asked for go no further. */
export type RowSink = Pick<BlockBuilder, 'addReading' | 'addEvent'>

/** Decodes records in order and puts their rows into a sink. */
export interface RecordShaper {
  shape(record: JournalRecord): void
  /** Where it has to start reading, so that it knows every equipment by the time the rows count. */
  readonly start: Cursor
}

export interface CatchUpOptions {
  openReader: (shards: readonly number[]) => JournalReader
  /** A shaper of fresh knowledge, made at the beginning of every catch-up. */
  createShaper: (sink: RowSink, shards: readonly number[]) => RecordShaper
  /** Rows, and pages beyond the store's cursor, after which a block is handed on. */
  blockRows?: number
  blockPages?: number
}

interface Session {
  shards: readonly number[]
  reader: JournalReader
  shaper: RecordShaper
  builder: BlockBuilder
  /** Read so far; before the store's cursor at first, in the shards that the shaper has to learn about. */
  at: Cursor
  /** Where the last block ended, and the next one starts. */
  handed: Cursor
}

export interface CatchUp {
  /**
   * A block that starts at `from`, or `null` when the journal was read to its end and holds nothing after it. However much
   * has to be skipped first, `null` comes soon after the signal is aborted.
   */
  next(from: Cursor, shards: readonly number[], signal?: AbortSignal): Promise<HistoryBlock | null>
  close(): void
}

export function createCatchUp({
  openReader,
  createShaper,
  blockRows = BLOCK_ROWS,
  blockPages = BLOCK_PAGES,
}: CatchUpOptions): CatchUp {
  let session: Session | null = null

  function close(): void {
    session?.reader.close()
    session = null
  }

  function open(from: Cursor, shards: readonly number[]): Session {
    close()
    const builder = createBlockBuilder({ shards, capacity: blockRows })
    builder.begin(from)
    const shaper = createShaper(rowsAfter(from, shards, builder), shards)
    const at = createCursor(from)
    for (const shard of shards) at[shard] = Math.min(at[shard] ?? 0, shaper.start[shard] ?? 0)
    return { shards, reader: openReader(shards), shaper, builder, at, handed: createCursor(from) }
  }

  /** The same shards, from where the last block ended: the reader goes on instead of starting again. */
  function continues({ shards: known, handed }: Session, from: Cursor, shards: readonly number[]): boolean {
    const same = known.length === shards.length && known.every((shard, i) => shard === shards[i])
    return same && shards.every((shard) => handed[shard] === from[shard])
  }

  return {
    close,
    async next(from, shards, signal) {
      if (!session || !continues(session, from, shards)) session = open(from, shards)
      const current = session
      const { reader, shaper, builder } = current
      // What lies before `from` teaches the shaper and may be any number of pages: it never ends a block.
      let pagesBeyond = 0
      while (pagesBeyond < blockPages && !builder.full()) {
        const page = await reader.read(current.at)
        for (const record of page.records) shaper.shape(record)
        current.at = page.to
        if (shards.some((shard) => (page.to[shard] ?? 0) > (from[shard] ?? 0))) pagesBeyond++
        if (!page.more) break
        // Pages are read in one go each; whoever else uses this thread gets a turn in between.
        await new Promise((resolve) => setImmediate(resolve))
        // Closed meanwhile: nobody waits for the block.
        if (session !== current || signal?.aborted) return null
      }
      if (pagesBeyond === 0) {
        close()
        return null
      }
      const to = createCursor(from)
      for (const shard of shards) to[shard] = Math.max(to[shard] ?? 0, current.at[shard] ?? 0)
      current.handed = to
      return builder.take(to)
    },
  }
}

/** Passes on the rows of `shards` after `from`: the reader sees whole partitions, and starts where the shaper must. */
function rowsAfter(from: Cursor, shards: readonly number[], { addReading, addEvent }: RowSink): RowSink {
  const stored = createCursor().fill(Number.POSITIVE_INFINITY)
  for (const shard of shards) stored[shard] = from[shard] ?? 0
  const isNew = (shard: number, position: number) => position > (stored[shard] ?? 0)
  return {
    addReading(kind, equipment, ts, shard, position, signals, values, extras) {
      if (isNew(shard, position)) addReading(kind, equipment, ts, shard, position, signals, values, extras)
    },
    addEvent(event) {
      if (isNew(event.shard, event.position)) addEvent(event)
    },
  }
}

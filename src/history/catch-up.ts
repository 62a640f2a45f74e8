/**
 * Reads back from the journal what the store has not seen, shaped as the rule workers would have shaped it. Used after a
 * gap: the store was away, the queue overflowed, or the service was stopped before everything was stored.
 */
import type { JournalReader } from '../journal/journal.js'
import type { HistoryBlock } from '../model/block.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import type { JournalRecord } from '../model/record.js'
import { type BlockBuilder, createBlockBuilder } from './blocks.js'

/** Rows after which a block is handed on. */
const BLOCK_ROWS = 50_000
/** Pages after which one is handed on even with fewer rows, so that the cursor is seen to move. */
const BLOCK_PAGES = 64

/** Decodes records in order and puts their rows into a builder. */
export interface RecordShaper {
  shape(record: JournalRecord): void
  /** Where it has to start reading, so that it knows every equipment by the time the rows count. */
  readonly start: Cursor
}

export interface CatchUpOptions {
  openReader: (shards: readonly number[]) => JournalReader
  /** A shaper of fresh knowledge, made at the beginning of every catch-up. */
  createShaper: (builder: BlockBuilder, shards: readonly number[]) => RecordShaper
}

interface Session {
  shards: readonly number[]
  reader: JournalReader
  shaper: RecordShaper
  builder: BlockBuilder
  /** Read so far. */
  at: Cursor
}

export interface CatchUp {
  /** A block that starts at `from`, or `null` when the journal holds nothing after it. */
  next(from: Cursor, shards: readonly number[]): Promise<HistoryBlock | null>
  close(): void
}

export function createCatchUp({ openReader, createShaper }: CatchUpOptions): CatchUp {
  let session: Session | null = null

  function close(): void {
    session?.reader.close()
    session = null
  }

  function open(from: Cursor, shards: readonly number[]): Session {
    close()
    const builder = createBlockBuilder({ shards, capacity: BLOCK_ROWS })
    builder.begin(from)
    const shaper = createShaper(builder, shards)
    const at = createCursor(from)
    for (const shard of shards) at[shard] = Math.min(at[shard] ?? 0, shaper.start[shard] ?? 0)
    return { shards, reader: openReader(shards), shaper, builder, at }
  }

  /** The same shards, from where the last block ended: the reader goes on instead of starting again. */
  function continues({ shards: known, at }: Session, from: Cursor, shards: readonly number[]): boolean {
    const same = known.length === shards.length && known.every((shard, i) => shard === shards[i])
    return same && shards.every((shard) => at[shard] === from[shard])
  }

  return {
    close,
    async next(from, shards) {
      if (!session || !continues(session, from, shards)) session = open(from, shards)
      const { reader, shaper, builder } = session
      let moved = false
      for (let pages = 0; pages < BLOCK_PAGES && !builder.full(); pages++) {
        const page = await reader.read(session.at)
        for (const record of page.records) shaper.shape(record)
        for (const shard of shards) {
          if ((page.to[shard] ?? 0) > (from[shard] ?? 0)) moved = true
        }
        session.at = page.to
        if (page.records.length === 0) break
        // Pages are read in one go each; whoever else uses this thread gets a turn in between.
        await new Promise((resolve) => setImmediate(resolve))
      }
      if (!moved) {
        close()
        return null
      }
      const to = createCursor(from)
      for (const shard of shards) to[shard] = Math.max(to[shard] ?? 0, session.at[shard] ?? 0)
      return builder.take(to)
    },
  }
}

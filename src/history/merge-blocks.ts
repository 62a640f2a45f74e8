/** Several blocks become one write: stores are fast with many rows and slow with many small batches. */
import type { HistoryBlock } from '../model/block.js'
import { createCursor } from '../model/cursor.js'
import { SHARDS } from '../model/equipment.js'

const BYTES_PER_CELL = 8
const BYTES_PER_EXTRA = 160

/** Rows of all sorts in a block. */
export function rowsOf(block: HistoryBlock): number {
  let rows = block.extras.length + block.events.length
  for (const columns of block.readings) rows += columns.rows
  return rows
}

/** About how much memory a block holds. */
export function bytesOf(block: HistoryBlock): number {
  let cells = 2 * SHARDS
  for (const { rows, columns } of block.readings) cells += rows * (columns.length + 3)
  return cells * BYTES_PER_CELL + (block.extras.length + block.events.length) * BYTES_PER_EXTRA
}

/**
 * One block that says the same as `blocks`, which must be in order within each shard. Columns are not copied: a block
 * may hold several of one kind, and later ones win.
 */
export function mergeBlocks(blocks: readonly HistoryBlock[]): HistoryBlock {
  const shards = new Set<number>()
  const from = createCursor()
  const to = createCursor()
  for (const block of blocks) {
    for (const shard of block.shards) {
      if (!shards.has(shard)) from[shard] = block.from[shard] ?? 0
      shards.add(shard)
      to[shard] = Math.max(to[shard] ?? 0, block.to[shard] ?? 0)
    }
  }
  return {
    shards: [...shards],
    from,
    to,
    readings: blocks.flatMap((block) => block.readings),
    extras: blocks.flatMap((block) => block.extras),
    events: blocks.flatMap((block) => block.events),
  }
}

/**
 * Where a reader of the journal stands: one position for each shard.
 * Positions rise within a shard; between shards they say nothing.
 */
import { SHARDS } from './equipment.js'

/** 64 positions; everything at or below `cursor[shard]` has been read. */
export type Cursor = Float64Array

export function createCursor(from?: ArrayLike<number>): Cursor {
  const cursor = new Float64Array(SHARDS)
  if (from) cursor.set(from)
  return cursor
}

/** Moves every position of `cursor` up to that of `other` where that one is further. */
export function advanceCursor(cursor: Cursor, other: ArrayLike<number>): void {
  for (let shard = 0; shard < SHARDS; shard++) {
    const position = other[shard] ?? 0
    if (position > (cursor[shard] ?? 0)) cursor[shard] = position
  }
}

/** True when `cursor` has read everything that `other` has, in the shards given (all of them by default). */
export function covers(cursor: Cursor, other: ArrayLike<number>, shards?: Iterable<number>): boolean {
  for (const shard of shards ?? cursor.keys()) {
    if ((cursor[shard] ?? 0) < (other[shard] ?? 0)) return false
  }
  return true
}

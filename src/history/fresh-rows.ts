/** Which rows of a block a store has not seen: those beyond its cursor. What keeps a repeated block from changing anything. */
import type { KindColumns } from '../model/block.js'
import type { Cursor } from '../model/cursor.js'

/** True when a row lies beyond the cursor of its shard. */
export function isFresh(cursor: Cursor, row: { shard: number; position: number }): boolean {
  return row.position > (cursor[row.shard] ?? 0)
}

/** Indexes of the rows beyond the cursor, or `null` when all of them are. Hot path. */
export function freshRows({ rows, shard, position }: KindColumns, cursor: Cursor): Uint32Array | null {
  let stale = 0
  for (let row = 0; row < rows; row++) {
    if ((position[row] as number) <= (cursor[shard[row] as number] as number)) stale++
  }
  if (stale === 0) return null
  const fresh = new Uint32Array(rows - stale)
  let next = 0
  for (let row = 0; row < rows; row++) {
    if ((position[row] as number) > (cursor[shard[row] as number] as number)) fresh[next++] = row
  }
  return fresh
}

/**
 * The tree over the entries of one checkpoint, built as in RFC 6962: a leaf and a node are hashed differently, so neither
 * can pass for the other, and a short path shows that an entry is under the root without showing anybody else's.
 */
import { createHash } from 'node:crypto'

/** Hashes in hex. `leaves` holds at least one. */
export function rootOf(leaves: readonly string[]): string {
  if (leaves.length <= 1) return leaves[0] ?? ''
  const middle = splitOf(leaves.length)
  return nodeHash(rootOf(leaves.slice(0, middle)), rootOf(leaves.slice(middle)))
}

/** What must be hashed with the leaf at `index`, from the leaf upwards, to come to the root. */
export function pathOf(leaves: readonly string[], index: number): string[] {
  if (leaves.length <= 1) return []
  const middle = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)]
  return index < middle
    ? [...pathOf(left, index), rootOf(right)]
    : [...pathOf(right, index - middle), rootOf(left)]
}

/** The root that a leaf, its place among `count` and its path lead to; `null` for a path that fits no such tree. */
export function climb(leaf: string, index: number, count: number, path: readonly string[]): string | null {
  if (index < 0 || index >= count) return null
  if (count === 1) return path.length === 0 ? leaf : null
  const beside = path.at(-1)
  if (beside === undefined) return null
  const middle = splitOf(count)
  const inLeft = index < middle
  const below = inLeft
    ? climb(leaf, index, middle, path.slice(0, -1))
    : climb(leaf, index - middle, count - middle, path.slice(0, -1))
  if (below === null) return null
  return inLeft ? nodeHash(below, beside) : nodeHash(beside, below)
}

/** The leaf of an entry: which incident, which number, which hash. */
export function leafOf(entry: { incident_id: string; seq: number; hash: string }): string {
  const said = JSON.stringify([entry.incident_id, entry.seq, entry.hash])
  return createHash('sha256').update('\u0000').update(said).digest('hex')
}

function nodeHash(left: string, right: string): string {
  return createHash('sha256').update('\u0001').update(left).update(right).digest('hex')
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  let middle = 1
  while (middle * 2 < count) middle *= 2
  return middle
}

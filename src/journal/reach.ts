/** How far back the journal of a directory reaches, and where in it a time begins. */
import { type Cursor, createCursor } from '../model/cursor.js'
import { listSegments } from './segment.js'

/** `first`: the lowest position that it still holds, or more. `since`: ms since 1970; what it has dropped arrived before. */
export interface JournalReach {
  first: number
  since: number
}

/** `null` while there is no journal. */
export function reachOf(dir: string): JournalReach | null {
  const oldest = listSegments(dir)[0]
  return oldest ? { first: oldest.first, since: oldest.createdAt } : null
}

/** A cursor behind which every record lies that arrived at `since` (ms since 1970) or later; up to a segment earlier. */
export function cursorBefore(dir: string, since: number): Cursor {
  const segments = listSegments(dir)
  const start = segments.findLast(({ createdAt }) => createdAt <= since) ?? segments[0]
  return createCursor().fill((start?.first ?? 1) - 1)
}

/** Lists in pages: a cursor is the sort key of the last row, opaque to whoever holds it. */
import { TesheError } from '../errors.js'
import type { ListPage, ListQuery } from '../model/viewer.js'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 500

export function limitOf(query: ListQuery): number {
  return Math.min(MAX_LIMIT, Math.max(1, Math.trunc(query.limit ?? DEFAULT_LIMIT) || DEFAULT_LIMIT))
}

export type CursorKey = readonly (string | number)[]

/** Rows were asked for with one more than `limit`; that one only says that there are more. */
export function pageOf<Row, Item>({
  rows,
  limit,
  keyOf,
  toItem,
}: {
  rows: readonly Row[]
  limit: number
  keyOf: (row: Row) => CursorKey
  toItem: (row: Row) => Item
}): ListPage<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last ? encodeCursor(keyOf(last)) : null
  return { items: shown.map(toItem), next }
}

export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** `null` without a cursor. Throws CURSOR_INVALID unless it holds values of the same types as `shape`. */
export function decodeCursor<K extends CursorKey>(cursor: string | undefined, shape: K): K | null {
  if (cursor === undefined) return null
  const key = parse(cursor)
  const fits =
    Array.isArray(key) &&
    key.length === shape.length &&
    key.every((part, i) => typeof part === typeof shape[i])
  if (!fits) throw new TesheError('CURSOR_INVALID', [cursor.slice(0, 40)])
  return key as unknown as K
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return null
  }
}

/** A `like` pattern (with `escape '\'`) for a part of a lower-case `search` column. */
export function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
}

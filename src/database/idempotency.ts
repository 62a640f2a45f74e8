/** The same key and request get the same reply, written in the same transaction as the work itself. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { TesheError } from '../errors.js'
import type { Tx } from './database.js'

export interface OnceOptions<T> {
  tx: Tx
  /** Whose key it is. */
  owner: string
  /** Without a key the work is simply done. */
  key: string | undefined
  /** What must be the same; leave secrets out. */
  request: unknown
  /** ms since 1970. */
  now: number
  work: () => Promise<T>
}

/** Throws KEY_REUSED when the key came with another request. The reply must survive JSON. */
export async function once<T>({ tx, owner, key, request, now, work }: OnceOptions<T>): Promise<T> {
  if (key === undefined) return work()
  const requestHash = createHash('sha256').update(stableJson(request)).digest('hex')
  // Two with the same key at once: the second waits here, and then finds the first one's reply.
  if (tx.dialect === 'postgres')
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${owner} ${key}`}, 0))`.execute(tx.db)
  const known = await tx.db
    .selectFrom('idempotency')
    .select(['request_hash', 'reply_json'])
    .where('owner', '=', owner)
    .where('key', '=', key)
    .executeTakeFirst()
  if (known) {
    if (known.request_hash !== requestHash) throw new TesheError('KEY_REUSED', [key])
    return JSON.parse(known.reply_json)
  }
  const reply = await work()
  await tx.db
    .insertInto('idempotency')
    .values({ owner, key, request_hash: requestHash, reply_json: JSON.stringify(reply), created_at: now })
    .execute()
  return reply
}

/** JSON with sorted keys, so that the order of fields in a request means nothing. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

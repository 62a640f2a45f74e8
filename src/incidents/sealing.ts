/**
 * Seals the entries of all timelines, in the order of their numbers, under the next checkpoint. What is sealed, and that
 * it no longer waits, is written in one transaction; two consoles at it at once are a lost race, which is run again.
 */
import type { Tx } from '../database/database.js'
import type { CheckpointTable } from '../database/tables.js'
import { hashOfCheckpoint, type Signer } from '../record/checkpoint.js'
import { CHAIN_START } from '../record/entry.js'
import { leafOf, rootOf } from '../record/merkle.js'

/** Entries under one checkpoint at most: it bounds the transaction, and the path of each to the root. */
export const MOST_ENTRIES = 1024

/** The new checkpoint, or `null` when nothing waited. `now` in ms since 1970. */
export async function sealEntries(tx: Tx, signer: Signer, now: number): Promise<CheckpointTable | null> {
  const waiting = await tx.db
    .selectFrom('unsealed')
    .selectAll()
    .orderBy('incident_id')
    .orderBy('seq')
    .limit(MOST_ENTRIES)
    .execute()
  if (waiting.length === 0) return null
  const last = await tx.db
    .selectFrom('checkpoint')
    .selectAll()
    .orderBy('counter', 'desc')
    .limit(1)
    .executeTakeFirst()
  const leaves = waiting.map(({ incident_id, seq, entry_hash }) =>
    leafOf({ incident_id, seq, hash: entry_hash }),
  )
  const bare = {
    counter: (last?.counter ?? 0) + 1,
    // A clock set back must not turn the record round.
    at: Math.max(now, last?.at ?? 0),
    count: waiting.length,
    root: rootOf(leaves),
    previous_hash: last?.hash ?? CHAIN_START,
    key_id: signer.keyId,
  }
  const hash = hashOfCheckpoint(bare)
  const checkpoint = { ...bare, hash, signature: signer.sign('checkpoint', hash) }
  await tx.db.insertInto('checkpoint').values(checkpoint).execute()
  await tx.db
    .insertInto('seal')
    .values(waiting.map((row, leaf) => ({ counter: checkpoint.counter, leaf, ...row })))
    .execute()
  for (const { incident_id, seq } of waiting)
    await tx.db.deleteFrom('unsealed').where('incident_id', '=', incident_id).where('seq', '=', seq).execute()
  return checkpoint
}

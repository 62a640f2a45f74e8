/**
 * Checks the stored checkpoints page by page: counted without a gap, each following the one before it, signed by the record
 * key, and over exactly the entries that stand under it.
 */
import type { Kysely } from 'kysely'
import type { CheckpointTable, Tables } from '../database/tables.js'
import { hashOfCheckpoint, isSignedBy, type Signer } from '../record/checkpoint.js'
import { CHAIN_START } from '../record/entry.js'
import { leafOf, rootOf } from '../record/merkle.js'
import type { StoredFault } from './check-chains.js'

/** `next`: the counter after which the following page begins, `null` after the newest. With an incident, only what seals it. */
export async function checkCheckpoints(
  db: Kysely<Tables>,
  {
    incidentId,
    after,
    limit,
    signer,
  }: { incidentId: string | undefined; after: number; limit: number; signer: Signer },
): Promise<{ faults: StoredFault[]; checkpoints: number; next: number | null }> {
  const faults: StoredFault[] = []
  const page = await checkpointsAfter(db, { incidentId, after, limit })
  let before = await checkpointAt(db, after)
  let entries = 0
  let checked = 0
  for (const checkpoint of page) {
    // Of a whole record every one follows; of an incident those between belong to others.
    const expected = incidentId === undefined || before?.counter === checkpoint.counter - 1
    const says = (what: string) =>
      void faults.push({ incidentId: null, seq: null, checkpoint: checkpoint.counter, what })
    if (expected) checkOrder(checkpoint, before, says)
    checkSignature(checkpoint, signer, says)
    entries += await checkSeals(db, checkpoint, faults, says)
    before = checkpoint
    checked++
    if (entries >= limit) break
  }
  const more = checked < page.length || page.length === limit
  return { faults, checkpoints: checked, next: more && before ? before.counter : null }
}

type Says = (what: string) => void

async function checkpointsAfter(
  db: Kysely<Tables>,
  { incidentId, after, limit }: { incidentId: string | undefined; after: number; limit: number },
): Promise<CheckpointTable[]> {
  let query = db
    .selectFrom('checkpoint')
    .selectAll()
    .where('counter', '>', after)
    .orderBy('counter')
    .limit(limit)
  if (incidentId !== undefined)
    query = query.where('counter', 'in', (eb) =>
      eb.selectFrom('seal').select('seal.counter').where('seal.incident_id', '=', incidentId),
    )
  return await query.execute()
}

async function checkpointAt(db: Kysely<Tables>, counter: number): Promise<CheckpointTable | undefined> {
  return await db.selectFrom('checkpoint').selectAll().where('counter', '=', counter).executeTakeFirst()
}

function checkOrder(checkpoint: CheckpointTable, before: CheckpointTable | undefined, says: Says): void {
  const { counter, previous_hash, at } = checkpoint
  const due = (before?.counter ?? 0) + 1
  if (counter !== due) says(`checkpoint ${counter} stands where checkpoint ${due} belongs`)
  else if (previous_hash !== (before?.hash ?? CHAIN_START)) says('it does not follow the one before it')
  if (before && at < before.at) says('it is older than the one before it')
}

function checkSignature(checkpoint: CheckpointTable, signer: Signer, says: Says): void {
  if (hashOfCheckpoint(checkpoint) !== checkpoint.hash) says('it was altered: its hash does not fit')
  if (checkpoint.key_id !== signer.keyId)
    says(`it is signed by key ${checkpoint.key_id}, and the key of this service is ${signer.keyId}`)
  else if (!isSignedBy(signer.publicKey, 'checkpoint', checkpoint))
    says("it does not bear the key's signature")
}

/** Returns how many entries stand under it. */
async function checkSeals(
  db: Kysely<Tables>,
  { counter, count, root }: CheckpointTable,
  faults: StoredFault[],
  says: Says,
): Promise<number> {
  const seals = await db
    .selectFrom('seal')
    .leftJoin('timeline', (join) =>
      join.onRef('timeline.incident_id', '=', 'seal.incident_id').onRef('timeline.seq', '=', 'seal.seq'),
    )
    .selectAll('seal')
    .select('timeline.hash as stored_hash')
    .where('seal.counter', '=', counter)
    .orderBy('seal.leaf')
    .execute()
  const leaves = seals.map(({ incident_id, seq, entry_hash }) =>
    leafOf({ incident_id, seq, hash: entry_hash }),
  )
  if (seals.length !== count) says(`it sealed ${count} entries, and ${seals.length} are under it`)
  else if (rootOf(leaves) !== root) says('the entries under it are not those that it sealed')
  for (const { incident_id, seq, entry_hash, stored_hash } of seals) {
    if (stored_hash === entry_hash) continue
    const what = stored_hash === null ? 'is gone' : 'is not what was sealed'
    faults.push({ incidentId: incident_id, seq, checkpoint: counter, what: `entry ${seq} ${what}` })
  }
  return seals.length
}

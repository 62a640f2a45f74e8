/** The record of one incident as a file that can be checked far from here (format: `record/file.ts`). */
import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { Signer } from '../record/checkpoint.js'
import { type Sealed, writeRecord } from '../record/file.js'
import { leafOf, pathOf } from '../record/merkle.js'

/** Everything must be sealed before. Throws INCIDENT_UNKNOWN. */
export async function exportRecord(
  db: Kysely<Tables>,
  { incidentId, by, now, signer }: { incidentId: string; by: string; now: number; signer: Signer },
): Promise<string> {
  const incident = await db
    .selectFrom('incident')
    .select(['id', 'number'])
    .where('id', '=', incidentId)
    .executeTakeFirst()
  if (!incident) throw new TesheError('INCIDENT_UNKNOWN', [incidentId])
  const entries = await db
    .selectFrom('timeline')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('seq')
    .execute()
  const seals = await db
    .selectFrom('seal')
    .select(['counter', 'seq'])
    .where('incident_id', '=', incidentId)
    .orderBy('seq')
    .execute()
  const sealed = []
  for (const counter of [...new Set(seals.map((seal) => seal.counter))].sort((a, b) => a - b))
    sealed.push(await underCheckpoint(db, counter, incidentId))
  const latest = await db
    .selectFrom('checkpoint')
    .select(['counter', 'hash'])
    .orderBy('counter', 'desc')
    .limit(1)
    .executeTakeFirst()
  return writeRecord({
    head: {
      incident_id: incident.id,
      number: String(incident.number),
      exported_at: now,
      exported_by: by,
      latest: latest ?? null,
    },
    // An entry written after the last checkpoint belongs to the next export.
    entries: entries.slice(0, seals.length),
    sealed,
    signer,
  })
}

async function underCheckpoint(db: Kysely<Tables>, counter: number, incidentId: string) {
  const checkpoint = await db
    .selectFrom('checkpoint')
    .selectAll()
    .where('counter', '=', counter)
    .executeTakeFirstOrThrow()
  const all = await db.selectFrom('seal').selectAll().where('counter', '=', counter).orderBy('leaf').execute()
  const leaves = all.map(({ incident_id, seq, entry_hash }) => leafOf({ incident_id, seq, hash: entry_hash }))
  const sealed: Sealed['sealed'] = all
    .filter((row) => row.incident_id === incidentId)
    .map(({ seq, leaf }) => ({ seq, leaf, path: pathOf(leaves, leaf) }))
  return { checkpoint, sealed }
}

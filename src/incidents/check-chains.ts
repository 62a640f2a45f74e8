/**
 * Checks the stored timelines page by page, in the order of incident and number: every entry is what its hash says, follows
 * the one before it, is sealed or waits for its seal, and the incident knows the last one. Readers and writers go on meanwhile.
 */
import type { Kysely } from 'kysely'
import type { Tables, TimelineTable } from '../database/tables.js'
import { CHAIN_START, hashOfEntry } from '../record/entry.js'

/** Where it does not fit. */
export interface StoredFault {
  incidentId: string | null
  seq: number | null
  checkpoint: number | null
  what: string
}

/** The last entry that was checked. */
export interface ChainPlace {
  incidentId: string
  seq: number
}

interface Head {
  id: string
  seq: number
  hash: string
}
type Row = TimelineTable & { sealed_hash: string | null; waiting_hash: string | null }
type End = Pick<TimelineTable, 'incident_id' | 'seq' | 'hash'>

/** `next`: where the following page begins, `null` after the last entry. */
export async function checkChains(
  db: Kysely<Tables>,
  { incidentId, after, limit }: { incidentId: string | undefined; after: ChainPlace | null; limit: number },
): Promise<{ faults: StoredFault[]; entries: number; next: ChainPlace | null }> {
  const faults: StoredFault[] = []
  // Before the entries: what an incident knew then must be among them, whatever has been added since.
  const heads = await headsFrom(db, { incidentId, after, limit })
  const rows = await entriesAfter(db, { incidentId, after, limit })
  const last = rows.length < limit
  let open: End | undefined = after ? await entryAt(db, after) : undefined
  if (after && !open) faults.push(fault(after.incidentId, after.seq, 'the entry is gone'))
  const seen = new Set<string>(after ? [after.incidentId] : [])
  for (const row of rows) {
    if (open && open.incident_id !== row.incident_id) {
      faults.push(...(await faultsOfEnd(db, open, heads)))
      open = undefined
    }
    seen.add(row.incident_id)
    faults.push(...faultsOfEntry(row, open))
    open = row
  }
  if (open && last) faults.push(...(await faultsOfEnd(db, open, heads)))
  faults.push(...faultsOfEmpty([...heads.values()], seen, last))
  const end = rows.at(-1)
  return {
    faults,
    entries: rows.length,
    next: last || !end ? null : { incidentId: end.incident_id, seq: end.seq },
  }
}

interface Slice {
  incidentId: string | undefined
  after: ChainPlace | null
  limit: number
}

async function headsFrom(
  db: Kysely<Tables>,
  { incidentId, after, limit }: Slice,
): Promise<Map<string, Head>> {
  let query = db
    .selectFrom('incident')
    .select(['id', 'timeline_seq as seq', 'timeline_hash as hash'])
    .orderBy('id')
    // Each has an entry at least, so no page reaches further.
    .limit(limit + 1)
  if (incidentId !== undefined) query = query.where('id', '=', incidentId)
  if (after) query = query.where('id', '>=', after.incidentId)
  return new Map((await query.execute()).map((head) => [head.id, head]))
}

async function entriesAfter(db: Kysely<Tables>, { incidentId, after, limit }: Slice): Promise<Row[]> {
  let query = db
    .selectFrom('timeline')
    .leftJoin('seal', (join) =>
      join.onRef('seal.incident_id', '=', 'timeline.incident_id').onRef('seal.seq', '=', 'timeline.seq'),
    )
    .leftJoin('unsealed', (join) =>
      join
        .onRef('unsealed.incident_id', '=', 'timeline.incident_id')
        .onRef('unsealed.seq', '=', 'timeline.seq'),
    )
    .selectAll('timeline')
    .select(['seal.entry_hash as sealed_hash', 'unsealed.entry_hash as waiting_hash'])
    .orderBy('timeline.incident_id')
    .orderBy('timeline.seq')
    .limit(limit)
  if (incidentId !== undefined) query = query.where('timeline.incident_id', '=', incidentId)
  if (after)
    // The first condition lets the index begin there.
    query = query
      .where('timeline.incident_id', '>=', after.incidentId)
      .where((eb) =>
        eb.or([
          eb('timeline.incident_id', '>', after.incidentId),
          eb.and([eb('timeline.incident_id', '=', after.incidentId), eb('timeline.seq', '>', after.seq)]),
        ]),
      )
  return await query.execute()
}

async function entryAt(db: Kysely<Tables>, { incidentId, seq }: ChainPlace): Promise<End | undefined> {
  return await db
    .selectFrom('timeline')
    .select(['incident_id', 'seq', 'hash'])
    .where('incident_id', '=', incidentId)
    .where('seq', '=', seq)
    .executeTakeFirst()
}

/** `before`: the entry before it in the same timeline. */
function faultsOfEntry(row: Row, before: End | undefined): StoredFault[] {
  const { incident_id, seq, hash, previous_hash, sealed_hash, waiting_hash } = row
  const faults: string[] = []
  const due = (before?.seq ?? 0) + 1
  if (seq !== due) faults.push(`entry ${seq} stands where entry ${due} belongs`)
  else if (previous_hash !== (before?.hash ?? CHAIN_START))
    faults.push('it does not follow the one before it')
  if (hashOfEntry(row) !== hash) faults.push('it was altered: its hash does not fit')
  if (sealed_hash === null && waiting_hash === null)
    faults.push('it is under no checkpoint, and does not wait for one')
  if ((sealed_hash ?? waiting_hash ?? hash) !== hash) faults.push('it is not what was sealed')
  return faults.map((what) => fault(incident_id, seq, what))
}

async function faultsOfEnd(
  db: Kysely<Tables>,
  open: End,
  heads: ReadonlyMap<string, Head>,
): Promise<StoredFault[]> {
  const { incident_id: id, seq, hash } = open
  const known = heads.get(id)
  if (known && known.seq > seq)
    return [
      fault(id, known.seq, `the tail was cut: the incident has ${known.seq} entries, and ${seq} are there`),
    ]
  if (known?.seq === seq)
    return known.hash === hash ? [] : [fault(id, seq, 'the incident knows another last entry')]
  // Entered since the incident was read, or put there by nobody whom it knows.
  const now = await db.selectFrom('incident').select('timeline_seq').where('id', '=', id).executeTakeFirst()
  if (!now) return [fault(id, seq, 'the incident is gone')]
  return now.timeline_seq >= seq ? [] : [fault(id, seq, 'the incident does not know of this entry')]
}

/** Incidents without a single entry, as far as this page reaches. */
function faultsOfEmpty(heads: readonly Head[], seen: ReadonlySet<string>, last: boolean): StoredFault[] {
  // In the database's order of ids, which need not be ours.
  const reach = last ? heads.length : heads.findLastIndex(({ id }) => seen.has(id))
  return heads
    .slice(0, Math.max(0, reach))
    .filter(({ id, seq }) => seq > 0 && !seen.has(id))
    .map(({ id, seq }) => fault(id, seq, `all ${seq} entries of the incident are gone`))
}

function fault(incidentId: string, seq: number, what: string): StoredFault {
  return { incidentId, seq, checkpoint: null, what }
}

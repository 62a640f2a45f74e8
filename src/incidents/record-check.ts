/** Is the stored record still what was entered and sealed? Page by page, so that years of it cost no memory and hold up nobody. */
import type { Kysely } from 'kysely'
import { decodeCursor, encodeCursor } from '../database/page.js'
import type { Tables } from '../database/tables.js'
import type { Signer } from '../record/checkpoint.js'
import { checkChains, type StoredFault } from './check-chains.js'
import { checkCheckpoints } from './check-checkpoints.js'

export type { StoredFault }

export interface RecordCheckQuery {
  /** Only this incident and what seals it. */
  incidentId?: string | undefined
  cursor?: string | undefined
  /** Entries, or checkpoints, of one page. */
  limit?: number | undefined
}

export interface RecordCheck {
  /** Of this page; the record is intact when every page is. */
  verdict: 'intact' | 'altered'
  /** The first ones of this page. */
  faults: StoredFault[]
  faultCount: number
  entries: number
  checkpoints: number
  /** The newest checkpoint, to hold against an anchor that was kept elsewhere: a tail cut here is seen only there. */
  latest: { counter: number; hash: string } | null
  next: string | null
}

const DEFAULT_LIMIT = 1_000
/** Hashing them holds up the thread that everybody shares. */
export const MOST_CHECKED = 5_000
const MOST_FAULTS = 100

/** First all entries, then all checkpoints. */
export async function checkRecord(
  db: Kysely<Tables>,
  { incidentId, cursor, limit = DEFAULT_LIMIT, signer }: RecordCheckQuery & { signer: Signer },
): Promise<RecordCheck> {
  const [part, id, at] = decodeCursor(cursor, ['', '', 0]) ?? ['entries', '', 0]
  const page =
    part === 'checkpoints'
      ? await checkpointPage(db, { incidentId, after: Number(at), limit, signer })
      : await entryPage(db, {
          incidentId,
          after: id === '' ? null : { incidentId: String(id), seq: Number(at) },
          limit,
        })
  const latest = await db
    .selectFrom('checkpoint')
    .select(['counter', 'hash'])
    .orderBy('counter', 'desc')
    .limit(1)
    .executeTakeFirst()
  return {
    verdict: page.faults.length > 0 ? 'altered' : 'intact',
    faults: page.faults.slice(0, MOST_FAULTS),
    faultCount: page.faults.length,
    entries: page.entries,
    checkpoints: page.checkpoints,
    latest: latest ?? null,
    next: page.next && encodeCursor(page.next),
  }
}

interface Page {
  faults: StoredFault[]
  entries: number
  checkpoints: number
  next: [string, string, number] | null
}

async function entryPage(db: Kysely<Tables>, slice: Parameters<typeof checkChains>[1]): Promise<Page> {
  const { faults, entries, next } = await checkChains(db, slice)
  return {
    faults,
    entries,
    checkpoints: 0,
    next: next ? ['entries', next.incidentId, next.seq] : ['checkpoints', '', 0],
  }
}

async function checkpointPage(
  db: Kysely<Tables>,
  slice: Parameters<typeof checkCheckpoints>[1],
): Promise<Page> {
  const { faults, checkpoints, next } = await checkCheckpoints(db, slice)
  return { faults, entries: 0, checkpoints, next: next === null ? null : ['checkpoints', '', next] }
}

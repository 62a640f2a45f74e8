/** One entry of an incident's timeline as it is recorded, and its hash: each entry holds the hash of the one before. */
import { createHash } from 'node:crypto'

export interface RecordEntry {
  incident_id: string
  /** From 1, without a gap. */
  seq: number
  /** ms since 1970: when it happened, and when it was written down. */
  at: number
  recorded_at: number
  actor: string
  actor_name: string
  on_behalf_of: string | null
  via: string | null
  call_id: string | null
  kind: string
  assignment_id: string | null
  reason: string | null
  detail_json: string
  previous_hash: string
  hash: string
}

/** What stands before the first entry, and before the first checkpoint. */
export const CHAIN_START = '0'.repeat(64)

/** The fields that are hashed, in their order; whoever checks a record must build the same array. */
const HASHED = [
  'incident_id',
  'seq',
  'at',
  'recorded_at',
  'actor',
  'actor_name',
  'on_behalf_of',
  'via',
  'call_id',
  'kind',
  'assignment_id',
  'reason',
  'detail_json',
  'previous_hash',
] as const satisfies readonly (keyof RecordEntry)[]

/** SHA-256 over every field but the hash itself, in hex. */
export function hashOfEntry(entry: Omit<RecordEntry, 'hash'>): string {
  return sha256(JSON.stringify(HASHED.map((field) => entry[field])))
}

/** The entry with its fields in the order in which a file has them. */
export function inOrder(entry: RecordEntry): RecordEntry {
  return {
    ...Object.fromEntries(HASHED.map((field) => [field, entry[field]])),
    hash: entry.hash,
  } as RecordEntry
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

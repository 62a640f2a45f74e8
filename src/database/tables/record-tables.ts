/** The append-only record: timelines, and the checkpoints that seal them. */
import type { Via } from '../../model/incident-view.js'

export interface TimelineTable {
  incident_id: string
  seq: number
  at: number
  recorded_at: number
  actor: string
  actor_name: string
  on_behalf_of: string | null
  via: Via | null
  call_id: string | null
  kind: string
  assignment_id: string | null
  reason: string | null
  detail_json: string
  previous_hash: string
  hash: string
}

/** A signed seal over entries of all timelines (`record/checkpoint.ts`). */
export interface CheckpointTable {
  counter: number
  at: number
  count: number
  root: string
  previous_hash: string
  hash: string
  key_id: string
  signature: string
}

/** Which checkpoint seals an entry, and as which leaf. */
export interface SealTable {
  counter: number
  leaf: number
  incident_id: string
  seq: number
  entry_hash: string
}

/** Entries that wait for the next checkpoint. */
export interface UnsealedTable {
  incident_id: string
  seq: number
  entry_hash: string
}

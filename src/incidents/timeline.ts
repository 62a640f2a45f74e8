/** The timeline of an incident: numbered from 1, each entry chained to the one before by SHA-256. Only ever appended. */
import { createHash } from 'node:crypto'
import type { IncidentTable, TimelineTable } from '../database/tables.js'
import type { TimelineEntry } from '../model/incident-view.js'
import type { Moment } from './moment.js'

export interface NewEntry extends Moment {
  kind: string
  assignmentId: string | null
  reason: string | null
  detail: Record<string, unknown>
}

/** What stands before the first entry. */
export const CHAIN_START = '0'.repeat(64)

/** Gives the entries their numbers and hashes and moves the incident's end of the chain. */
export function appendEntries(incident: IncidentTable, entries: readonly NewEntry[]): TimelineTable[] {
  return entries.map((entry) => {
    const row: TimelineTable = {
      incident_id: incident.id,
      seq: incident.timeline_seq + 1,
      at: entry.at,
      recorded_at: entry.now,
      actor: entry.actor,
      actor_name: entry.actorName,
      on_behalf_of: entry.onBehalfOf,
      via: entry.via,
      call_id: entry.callId,
      kind: entry.kind,
      assignment_id: entry.assignmentId,
      reason: entry.reason,
      detail_json: JSON.stringify(entry.detail),
      previous_hash: incident.timeline_hash,
      hash: '',
    }
    row.hash = hashOfEntry(row)
    incident.timeline_seq = row.seq
    incident.timeline_hash = row.hash
    return row
  })
}

/** Over every field in this order; whoever checks a record must build the same array. */
export function hashOfEntry(row: Omit<TimelineTable, 'hash'>): string {
  const fields = [
    row.incident_id,
    row.seq,
    row.at,
    row.recorded_at,
    row.actor,
    row.actor_name,
    row.on_behalf_of,
    row.via,
    row.call_id,
    row.kind,
    row.assignment_id,
    row.reason,
    row.detail_json,
    row.previous_hash,
  ]
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex')
}

export function entryOf(row: TimelineTable): TimelineEntry {
  return {
    seq: row.seq,
    at: row.at,
    recordedAt: row.recorded_at,
    actor: row.actor,
    actorName: row.actor_name,
    onBehalfOf: row.on_behalf_of,
    via: row.via,
    callId: row.call_id,
    kind: row.kind,
    assignmentId: row.assignment_id,
    reason: row.reason,
    detail: JSON.parse(row.detail_json),
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}

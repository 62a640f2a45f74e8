/** The timeline of an incident: numbered from 1, each entry chained to the one before by SHA-256. Only ever appended. */
import type { IncidentTable, TimelineTable } from '../database/tables.js'
import type { TimelineEntry } from '../model/incident-view.js'
import { hashOfEntry } from '../record/entry.js'
import type { Moment } from './moment.js'

export interface NewEntry extends Moment {
  kind: string
  assignmentId: string | null
  reason: string | null
  detail: Record<string, unknown>
}

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

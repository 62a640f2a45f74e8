/** Turns what this move wrote into notices, in the same transaction: who is asked, who is called back, what the desk must see. */
import type { NoticeKind } from '../database/tables.js'
import { isOpen } from '../incidents/lifecycle.js'
import type { NewEntry } from '../incidents/timeline.js'
import { isUrgent, type Step } from './step.js'

export function tellPeople(step: Step): void {
  const { file } = step
  // Each entry is told once, though several moves may share a file.
  const told = new Set(file.notices.map((notice) => notice.id))
  for (const entry of file.entries) {
    const kind = noticeKindOf(step, entry)
    if (kind === null) continue
    for (const party of recipientsOf(step, kind, entry)) {
      const id = `${file.incident.id}.${file.incident.timeline_seq + file.entries.indexOf(entry) + 1}.${party ?? 'desk'}`
      if (!told.has(id)) addNotice(step, { id, kind, party, entry })
    }
  }
}

function noticeKindOf(step: Step, entry: NewEntry): NoticeKind | null {
  switch (entry.kind) {
    case 'opened':
      return isUrgent(step.file) ? 'incident-opened' : null
    case 'assignment-offered':
      return 'assignment-offered'
    case 'assignment-expired':
      return 'assignment-expired'
    case 'assignment-recalled':
    case 'recall':
      return 'assignment-recalled'
    case 'escalated':
      return 'escalated'
    case 'attention':
    case 'claim-ended':
      return 'attend'
    case 'deadline-passed':
      return entry.detail.deadline === 'attend' && stillWaits(step) ? 'attend' : null
    default:
      return null
  }
}

/** A reminder is for what still waits. */
function stillWaits({ file }: Step): boolean {
  return isOpen(file.incident.status) || file.incident.attention_since !== null
}

/** `null` is the dispatch desk. */
function recipientsOf({ file }: Step, kind: NoticeKind, entry: NewEntry): (string | null)[] {
  const party = file.assignments.find((one) => one.id === entry.assignmentId)?.party ?? null
  switch (kind) {
    case 'incident-opened':
    case 'escalated':
    case 'attend':
    case 'pre-notice':
    case 'pre-alert':
    case 'check-call':
    case 'reminder':
    case 'report-due':
    case 'roster-gap':
      return [null]
    case 'assignment-offered':
    case 'assignment-recalled':
      return party === null ? [] : [party]
    case 'assignment-expired':
      return party === null ? [null] : [party, null]
  }
}

function addNotice(
  { file, moment }: Step,
  notice: { id: string; kind: NoticeKind; party: string | null; entry: NewEntry },
): void {
  const { incident, equipment } = file
  const assignment = file.assignments.find((one) => one.id === notice.entry.assignmentId)
  file.notices.push({
    id: notice.id,
    incident_id: incident.id,
    assignment_id: assignment?.id ?? null,
    kind: notice.kind,
    party: notice.party,
    role: null,
    district: incident.district,
    payload_json: JSON.stringify({
      incident: {
        id: incident.id,
        number: incident.number,
        class: incident.class,
        priority: incident.priority,
        status: incident.status,
        people: incident.people,
        drill: incident.source === 'drill',
        place: incident.place_json === null ? null : JSON.parse(incident.place_json),
      },
      equipment: equipment && {
        id: equipment.id,
        name: equipment.name,
        rescueCode: equipment.rescue_code,
        district: equipment.district,
        address: equipment.address,
        location: equipment.lat === null ? null : { lat: equipment.lat, lon: equipment.lon },
      },
      assignment: assignment && {
        id: assignment.id,
        level: assignment.level,
        party: assignment.party,
        partyName: assignment.party_name,
        offeredAt: assignment.offered_at,
      },
      reason: notice.entry.reason ?? incident.attention_reason,
    }),
    status: 'pending',
    attempts: 0,
    next_attempt_at: moment.now,
    last_error: null,
    created_at: moment.now,
    sent_at: null,
  })
}

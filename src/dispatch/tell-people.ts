/** Turns what this move wrote into notices, in the same transaction: who is asked, who is called back, what the desk must see. */
import type { NoticeKind } from '../database/tables.js'
import { DRAFTED } from '../incidents/accident-report.js'
import { isOpen } from '../incidents/lifecycle.js'
import type { NewEntry } from '../incidents/timeline.js'
import type { ContactRole } from '../model/contact.js'
import type { AssignmentRole } from '../model/incident-view.js'
import { isUrgent, type Step } from './step.js'

export function tellPeople(step: Step): void {
  const { file } = step
  // Each entry is told once, though several moves may share a file.
  const told = new Set(file.notices.map((notice) => notice.id))
  for (const entry of file.entries) {
    const seq = file.incident.timeline_seq + file.entries.indexOf(entry) + 1
    for (const { kind, to } of tellingsOf(step, entry))
      for (const recipient of to) {
        const id = `${file.incident.id}.${seq}.${nameOf(recipient)}`
        if (told.has(id)) continue
        told.add(id)
        addNotice(step, { id, kind, recipient, entry })
      }
  }
}

/** Both `null`: the dispatch desk. A role without a party is of the centre. */
interface Recipient {
  party: string | null
  role: ContactRole | null
}

interface Telling {
  kind: NoticeKind
  to: Recipient[]
}

const DESK: Recipient = { party: null, role: null }

function nameOf({ party, role }: Recipient): string {
  if (party === null) return role === null ? 'desk' : `centre.${role}`
  return role === null ? party : `${party}.${role}`
}

function tellingsOf(step: Step, entry: NewEntry): Telling[] {
  const assigned = assignedTo(step, entry)
  switch (entry.kind) {
    case 'opened':
      return opened(step)
    case 'assignment-offered':
      return [{ kind: 'assignment-offered', to: assigned }]
    case 'assignment-expired':
      return [{ kind: 'assignment-expired', to: [...assigned, DESK] }]
    case 'assignment-recalled':
    case 'recall':
      return [{ kind: 'assignment-recalled', to: assigned }]
    case 'check-call':
      return [{ kind: 'check-call', to: [...assigned, DESK] }]
    case 'escalated':
      return [{ kind: 'escalated', to: [DESK] }]
    case 'attention':
    case 'claim-ended':
      return [{ kind: 'attend', to: [DESK] }]
    case 'deadline-passed':
      return entry.detail.deadline === 'attend' && stillWaits(step) ? [{ kind: 'attend', to: [DESK] }] : []
    case 'reminder':
      return [{ kind: 'reminder', to: [...centre(entry.detail.to as ContactRole[]), DESK] }]
    case 'report-due':
      return [{ kind: 'report-due', to: [...centre(['duty-officer', 'leadership']), DESK] }]
    case 'informed':
      return [{ kind: 'pre-notice', to: centre([entry.detail.role as ContactRole]) }]
    case 'pre-alert':
      return [{ kind: 'pre-alert', to: [{ party: String(entry.detail.party), role: null }] }]
    default:
      return []
  }
}

/** The desk; and while nobody is ordered yet, those who may soon be. */
function opened({ file, move }: Step): Telling[] {
  if (!isUrgent(file)) return []
  const tellings: Telling[] = [{ kind: 'incident-opened', to: [DESK] }]
  if (move.kind !== 'opened' || move.orders || file.incident.source !== 'rule') return tellings
  const { maintainer_id: maintainer = null, use_unit_id: useUnit = null } = file.equipment ?? {}
  const parties = [maintainer, useUnit].filter((one) => one !== null)
  return [...tellings, { kind: 'pre-notice', to: parties.map((party) => ({ party, role: null })) }]
}

function centre(roles: readonly ContactRole[]): Recipient[] {
  return roles.map((role) => ({ party: null, role }))
}

/** Who holds the assignment that the entry is about; those without an account by their function at the centre. */
function assignedTo({ file }: Step, entry: NewEntry): Recipient[] {
  const assignment = file.assignments.find((one) => one.id === entry.assignmentId)
  if (!assignment) return []
  const { party, role } = assignment
  const contact = contactRoleOf(role)
  if (party === null && contact === null) return []
  return [{ party, role: contact }]
}

function contactRoleOf(role: AssignmentRole): ContactRole | null {
  switch (role) {
    case 'operator':
    case 'safety-officer':
    case 'safety-director':
    case 'principal':
    case 'fire':
    case 'gas-company':
    case 'medical':
      return role
    case 'maintainer':
    case 'use-unit':
    case 'station':
    case 'site':
    case 'other':
      return null
  }
}

/** A reminder is for what still waits. */
function stillWaits({ file }: Step): boolean {
  return isOpen(file.incident.status) || file.incident.attention_since !== null
}

/** Where whoever learns that it takes too long finds the draft that was made with it. */
function draftFor({ incident, entries }: Step['file'], kind: NoticeKind): Record<string, unknown> {
  if (kind !== 'reminder' && kind !== 'report-due') return {}
  const drafted = entries.findLast((entry) => entry.kind === DRAFTED)
  if (!drafted) return {}
  const page = `/incidents/${incident.id}/accident-report`
  return { accidentReport: { version: drafted.detail.version, page } }
}

function addNotice(
  { file, moment }: Step,
  notice: { id: string; kind: NoticeKind; recipient: Recipient; entry: NewEntry },
): void {
  const { incident, equipment } = file
  const assignment = file.assignments.find((one) => one.id === notice.entry.assignmentId)
  file.notices.push({
    id: notice.id,
    incident_id: incident.id,
    assignment_id: assignment?.id ?? null,
    kind: notice.kind,
    ...notice.recipient,
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
      ...draftFor(file, notice.kind),
    }),
    status: 'pending',
    attempts: 0,
    next_attempt_at: moment.now,
    last_error: null,
    created_at: moment.now,
    sent_at: null,
  })
}

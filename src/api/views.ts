/** How the house's words look to the outside: the same names, times as ISO 8601. Nothing is added that the schemas do not name. */
import type { Static } from 'typebox'
import type { StoredEvent } from '../history/history.js'
import type { Evidence } from '../model/finding.js'
import type * as inside from '../model/incident-view.js'
import type * as registered from '../model/registry.js'
import type { ListPage } from '../model/viewer.js'
import type { Equipment, EquipmentItem, EventPage } from './equipment-schemas.js'
import type { FindingPage, Incident, IncidentSummary, TimelinePage } from './incident-schemas.js'
import type { Organisation, User } from './people-schemas.js'
import { iso, isoOrNull } from './times.js'

type Item<P extends { items: unknown[] }> = P['items'][number]

export function viewPage<T, V>(page: ListPage<T>, view: (item: T) => V): { items: V[]; next: string | null } {
  return { items: page.items.map(view), next: page.next }
}

export function viewEquipment(equipment: registered.Equipment): Equipment {
  return { ...equipment, createdAt: iso(equipment.createdAt), updatedAt: iso(equipment.updatedAt) }
}

export function viewEquipmentItem(equipment: registered.Equipment): EquipmentItem {
  const { rescueCard: _, ...item } = viewEquipment(equipment)
  return item
}

export function viewUser(user: registered.User): User {
  const { id, username, role, organisationId, districts, mustChangePassword, disabled, createdAt } = user
  return {
    id,
    username,
    role,
    organisationId,
    districts,
    mustChangePassword,
    disabled,
    createdAt: iso(createdAt),
  }
}

export function viewOrganisation(organisation: registered.Organisation): Organisation {
  return { ...organisation, createdAt: iso(organisation.createdAt) }
}

export function viewSummary(summary: inside.IncidentSummary): IncidentSummary {
  const { attention, nextDeadline } = summary
  return {
    ...summary,
    openedAt: iso(summary.openedAt),
    updatedAt: iso(summary.updatedAt),
    attention: attention && { ...attention, since: iso(attention.since) },
    nextDeadline: nextDeadline && { ...nextDeadline, dueAt: iso(nextDeadline.dueAt) },
  }
}

export function viewIncident(incident: inside.Incident): Incident {
  return {
    ...incident,
    ...viewSummary(incident),
    evidence: incident.evidence.map(viewEvidence),
    callers: incident.callers.map(({ at, ...caller }) =>
      at === undefined ? caller : { ...caller, at: iso(at) },
    ),
    times: viewTimes(incident.times),
    assignments: incident.assignments.map(viewAssignment),
    deadlines: incident.deadlines.map((deadline) => ({ ...deadline, dueAt: iso(deadline.dueAt) })),
  }
}

export function viewTimes(times: inside.IncidentTimes): Incident['times'] {
  return {
    reportedAt: iso(times.reportedAt),
    dispatchedAt: isoOrNull(times.dispatchedAt),
    acceptedAt: isoOrNull(times.acceptedAt),
    departedAt: isoOrNull(times.departedAt),
    arrivedAt: isoOrNull(times.arrivedAt),
    releasedAt: isoOrNull(times.releasedAt),
    resolvedAt: isoOrNull(times.resolvedAt),
    reviewedAt: isoOrNull(times.reviewedAt),
    closedAt: isoOrNull(times.closedAt),
  }
}

function viewAssignment(assignment: inside.Assignment): Incident['assignments'][number] {
  return {
    ...assignment,
    offeredAt: iso(assignment.offeredAt),
    acceptedAt: isoOrNull(assignment.acceptedAt),
    departedAt: isoOrNull(assignment.departedAt),
    arrivedAt: isoOrNull(assignment.arrivedAt),
    endedAt: isoOrNull(assignment.endedAt),
    etaAt: isoOrNull(assignment.etaAt),
    heardAt: isoOrNull(assignment.heardAt),
    position: assignment.position && { ...assignment.position, at: iso(assignment.position.at) },
  }
}

function viewEvidence({ at, ...evidence }: Evidence): Incident['evidence'][number] {
  return at === undefined ? evidence : { ...evidence, at: iso(at) }
}

export function viewTimelineEntry(entry: inside.TimelineEntry): Item<Static<typeof TimelinePage>> {
  return { ...entry, at: iso(entry.at), recordedAt: iso(entry.recordedAt) }
}

export function viewFinding(finding: inside.StoredFinding): Item<Static<typeof FindingPage>> {
  return {
    ...finding,
    since: iso(finding.since),
    shownAt: isoOrNull(finding.shownAt),
    orderedAt: isoOrNull(finding.orderedAt),
    clearedAt: isoOrNull(finding.clearedAt),
    receivedAt: iso(finding.receivedAt),
    evidence: finding.evidence.map(viewEvidence),
  }
}

export function viewEvent({ ts, code, active, key }: StoredEvent): Item<Static<typeof EventPage>> {
  return { at: iso(ts), code, active, key }
}

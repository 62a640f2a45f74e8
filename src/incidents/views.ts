/** From rows to what people see, masked by role. */
import type { AssignmentTable, DeadlineTable, FindingTable, IncidentTable } from '../database/tables.js'
import type { SweepCounts } from '../model/area.js'
import type { Role } from '../model/incident.js'
import type {
  Assignment,
  Caller,
  Deadline,
  Incident,
  IncidentSummary,
  IncidentTimes,
  StoredFinding,
} from '../model/incident-view.js'

/** An incident's row with the name of its equipment. */
export type IncidentRow = IncidentTable & { equipment_name: string | null }

export function summaryOf(
  row: IncidentRow,
  next: Pick<DeadlineTable, 'kind' | 'due_at'> | null,
  counts?: SweepCounts,
): IncidentSummary {
  return {
    id: row.id,
    number: row.number,
    version: row.version,
    equipmentId: row.equipment_id,
    equipmentName: row.equipment_name,
    district: row.district,
    place: row.place_json === null ? null : JSON.parse(row.place_json),
    class: row.class,
    group: row.group_key,
    pattern: row.pattern,
    priority: row.priority,
    status: row.status,
    outcome: row.outcome,
    source: row.source,
    openedAt: row.opened_at,
    updatedAt: row.updated_at,
    people: row.people,
    conditionActive: row.condition_active === 1,
    attention:
      row.attention_since === null
        ? null
        : {
            since: row.attention_since,
            reason: row.attention_reason ?? 'unknown',
            reasons: JSON.parse(row.attention_json),
          },
    takenBy: row.taken_by,
    nextDeadline: next && { kind: next.kind, dueAt: next.due_at },
    parentId: row.parent_id,
    sweep: counts ?? null,
  }
}

export function incidentOf(
  row: IncidentRow,
  assignments: readonly AssignmentTable[],
  pending: readonly DeadlineTable[],
  { role, counts }: { role: Role; counts: SweepCounts | undefined },
): Incident {
  const [next] = [...pending].sort((a, b) => a.due_at - b.due_at)
  return {
    ...summaryOf(row, next ?? null, counts),
    site: row.site,
    evidence: JSON.parse(row.evidence_json),
    callers: callersFor(JSON.parse(row.callers_json), role),
    vulnerable: JSON.parse(row.vulnerable_json),
    car: row.car_json === null ? null : JSON.parse(row.car_json),
    cause: row.cause,
    causes: JSON.parse(row.causes_json),
    reopenOffered: row.reopen_offered === 1,
    times: timesOf(row),
    assignments: assignments.map(assignmentOf),
    deadlines: pending.map(deadlineOf),
  }
}

export function timesOf(row: IncidentTable): IncidentTimes {
  return {
    reportedAt: row.reported_at,
    dispatchedAt: row.dispatched_at,
    acceptedAt: row.accepted_at,
    departedAt: row.departed_at,
    arrivedAt: row.arrived_at,
    releasedAt: row.released_at,
    resolvedAt: row.resolved_at,
    reviewedAt: row.reviewed_at,
    closedAt: row.closed_at,
  }
}

/** Numbers of callers are for the desk and the regulator; a crew sees the last four digits. */
const SEES_CALLERS: readonly Role[] = ['admin', 'dispatcher', 'regulator']

function callersFor(callers: readonly Caller[], role: Role): Caller[] {
  if (SEES_CALLERS.includes(role)) return [...callers]
  return callers.map(({ name: _name, phone, ...rest }) => ({
    ...rest,
    ...(phone === undefined ? {} : { phone: `…${phone.slice(-4)}` }),
  }))
}

function assignmentOf(row: AssignmentTable): Assignment {
  return {
    id: row.id,
    level: row.level,
    role: row.role,
    party: row.party,
    partyName: row.party_name,
    person: row.person,
    status: row.status,
    offeredAt: row.offered_at,
    acceptedAt: row.accepted_at,
    departedAt: row.departed_at,
    arrivedAt: row.arrived_at,
    endedAt: row.ended_at,
    chosenBecause: row.chosen_because,
    reason: row.reason,
    crew: row.crew,
    etaAt: row.eta_at,
    heardAt: row.heard_at,
    position:
      row.lat === null || row.lon === null || row.position_at === null
        ? null
        : { lat: row.lat, lon: row.lon, at: row.position_at },
    overdue: row.overdue,
    replacedBy: row.replaced_by,
  }
}

function deadlineOf(row: DeadlineTable): Deadline {
  const { id, kind, reason } = row
  return { id, kind, assignmentId: row.assignment_id, dueAt: row.due_at, reason }
}

export function storedFindingOf(row: FindingTable): StoredFinding {
  return {
    id: row.id,
    equipmentId: row.equipment_id,
    pattern: row.pattern,
    class: row.class,
    priority: row.priority,
    stage: row.stage,
    since: row.since,
    shownAt: row.shown_at,
    orderedAt: row.ordered_at,
    clearedAt: row.cleared_at,
    receivedAt: row.received_at,
    confidence: row.confidence,
    evidence: JSON.parse(row.evidence_json),
    suppressed: row.suppressed,
    needsConfirmation: row.needs_confirmation === 1,
    interlockFailed: row.interlock_failed === 1,
    markId: row.mark_id,
    causes: JSON.parse(row.causes_json),
    incidentId: row.incident_id,
    disposition: row.disposition,
    rulesVersion: row.rules_version,
  }
}

/** Writes an offer: the assignment, why this party, and who else was considered. */
import type { AssignmentTable } from '../database/tables.js'
import { isActive } from '../incidents/assignment-moves.js'
import { type CaseFile, enter } from '../incidents/case-file.js'
import { followAssignments } from '../incidents/end-assignments.js'
import type { RescueLevel } from '../model/incident.js'
import type { AssignmentRole } from '../model/incident-view.js'
import type { PlanParty } from '../model/plan.js'
import type { Candidate } from './candidate.js'
import type { Step } from './step.js'

export function offer(
  { file, moment, newId }: Step,
  candidate: Candidate,
  { level, number, person }: { level: RescueLevel; number: number | null; person?: string | undefined },
): void {
  const assignment: AssignmentTable = {
    id: newId(),
    incident_id: file.incident.id,
    level,
    role: candidate.role,
    party: candidate.party,
    party_name: candidate.partyName,
    person: person ?? candidate.person ?? null,
    status: 'offered',
    offered_at: moment.at,
    accepted_at: null,
    departed_at: null,
    arrived_at: null,
    ended_at: null,
    chosen_because: candidate.chosenBecause,
    reason: null,
    step: number,
    crew: candidate.crew ?? null,
    eta_at: null,
    heard_at: null,
    position_at: null,
    lat: null,
    lon: null,
    moved_at: null,
    overdue: null,
    replaced_by: null,
  }
  file.assignments.push(assignment)
  file.incident.dispatched_at ??= moment.at
  followAssignments(file)
  enter(file, moment, {
    kind: 'assignment-offered',
    assignmentId: assignment.id,
    reason: candidate.chosenBecause,
    detail: {
      level,
      role: assignment.role,
      party: assignment.party,
      partyName: assignment.party_name,
      ...(candidate.considered ? { considered: candidate.considered } : {}),
    },
  })
}

/** Whoever watches over it is informed; they rescue nobody. */
export function tellOffice({ file, moment }: Step, party: PlanParty): void {
  enter(file, moment, { kind: 'informed', detail: { role: party } })
}

export function hasActive(file: CaseFile, role: AssignmentRole): boolean {
  return file.assignments.some((one) => one.role === role && isActive(one.status))
}

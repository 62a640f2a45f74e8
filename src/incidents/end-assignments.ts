/** What an incident's end, or a change of one assignment, does to assignments and state. Works on the file only. */
import type { AssignmentTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { isRescuer } from '../model/incident-view.js'
import { type AssignmentMove, afterMove, isActive, statusByAssignments } from './assignment-moves.js'
import type { CaseFile } from './case-file.js'
import { enter } from './case-file.js'
import { isOpen } from './lifecycle.js'
import type { Moment } from './moment.js'

/** Moves one assignment and, while the incident is open, its state with it. Throws ACTION_NOT_ALLOWED. */
export function moveAssignment(
  file: CaseFile,
  assignment: AssignmentTable,
  move: AssignmentMove,
  { at, reason }: { at: number; reason: string | null },
): void {
  const status = afterMove(assignment.status, move)
  if (status === null)
    throw new TesheError('ACTION_NOT_ALLOWED', [
      move,
      `${file.incident.status}, the assignment ${assignment.status}`,
    ])
  assignment.status = status
  switch (move) {
    case 'accept':
      assignment.accepted_at = at
      file.incident.accepted_at = earliest(file.incident.accepted_at, at)
      break
    case 'depart':
      assignment.departed_at = at
      file.incident.departed_at = earliest(file.incident.departed_at, at)
      break
    case 'arrive':
      assignment.arrived_at = at
      file.incident.arrived_at = earliest(file.incident.arrived_at, at)
      break
    case 'decline':
    case 'recall':
    case 'expire':
    case 'end':
      assignment.ended_at = at
      assignment.reason = reason
      break
  }
  followAssignments(file)
}

/** The first of several counts for the incident, in whatever order they are written down. ms since 1970. */
export function earliest(known: number | null, at: number): number {
  return known === null ? at : Math.min(known, at)
}

/** Sets the state that the assignments say, while the incident is open. */
export function followAssignments(file: CaseFile): void {
  if (!isOpen(file.incident.status)) return
  file.incident.status = statusByAssignments(
    file.assignments.filter((one) => isActive(one.status) && isRescuer(one.role)).map((one) => one.status),
  )
}

/** Whoever is there has ended their work; whoever is still coming is called back. Call it once the incident has its final state. */
export function endAssignments(file: CaseFile, moment: Moment, reason: string): void {
  for (const assignment of file.assignments) {
    if (!isActive(assignment.status)) continue
    const move = assignment.status === 'arrived' ? 'end' : 'recall'
    moveAssignment(file, assignment, move, { at: moment.at, reason })
    enter(file, moment, {
      kind: move === 'end' ? 'assignment-ended' : 'assignment-recalled',
      assignmentId: assignment.id,
      reason,
    })
  }
}

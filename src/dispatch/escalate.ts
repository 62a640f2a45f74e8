/** Declined, no answer, or accepted and not there in time: the next level is sent, beside whoever is still coming. */
import type { AssignmentTable } from '../database/tables.js'
import { isActive } from '../incidents/assignment-moves.js'
import { enter } from '../incidents/case-file.js'
import { isOpen } from '../incidents/lifecycle.js'
import { ringsInTime } from './ringing.js'
import { sendLevel } from './send.js'
import { askForAttention, type Step } from './step.js'

export async function escalate(step: Step): Promise<void> {
  const { file, moment } = step
  if (!isOpen(file.incident.status)) return
  const failed = failedAssignment(step)
  if (!failed) return
  const further = file.assignments.some((one) => isActive(one.status) && one.level > failed.level)
  if (further) return
  enter(file, moment, {
    kind: 'escalated',
    assignmentId: failed.id,
    reason: failed.status === 'accepted' || failed.status === 'departed' ? 'not-arrived' : failed.status,
    detail: { from: failed.level },
  })
  if (failed.level === 3) askForAttention(step, 'call-119')
  else await sendLevel(step, failed.level === 1 ? 2 : 3)
}

/** The assignment that this move shows to have failed. */
function failedAssignment(step: Step): AssignmentTable | null {
  const { file, move } = step
  if (move.kind === 'action' && move.action === 'decline') return move.assignment
  if (move.kind !== 'passed' || !ringsInTime(step, move.deadline)) return null
  const assignment = file.assignments.find((one) => one.id === move.deadline.assignment_id)
  if (!assignment) return null
  switch (move.deadline.kind) {
    case 'accept-by':
      return assignment.status === 'expired' ? assignment : null
    case 'arrive-by':
      return isActive(assignment.status) && assignment.status !== 'arrived' ? assignment : null
    default:
      return null
  }
}

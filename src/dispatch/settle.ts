/** Stops the clocks that the move made pointless, and takes the incident off the desk's list when somebody saw to it. */
import { isOpen } from '../incidents/lifecycle.js'
import type { Action, DeadlineKind } from '../model/incident.js'
import { callReason, isCall } from './call-reasons.js'
import { hasActive } from './offer.js'
import { attended, endDeadlines, type Step } from './step.js'

/** Acts of a person that deal with what the desk was asked to look at. */
const SEES_TO_IT: readonly Action[] = [
  'confirm',
  'dispatch',
  'release',
  'resolve',
  'close',
  'false-alarm',
  'reopen',
  'take',
  'handover',
  'merge',
]

export function settle(step: Step): void {
  const { file, move } = step
  if (move.kind === 'cleared') {
    endDeadlines(step, 'met', { kind: 're-check' })
    return
  }
  if (move.kind !== 'action') return
  const { action } = move
  // Once nobody is in danger, any word of the desk is an answer.
  if (SEES_TO_IT.includes(action) || !isOpen(file.incident.status)) attended(step)
  else settleAttention(step)
  if (action === 'confirm' || action === 'dispatch') endDeadlines(step, 'met', { kind: 'confirm-by' })
  settleAssignment(step)
  if (!isOpen(file.incident.status)) endWithIncident(step, action)
}

/** Somebody comes, or is not wanted any more: that answers for themselves, and rings no one else's phone. */
function settleAttention(step: Step): void {
  const { file, move } = step
  if (move.kind !== 'action' || !move.assignment) return
  const { action, assignment } = move
  const called = assignment.party === null ? callReason(assignment.role) : null
  if (action === 'accept' || action === 'arrive')
    attended(step, (reason) => isCall(reason) && reason !== called)
  if (action === 'recall' && called !== null && !hasActive(file, assignment.role))
    attended(step, (reason) => reason !== called)
}

/** Which clocks of an assignment each act on it answers. */
const MEETS: Partial<Record<Action, readonly DeadlineKind[]>> = {
  accept: ['accept-by'],
  depart: ['accept-by', 'depart-by'],
  arrive: ['accept-by', 'depart-by', 'check-call', 'hear-by', 'arrive-by'],
}

function settleAssignment(step: Step): void {
  const { move } = step
  if (move.kind !== 'action' || !move.assignment) return
  const { action, assignment } = move
  const assignmentId = assignment.id
  for (const kind of MEETS[action] ?? []) endDeadlines(step, 'met', { kind, assignmentId })
  // Whatever they say, they were heard; the wait for the next word begins anew in `setClocks`.
  if (assignment.heard_at === step.moment.at)
    for (const kind of ['check-call', 'hear-by'] as const) endDeadlines(step, 'met', { kind, assignmentId })
  if (assignment.moved_at === step.moment.at) endDeadlines(step, 'met', { kind: 'depart-by', assignmentId })
  if (action === 'decline' || action === 'recall') endDeadlines(step, 'void', { assignmentId })
  if (action === 'decline') step.failed.push(assignment)
  // They are there after all.
  if (action === 'arrive') assignment.overdue = null
}

/** Over for those inside: nothing is waited for but the second look at a condition that persists. */
function endWithIncident(step: Step, action: Action): void {
  if (action === 'release' || action === 'resolve') endDeadlines(step, 'met', { kind: 'release-by' })
  for (const kind of ENDS_WITH_INCIDENT) endDeadlines(step, 'void', { kind })
  if (action === 'merge') endDeadlines(step, 'void', {})
  // A claim ends with the work.
  if (action === 'close' || action === 'merge') step.file.incident.taken_by = null
}

const ENDS_WITH_INCIDENT: readonly DeadlineKind[] = [
  'confirm-by',
  'accept-by',
  'arrive-by',
  'release-by',
  'depart-by',
  'check-call',
  'hear-by',
  'remind',
  'report-by',
]

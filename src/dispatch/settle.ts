/** Stops the clocks that the move made pointless, and takes the incident off the desk's list when somebody saw to it. */
import { isOpen } from '../incidents/lifecycle.js'
import type { Action } from '../model/incident.js'
import { attended, endDeadlines, type Step } from './step.js'

/** Acts of a person that deal with what the desk was asked to look at. */
const SEES_TO_IT: readonly Action[] = [
  'confirm',
  'dispatch',
  'accept',
  'arrive',
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
  const { action, assignment } = move
  // Once nobody is in danger, any word of the desk is an answer.
  if (SEES_TO_IT.includes(action) || !isOpen(file.incident.status)) attended(step)
  if (action === 'confirm' || action === 'dispatch') endDeadlines(step, 'met', { kind: 'confirm-by' })
  if (assignment) {
    if (action === 'accept') endDeadlines(step, 'met', { kind: 'accept-by', assignmentId: assignment.id })
    if (action === 'arrive') endDeadlines(step, 'met', { kind: 'arrive-by', assignmentId: assignment.id })
    if (action === 'decline' || action === 'recall')
      endDeadlines(step, 'void', { assignmentId: assignment.id })
  }
  if (!isOpen(file.incident.status)) endWithIncident(step, action)
}

/** Over for those inside: nothing is waited for but the second look at a condition that persists. */
function endWithIncident(step: Step, action: Action): void {
  if (action === 'release' || action === 'resolve') endDeadlines(step, 'met', { kind: 'release-by' })
  for (const kind of ['confirm-by', 'accept-by', 'arrive-by', 'release-by'] as const)
    endDeadlines(step, 'void', { kind })
  if (action === 'merge') endDeadlines(step, 'void', {})
  // A claim ends with the work.
  if (action === 'close' || action === 'merge') step.file.incident.taken_by = null
}

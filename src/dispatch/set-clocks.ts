/** Every wait for a person gets its clock, as a row written with the move that starts the wait. */
import { pendingDeadlines } from '../incidents/case-file.js'
import { isOpen } from '../incidents/lifecycle.js'
import type { Action } from '../model/incident.js'
import { askForAttention, isUrgent, type Step, setDeadline } from './step.js'

export function setClocks(step: Step): void {
  const { file, move, moment, settings } = step
  for (const assignment of file.assignments) {
    const fresh = assignment.status === 'offered' && !file.asRead.has(assignment.id)
    if (!fresh || hasClock(step, assignment.id)) continue
    const offeredAt = assignment.offered_at
    const assignmentId = assignment.id
    // The brigade is asked by phone: the reminder to call stands in for the answer's clock.
    if (assignment.level !== 3)
      setDeadline(step, { kind: 'accept-by', dueAt: offeredAt + settings.acceptMs, assignmentId })
    setDeadline(step, { kind: 'arrive-by', dueAt: offeredAt + settings.arriveMs, assignmentId })
  }
  switch (move.kind) {
    case 'opened':
      if (!move.orders && isUrgent(file)) waitForConfirmation(step)
      return
    case 'reopen-offered':
      if (isUrgent(file)) askForAttention(step, 'reopen-offered')
      return
    case 'action':
      afterAction(step, move.action)
      return
    case 'joined':
      if (file.incident.status === 'open' && isUrgent(file) && pendingDeadlines(file).length === 0)
        askForAttention(step, 'now-urgent')
      return
    case 'ordered':
    case 'cleared':
    case 'passed':
      return
  }

  function afterAction(of: Step, action: Action): void {
    const now = moment.now
    if (action === 'take' || action === 'handover')
      setDeadline(of, { kind: 'attend', dueAt: now + settings.attendMs, reason: 'claim' })
    // Confirmed is not yet helped: somebody must be sent, or said not to be needed.
    if (action === 'confirm' && isUrgent(file))
      setDeadline(of, { kind: 'attend', dueAt: now + settings.attendMs, reason: 'nobody-sent' })
    if (action === 'arrive' && pendingDeadlines(file, 'release-by').length === 0)
      setDeadline(of, { kind: 'release-by', dueAt: moment.at + settings.releaseMs })
    if (action === 'reopen' && isUrgent(file)) waitForConfirmation(of)
    const ended = action === 'close' || action === 'false-alarm' || action === 'resolve'
    if (
      ended &&
      !isOpen(file.incident.status) &&
      isUrgent(file) &&
      file.incident.condition_active === 1 &&
      pendingDeadlines(file, 're-check').length === 0
    )
      setDeadline(of, { kind: 're-check', dueAt: now + settings.recheckMs, reason: 'condition-persists' })
  }
}

function waitForConfirmation(step: Step): void {
  const { moment, settings } = step
  setDeadline(step, { kind: 'confirm-by', dueAt: moment.now + settings.confirmMs })
}

function hasClock({ file }: Step, assignmentId: string): boolean {
  return pendingDeadlines(file).some((deadline) => deadline.assignment_id === assignmentId)
}

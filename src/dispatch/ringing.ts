/** A deadline passed. What passed hours ago, while nobody ran the clocks, goes to a dispatcher instead of to the pager. */
import type { DeadlineTable } from '../database/tables.js'
import { enter } from '../incidents/case-file.js'
import { moveAssignment } from '../incidents/end-assignments.js'
import { isOpen } from '../incidents/lifecycle.js'
import { askForAttention, endDeadlines, type Step, setDeadline } from './step.js'

export function ringing(step: Step): void {
  const { file, move, moment, settings } = step
  if (move.kind !== 'passed') return
  const { deadline } = move
  deadline.status = 'fired'
  deadline.ended_at = moment.now
  const lateMs = moment.now - deadline.due_at
  enter(file, moment, {
    kind: 'deadline-passed',
    assignmentId: deadline.assignment_id,
    detail: { deadline: deadline.kind, dueAt: deadline.due_at, lateMs, about: deadline.reason },
  })
  if (deadline.kind === 'attend') return remind(step, deadline)
  if (lateMs > settings.absurdlyLateMs) return askForAttention(step, 'overdue')
  ring(step, deadline)
}

/** Whether a passed deadline still moves anything by itself. */
export function ringsInTime({ moment, settings }: Step, deadline: DeadlineTable): boolean {
  return moment.now - deadline.due_at <= settings.absurdlyLateMs
}

function ring(step: Step, deadline: DeadlineTable): void {
  const { file, moment } = step
  switch (deadline.kind) {
    case 'accept-by': {
      const assignment = file.assignments.find((one) => one.id === deadline.assignment_id)
      if (assignment?.status !== 'offered') return
      moveAssignment(file, assignment, 'expire', { at: moment.at, reason: 'no-answer' })
      endDeadlines(step, 'void', { assignmentId: assignment.id })
      enter(file, moment, {
        kind: 'assignment-expired',
        assignmentId: assignment.id,
        reason: 'no-answer',
        detail: { party: assignment.party, partyName: assignment.party_name, level: assignment.level },
      })
      return
    }
    case 'arrive-by':
      // The crew may still be on its way; `escalate` sends the next one beside it.
      return
    case 'confirm-by':
      if (isOpen(file.incident.status)) askForAttention(step, 'not-confirmed')
      return
    case 'release-by':
      if (isOpen(file.incident.status)) askForAttention(step, 'not-released')
      return
    case 're-check':
      if (file.incident.condition_active === 1) askForAttention(step, 'condition-persists')
      return
    case 'attend':
      return
  }
}

/** Nobody came to look, or whoever claimed it did nothing more: back before the dispatchers, and again after a while. */
function remind(step: Step, deadline: DeadlineTable): void {
  const { file, moment, settings } = step
  const { incident } = file
  if (!isOpen(incident.status) && incident.attention_since === null) {
    incident.taken_by = null
    return
  }
  if (incident.taken_by !== null) {
    enter(file, moment, { kind: 'claim-ended', detail: { takenBy: incident.taken_by } })
    incident.taken_by = null
    incident.attention_since = moment.now
    incident.attention_reason = 'claim-ended'
  }
  incident.attention_since ??= moment.now
  incident.attention_reason ??= deadline.reason ?? 'unwatched'
  const reason = incident.attention_reason
  setDeadline(step, { kind: 'attend', dueAt: moment.now + settings.attendMs, reason })
}

/** A deadline passed. What passed hours ago, while nobody ran the clocks, goes to a dispatcher instead of to the pager. */
import type { AssignmentTable, DeadlineTable } from '../database/tables.js'
import { draftReport } from '../incidents/accident-report.js'
import { isActive } from '../incidents/assignment-moves.js'
import { enter } from '../incidents/case-file.js'
import { moveAssignment } from '../incidents/end-assignments.js'
import { isOpen } from '../incidents/lifecycle.js'
import { remindOf } from './reminders.js'
import { addReason, askForAttention, endDeadlines, giveUpOn, type Step, setDeadline } from './step.js'

export async function ringing(step: Step): Promise<void> {
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
  await ring(step, deadline)
}

async function ring(step: Step, deadline: DeadlineTable): Promise<void> {
  const { file, moment } = step
  const open = isOpen(file.incident.status)
  const assignment = file.assignments.find((one) => one.id === deadline.assignment_id)
  const coming = assignment && isActive(assignment.status) && assignment.status !== 'arrived'
  switch (deadline.kind) {
    case 'accept-by':
      if (assignment?.status === 'offered') expire(step, assignment)
      return
    case 'arrive-by':
      // The crew may still be on its way; `escalate` sends the next one beside it.
      if (coming) giveUpOn(step, assignment, 'not-arrived')
      return
    case 'depart-by':
      if (coming && assignment.status === 'accepted') giveUpOn(step, assignment, 'not-moved')
      return
    case 'check-call':
      if (coming)
        enter(file, moment, {
          kind: 'check-call',
          assignmentId: assignment.id,
          detail: { party: assignment.party, partyName: assignment.party_name },
        })
      return
    case 'hear-by':
      if (coming) giveUpOn(step, assignment, 'not-heard')
      return
    case 'confirm-by':
      if (open) askForAttention(step, 'not-confirmed')
      return
    case 'release-by':
      if (!open) return
      for (const one of file.assignments) if (one.status === 'arrived') giveUpOn(step, one, 'not-freed')
      return askForAttention(step, 'not-released')
    case 'remind':
      if (open) await remindOf(step, deadline)
      return
    case 'report-by':
      if (!open) return
      enter(file, moment, { kind: 'report-due' })
      // Half an hour after the draft for leadership more is known.
      await draftReport(step.tx, file, moment, 'report-due')
      return askForAttention(step, 'report-due')
    case 're-check':
      if (file.incident.condition_active === 1) askForAttention(step, 'condition-persists')
      return
    case 'attend':
      return
  }
}

function expire(step: Step, assignment: AssignmentTable): void {
  const { file, moment } = step
  moveAssignment(file, assignment, 'expire', { at: moment.at, reason: 'no-answer' })
  endDeadlines(step, 'void', { assignmentId: assignment.id })
  enter(file, moment, {
    kind: 'assignment-expired',
    assignmentId: assignment.id,
    reason: 'no-answer',
    detail: { party: assignment.party, partyName: assignment.party_name, level: assignment.level },
  })
  step.failed.push(assignment)
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
    addReason(incident, 'claim-ended')
  }
  incident.attention_since ??= moment.now
  if (incident.attention_reason === null) addReason(incident, deadline.reason ?? 'unwatched')
  const reason = incident.attention_reason ?? 'unwatched'
  setDeadline(step, { kind: 'attend', dueAt: moment.now + settings.attendMs, reason })
}

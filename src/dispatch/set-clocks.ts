/** Every wait for a person gets its clock, as a row written with the move that starts the wait. */
import type { AssignmentTable } from '../database/tables.js'
import { pendingDeadlines } from '../incidents/case-file.js'
import { isOpen } from '../incidents/lifecycle.js'
import type { Action } from '../model/incident.js'
import { isRescuer } from '../model/incident-view.js'
import { TELLS_ONLY } from './keep-watched.js'
import { setReminder } from './reminders.js'
import { askForAttention, isUrgent, mustBeWatched, type Step, setDeadline } from './step.js'

export function setClocks(step: Step): void {
  const { file, move } = step
  for (const assignment of file.assignments) waitForAnswer(step, assignment)
  if (move.kind === 'action' && move.assignment) waitForArrival(step, move.assignment)
  if (mustBeWatched(file)) watchTheTime(step)
  switch (move.kind) {
    case 'opened':
      if (!move.orders && isUrgent(file) && file.incident.dispatched_at === null) waitForConfirmation(step)
      return
    case 'reopen-offered':
      if (isUrgent(file)) askForAttention(step, 'reopen-offered')
      return
    case 'action':
      afterAction(step, move.action)
      return
    case 'joined':
      if (file.incident.status === 'open' && isUrgent(file) && !isWaitedFor(step))
        askForAttention(step, 'now-urgent')
      return
    case 'ordered':
    case 'cleared':
    case 'passed':
      return
  }
}

function waitForAnswer(step: Step, assignment: AssignmentTable): void {
  const { file, plan, settings } = step
  const fresh = assignment.status === 'offered' && !file.asRead.has(assignment.id)
  const waited = pendingDeadlines(file).some((deadline) => deadline.assignment_id === assignment.id)
  if (!fresh || waited || !isRescuer(assignment.role)) return
  const offeredAt = assignment.offered_at
  const assignmentId = assignment.id
  const acceptMs = plan.steps[assignment.step ?? -1]?.acceptMs ?? settings.acceptMs
  // Who is reached by phone only: the reminder to call stands in for the answer's clock.
  if (assignment.party !== null)
    setDeadline(step, { kind: 'accept-by', dueAt: notAtOnce(step, offeredAt + acceptMs), assignmentId })
  const arriveAt = notAtOnce(step, offeredAt + plan.clocks.arriveMs)
  setDeadline(step, { kind: 'arrive-by', dueAt: arriveAt, assignmentId })
}

/**
 * What is written down afterwards may be due already: whoever writes gets the time of an answer to write the next step
 * down as well, before anybody else is sent for want of it.
 */
function notAtOnce({ moment, settings }: Step, dueAt: number): number {
  return moment.at === moment.now ? dueAt : Math.max(dueAt, moment.now + settings.acceptMs)
}

/** Accepted is not yet there: they must set out, and be heard of, until they have arrived. */
function waitForArrival(step: Step, assignment: AssignmentTable): void {
  const { file, moment, plan } = step
  const { status, party, overdue, id: assignmentId } = assignment
  if (status !== 'accepted' && status !== 'departed') return
  if (party === null || overdue !== null || !isRescuer(assignment.role)) return
  const own = pendingDeadlines(file).filter((one) => one.assignment_id === assignmentId)
  const { departMs, hearMs } = plan.clocks
  const accepted = assignment.accepted_at ?? moment.at
  const { move } = step
  if (move.kind === 'action' && move.action === 'accept')
    setDeadline(step, { kind: 'depart-by', dueAt: notAtOnce(step, accepted + departMs), assignmentId })
  if (own.some((one) => one.kind === 'hear-by')) return
  const last = Math.max(accepted, assignment.heard_at ?? accepted)
  // A silence that has rung already is not rung again; the wait begins anew.
  const heard = last + hearMs > moment.now ? last : moment.now
  setDeadline(step, { kind: 'check-call', dueAt: notAtOnce(step, heard + CALLED_AT * hearMs), assignmentId })
  setDeadline(step, { kind: 'hear-by', dueAt: notAtOnce(step, heard + hearMs), assignmentId })
}

/** They are called when so much of the time has passed in silence, which leaves two of twelve minutes for the answer. */
const CALLED_AT = 10 / 12

/** People above the desk learn how long it takes; what has passed before it was written down is not told any more. */
function watchTheTime(step: Step): void {
  const { file, plan, moment } = step
  const { incident } = file
  if (incident.class === 'area') return
  if (pendingDeadlines(file, 'remind').length === 0)
    setReminder(step, Math.max(0, moment.now - incident.reported_at))
  const reportAt = incident.reported_at + plan.reportMs
  if (
    incident.class === 'trapped' &&
    reportAt > moment.now &&
    pendingDeadlines(file, 'report-by').length === 0
  )
    setDeadline(step, { kind: 'report-by', dueAt: reportAt })
}

/** Anything that a person must answer. */
function isWaitedFor({ file }: Step): boolean {
  return pendingDeadlines(file).some((one) => !TELLS_ONLY.includes(one.kind))
}

function waitForConfirmation(step: Step): void {
  const { moment, plan } = step
  setDeadline(step, { kind: 'confirm-by', dueAt: moment.now + plan.clocks.confirmMs })
}

function afterAction(step: Step, action: Action): void {
  const { file, moment, plan, settings } = step
  const { now } = moment
  if (action === 'take' || action === 'handover')
    setDeadline(step, { kind: 'attend', dueAt: now + settings.attendMs, reason: 'claim' })
  // Confirmed is not yet helped: somebody must be sent, or said not to be needed.
  if (action === 'confirm' && isUrgent(file))
    setDeadline(step, { kind: 'attend', dueAt: now + settings.attendMs, reason: 'nobody-sent' })
  if (action === 'arrive' && pendingDeadlines(file, 'release-by').length === 0)
    setDeadline(step, { kind: 'release-by', dueAt: notAtOnce(step, moment.at + plan.clocks.releaseMs) })
  if (action === 'reopen' && isUrgent(file)) waitForConfirmation(step)
  const ended = action === 'close' || action === 'false-alarm' || action === 'resolve'
  if (
    ended &&
    !isOpen(file.incident.status) &&
    isUrgent(file) &&
    file.incident.condition_active === 1 &&
    pendingDeadlines(file, 're-check').length === 0
  )
    setDeadline(step, { kind: 're-check', dueAt: now + settings.recheckMs, reason: 'condition-persists' })
}

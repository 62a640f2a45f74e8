/** What every step of the plan gets: the file it may change, the move that it answers, and the clocks it goes by. */
import type { Tx } from '../database/database.js'
import type { AssignmentTable, IncidentTable } from '../database/tables.js'
import { type CaseFile, enter, pendingDeadlines } from '../incidents/case-file.js'
import { isOpen } from '../incidents/lifecycle.js'
import type { Moment } from '../incidents/moment.js'
import type { Move } from '../incidents/planner.js'
import { withReason } from '../model/attention.js'
import type { DeadlineKind } from '../model/incident.js'
import type { Overdue } from '../model/incident-view.js'
import type { ResponsePlan } from '../model/plan.js'
import type { DispatchSettings } from './settings.js'
import type { Travel } from './travel.js'

export interface Step {
  tx: Tx
  file: CaseFile
  move: Move
  moment: Moment
  settings: DispatchSettings
  /** What holds for this incident. */
  plan: ResponsePlan
  travel: Travel
  newId: () => string
  /** What this move shows to be no longer relied on. */
  failed: AssignmentTable[]
}

/** One step; steps run in the order of `stages.ts` and each sees what the ones before it wrote. */
export type Stage = (step: Step) => void | Promise<void>

/** Sets a clock. */
export function setDeadline(
  { file, moment, newId }: Pick<Step, 'file' | 'moment' | 'newId'>,
  deadline: { kind: DeadlineKind; dueAt: number; assignmentId?: string; reason?: string },
): void {
  file.deadlines.push({
    id: newId(),
    incident_id: file.incident.id,
    assignment_id: deadline.assignmentId ?? null,
    kind: deadline.kind,
    due_at: deadline.dueAt,
    reason: deadline.reason ?? null,
    status: 'pending',
    written_at: moment.now,
    ended_at: null,
  })
}

/** Stops clocks. `met`: what they waited for happened; `void`: nobody waits for it any more. */
export function endDeadlines(
  { file, moment }: Pick<Step, 'file' | 'moment'>,
  status: 'met' | 'void',
  which: { kind?: DeadlineKind; assignmentId?: string },
): void {
  for (const deadline of pendingDeadlines(file, which.kind)) {
    if (which.assignmentId !== undefined && deadline.assignment_id !== which.assignmentId) continue
    deadline.status = status
    deadline.ended_at = moment.now
  }
}

/**
 * Puts the incident before a dispatcher, now. A reminder follows until somebody takes it or acts.
 * A second reason does not start the wait anew.
 */
export function askForAttention(step: Step, reason: string): void {
  const { file, moment, settings } = step
  const { incident } = file
  if ((JSON.parse(incident.attention_json) as string[]).includes(reason)) return
  incident.attention_since ??= moment.now
  addReason(incident, reason)
  enter(file, moment, { kind: 'attention', reason })
  endDeadlines(step, 'void', { kind: 'attend' })
  setDeadline(step, { kind: 'attend', dueAt: moment.now + settings.attendMs, reason })
}

/** Beside those that stand already. */
export function addReason(incident: IncidentTable, reason: string): void {
  const reasons = withReason(JSON.parse(incident.attention_json), reason)
  incident.attention_json = JSON.stringify(reasons)
  incident.attention_reason = reasons[0] ?? null
}

/** Its time has passed, yet it may still come: the next is sent beside it. Once only. */
export function giveUpOn(step: Step, assignment: AssignmentTable, why: Overdue): void {
  if (assignment.overdue !== null) return
  assignment.overdue = why
  step.failed.push(assignment)
}

/** A person has seen to it, or to all but the reasons that stay. */
export function attended(step: Step, stays: (reason: string) => boolean = () => false): void {
  const { incident } = step.file
  const left = (JSON.parse(incident.attention_json) as string[]).filter(stays)
  incident.attention_json = JSON.stringify(left)
  incident.attention_reason = left[0] ?? null
  if (left.length > 0) return
  incident.attention_since = null
  endDeadlines(step, 'met', { kind: 'attend' })
}

/** Somebody's life may hang on it, or soon will. */
export function isUrgent({ incident }: Step['file']): boolean {
  return incident.group_key === 'life-safety' || incident.priority === 'P0' || incident.priority === 'P1'
}

export function mustBeWatched(file: CaseFile): boolean {
  return isOpen(file.incident.status) && isUrgent(file)
}

/** The number of the plan's step that it belongs to; what a person sent counts as the first step of its level. */
export function stepNumberOf({ plan }: Pick<Step, 'plan'>, { step, level }: AssignmentTable): number {
  if (step !== null) return step
  const index = plan.steps.findIndex((one) => one.level >= level)
  return index === -1 ? plan.steps.length - 1 : index
}

/** When it was to be there, by the clock that is written for it. */
export function dueArrival({ file }: Pick<Step, 'file'>, assignment: AssignmentTable): number | null {
  const clock = pendingDeadlines(file, 'arrive-by').find((one) => one.assignment_id === assignment.id)
  return clock?.due_at ?? null
}

/** Declined, no answer, or no longer relied on: the plan's next step is sent, beside whoever is still coming. */
import type { AssignmentTable } from '../database/tables.js'
import { isActive } from '../incidents/assignment-moves.js'
import { enter } from '../incidents/case-file.js'
import { isOpen } from '../incidents/lifecycle.js'
import { isRescuer } from '../model/incident-view.js'
import { sendFrom } from './send.js'
import { askForAttention, type Step, stepNumberOf } from './step.js'

export async function escalate(step: Step): Promise<void> {
  const { file, moment, plan } = step
  if (!isOpen(file.incident.status)) return
  for (const failed of step.failed) {
    if (!isRescuer(failed.role)) continue
    const helper = helperOf(step, failed)
    if (helper) {
      failed.replaced_by ??= helper.id
      continue
    }
    enter(file, moment, {
      kind: 'escalated',
      assignmentId: failed.id,
      reason: failed.overdue ?? failed.status,
      detail: { from: failed.level },
    })
    const before = file.assignments.length
    const next = stepNumberOf(step, failed) + 1
    if (next < plan.steps.length) await sendFrom(step, next)
    else askForAttention(step, 'call-119')
    failed.replaced_by = file.assignments[before]?.id ?? helperOf(step, failed)?.id ?? null
  }
}

/** Somebody of the same step or further who is still relied on. */
function helperOf(step: Step, failed: AssignmentTable): AssignmentTable | undefined {
  return step.file.assignments.find(
    (one) =>
      one !== failed &&
      isRescuer(one.role) &&
      isActive(one.status) &&
      one.overdue === null &&
      stepNumberOf(step, one) >= stepNumberOf(step, failed),
  )
}

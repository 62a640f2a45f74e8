/**
 * Projected arrival governs: when the crew's own word, or the road it has left, says that it will be there too late,
 * the next is sent now and not when the limit has passed.
 */
import type { AssignmentTable } from '../database/tables.js'
import { isRescuer } from '../model/incident-view.js'
import { spotOfBase, spotOfIncident } from './spots.js'
import { dueArrival, giveUpOn, type Step } from './step.js'

export async function foresee(step: Step): Promise<void> {
  const { move } = step
  if (move.kind !== 'action') return
  const { assignment } = move
  if (!assignment || (assignment.status !== 'accepted' && assignment.status !== 'departed')) return
  assignment.eta_at ??= await reckon(step, assignment)
  const due = dueArrival(step, assignment)
  if (due === null || assignment.eta_at === null || !isRescuer(assignment.role)) return
  if (assignment.eta_at > due) giveUpOn(step, assignment, 'too-late')
}

/** `null` when nobody knows where they are, or where it is. */
async function reckon(step: Step, assignment: AssignmentTable): Promise<number | null> {
  const to = await spotOfIncident(step)
  if (to === null) return null
  const { lat, lon, position_at: at } = assignment
  if (lat !== null && lon !== null && at !== null) return at + step.travel({ lat, lon }, to)
  const base = await spotOfBase(step, assignment)
  const from = assignment.departed_at ?? assignment.accepted_at
  return base === null || from === null ? null : from + step.travel(base, to)
}

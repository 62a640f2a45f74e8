/** A crew gave word of itself: where it is, when it will be there, or only that it can be reached. */
import type { AssignmentTable } from '../database/tables.js'
import { distanceMetres } from '../model/distance.js'
import type { ActionRequest } from './action-request.js'
import type { Moment } from './moment.js'

/** Less than that is the receiver's wandering, not a way made (m). */
const MOVED_METRES = 100
const MINUTE_MS = 60_000

/** Writes it on the assignment; returns what the timeline says of it. */
export function heardOf({
  assignment,
  request,
  moment,
}: {
  assignment: AssignmentTable | null
  request: ActionRequest
  moment: Moment
}): Record<string, unknown> {
  if (!assignment || request.action === 'recall') return {}
  const { position, etaMinutes, answered } = request
  if (request.action === 'contact' && answered === false) return { answered }
  assignment.heard_at = moment.at
  if (position) moveTo(assignment, position, moment.at)
  if (etaMinutes !== undefined) assignment.eta_at = moment.at + Math.round(etaMinutes * MINUTE_MS)
  return {
    ...(position ? { position } : {}),
    ...(etaMinutes === undefined ? {} : { etaMinutes }),
    ...(answered === undefined ? {} : { answered }),
  }
}

function moveTo(assignment: AssignmentTable, to: { lat: number; lon: number }, at: number): void {
  const { lat, lon } = assignment
  const moved = lat !== null && lon !== null && distanceMetres({ lat, lon }, to) > MOVED_METRES
  if (moved) assignment.moved_at = at
  // The first place given is where they start from, and stays so until they have left it.
  if (moved || lat === null) {
    assignment.lat = to.lat
    assignment.lon = to.lon
  }
  assignment.position_at = at
  // Their road has changed, so what was reckoned of it no longer holds.
  assignment.eta_at = null
}

/**
 * One incident goes on with everything that was known in another. A person merges two; a rescue that opens takes over
 * what the same lift already had, so that a dispatcher looks at one case.
 */
import type { Tx } from '../database/database.js'
import type { Bus } from '../runtime/bus.js'
import { saveAndAnnounce } from './announce.js'
import { isActive } from './assignment-moves.js'
import { type CaseFile, enter, readCase } from './case-file.js'
import { joinIncident } from './correlate.js'
import { OF_A_LIFT } from './decision.js'
import { endAssignments } from './end-assignments.js'
import { OPEN_STATUSES } from './lifecycle.js'
import type { Moment } from './moment.js'
import type { Planner } from './planner.js'

/** `file` ends, `target` goes on with its evidence, callers and people. Findings follow by `moveFindings`. */
export function handOver(file: CaseFile, target: CaseFile, moment: Moment): void {
  const { incident } = file
  joinIncident(target.incident, {
    priority: incident.priority,
    class: incident.class,
    pattern: incident.pattern,
    evidence: JSON.parse(incident.evidence_json),
    callers: JSON.parse(incident.callers_json),
    people: incident.people,
  })
  if (incident.condition_active === 1) target.incident.condition_active = 1
  enter(target, moment, { kind: 'merged-from', detail: { incidentId: incident.id, number: incident.number } })
  incident.parent_id = target.incident.id
  incident.condition_active = 0
  incident.status = 'closed'
  incident.closed_at = moment.at
  endAssignments(file, moment, 'merged')
}

/** Both incidents are in the database by then. */
export async function moveFindings(tx: Tx, from: string, into: string): Promise<void> {
  await tx.db.updateTable('finding').set({ incident_id: into }).where('incident_id', '=', from).execute()
}

/**
 * What `rescue`, newly opened and not yet saved, takes over: the open lesser incidents of its lift to which nobody is on
 * the way. Whoever was sent already is not called back by a rule. Save the rescue, then `endTaken`.
 */
export async function takeOver(
  tx: Tx,
  rescue: CaseFile,
  moment: Moment,
  planner: Planner,
): Promise<CaseFile[]> {
  const { equipment_id: equipmentId, group_key: group, source } = rescue.incident
  if (equipmentId === null || group !== 'life-safety' || source === 'drill') return []
  const lesser = await tx.db
    .selectFrom('incident')
    .select('id')
    .where('equipment_id', '=', equipmentId)
    .where('group_key', '!=', 'life-safety')
    .where('class', 'in', OF_A_LIFT)
    .where('status', 'in', OPEN_STATUSES)
    .where('source', '!=', 'drill')
    .orderBy('id')
    .execute()
  const taken: CaseFile[] = []
  for (const { id } of lesser) {
    const file = await readCase(tx, id)
    if (file.assignments.some((one) => isActive(one.status))) continue
    handOver(file, rescue, moment)
    const { id: into, number } = rescue.incident
    enter(file, moment, { kind: 'merge', detail: { into, number } })
    await planner.follow(tx, file, { kind: 'action', action: 'merge', assignment: null, wish: {} }, moment)
    taken.push(file)
  }
  return taken
}

/** Ends what the saved rescue has taken over. */
export async function endTaken(
  tx: Tx,
  rescue: CaseFile,
  taken: readonly CaseFile[],
  { bus, now }: { bus: Bus; now: number },
): Promise<void> {
  for (const file of taken) {
    await moveFindings(tx, file.incident.id, rescue.incident.id)
    await saveAndAnnounce(tx, bus, file, now)
  }
}

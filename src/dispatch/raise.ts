/**
 * What a caller says may make it worse than a trap: somebody hurt or about to be, smoke, water, gas. Then it is P0, and
 * `send` has several steps go together.
 */
import type { Tx } from '../database/database.js'
import { enter } from '../incidents/case-file.js'
import { relationOf } from '../incidents/correlate.js'
import { isOpen } from '../incidents/lifecycle.js'
import { groupOf } from '../model/incident.js'
import type { CarReport } from '../model/incident-view.js'
import type { Trigger } from '../model/plan.js'
import { isMedical } from '../model/vulnerable.js'
import type { Step } from './step.js'

/** A part of an area event is no more urgent by that. */
const RAISES: readonly Trigger[] = ['medical', 'hazard', 'gas']

export async function raise(step: Step): Promise<void> {
  const { tx, file, moment } = step
  const { incident } = file
  if (!isOpen(incident.status) || incident.priority === 'P0' || incident.class === 'area') return
  const because = (await triggersOf(step)).filter((one) => RAISES.includes(one))
  if (because.length === 0) return
  enter(file, moment, { kind: 'raised', reason: because[0] ?? null, detail: { from: incident.priority } })
  incident.priority = 'P0'
  const group = groupOf(incident.class, 'P0')
  const equipmentId = incident.equipment_id
  // Where a rescue of the same equipment is open already, this one stays what it is beside it.
  const other = equipmentId === null ? null : await relationOf(tx, { equipmentId, group, now: moment.now })
  if (other?.kind !== 'open' || other.incidentId === incident.id) incident.group_key = group
}

/** What is so of this incident. */
export async function triggersOf({ tx, file }: Pick<Step, 'tx' | 'file'>): Promise<Trigger[]> {
  const { incident } = file
  const vulnerable: string[] = JSON.parse(incident.vulnerable_json)
  const car: CarReport = JSON.parse(incident.car_json ?? '{}')
  const triggers: Trigger[] = []
  if (vulnerable.some(isMedical)) triggers.push('medical')
  if (car.smoke || car.water) triggers.push('hazard')
  if (incident.class === 'gas' && incident.priority === 'P0') triggers.push('gas')
  if (incident.parent_id !== null && (await isArea(tx, incident.parent_id))) triggers.push('area')
  return triggers
}

/** An incident that was split off has a parent as well. */
async function isArea(tx: Tx, id: string): Promise<boolean> {
  const row = await tx.db.selectFrom('incident').select('class').where('id', '=', id).executeTakeFirst()
  return row?.class === 'area'
}

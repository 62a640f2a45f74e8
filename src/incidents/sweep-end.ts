/** An area event ends when somebody has answered for every lift of it; what is done at a lift's own rescue is an answer too. */
import type { Tx } from '../database/database.js'
import { TesheError } from '../errors.js'
import type { SweepState } from '../model/area.js'
import type { Action } from '../model/incident.js'
import type { Bus } from '../runtime/bus.js'
import type { ActionRequest } from './action-request.js'
import { saveAndAnnounce } from './announce.js'
import { sweepCounts } from './area-lifts.js'
import { type CaseFile, readCase } from './case-file.js'
import { OPEN_STATUSES } from './lifecycle.js'
import type { Moment } from './moment.js'
import { writeLine } from './sweep-answer.js'

const ENDS: readonly Action[] = ['release', 'resolve', 'close', 'false-alarm']
/** An area is many lifts: it is not bound to one, and only areas that touch become one. */
const FOR_ONE_LIFT: readonly Action[] = ['locate', 'split', 'merge']

/** Throws SWEEP_UNFINISHED, INCIDENT_EXISTS, ACTION_NOT_ALLOWED. */
export async function refuseUnswept(
  tx: Tx,
  { incident }: CaseFile,
  { action, class: of }: Pick<ActionRequest, 'action' | 'class'>,
): Promise<void> {
  if (incident.class !== 'area') return
  if (FOR_ONE_LIFT.includes(action) || of !== undefined)
    throw new TesheError('ACTION_NOT_ALLOWED', [action, 'an area event'])
  if (action === 'reopen') return await refuseSecondOfSite(tx, incident.id)
  if (!ENDS.includes(action)) return
  const counts = (await sweepCounts(tx.db, [incident.id])).get(incident.id)
  if (counts && counts.unknown + counts.inside > 0)
    throw new TesheError('SWEEP_UNFINISHED', [incident.number, counts.unknown, counts.inside])
}

/** A site has one open area at most: the one that is open goes on. */
async function refuseSecondOfSite(tx: Tx, areaId: string): Promise<void> {
  const other = await tx.db
    .selectFrom('area_site as own')
    .innerJoin('area_site as other', 'other.site', 'own.site')
    .innerJoin('incident', 'incident.id', 'other.area_id')
    .select(['incident.number', 'own.site'])
    .where('own.area_id', '=', areaId)
    .where('other.area_id', '!=', areaId)
    .where('incident.status', 'in', OPEN_STATUSES)
    .executeTakeFirst()
  if (other) throw new TesheError('INCIDENT_EXISTS', [other.site, other.number])
}

/** What a person did at a rescue inside an area goes onto its list: released, nobody there, opened again. */
export async function sweepByRescue(
  tx: Tx,
  { incident }: CaseFile,
  action: Action,
  moment: Moment,
  bus: Bus,
): Promise<void> {
  const { parent_id, equipment_id, group_key, outcome } = incident
  if (parent_id === null || equipment_id === null || group_key !== 'life-safety') return
  const state = stateAfter(action, outcome)
  if (state === null) return
  const area = await tx.db
    .selectFrom('sweep_line')
    .innerJoin('incident', 'incident.id', 'sweep_line.area_id')
    .select(['sweep_line.state'])
    .where('sweep_line.area_id', '=', parent_id)
    .where('sweep_line.equipment_id', '=', equipment_id)
    .where('incident.status', 'in', OPEN_STATUSES)
    .executeTakeFirst()
  if (!area || area.state === state) return
  const file = await readCase(tx, parent_id)
  const people = incident.people ?? undefined
  await writeLine(tx, file, equipment_id, { state, before: area.state, people }, moment)
  await saveAndAnnounce(tx, bus, file, moment.now)
}

function stateAfter(action: Action, outcome: string | null): SweepState | null {
  if (action === 'reopen') return 'unknown'
  if (action === 'false-alarm') return 'empty'
  if (action !== 'release' && action !== 'resolve') return null
  return outcome === 'nobody-inside' || outcome === 'not-a-trap' ? 'empty' : 'freed'
}

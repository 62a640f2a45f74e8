/**
 * A person's answer for one lift of an area event. "People inside" is a report like any other: it raises the lift's own
 * rescue or joins it, in the same transaction.
 */
import type { ExpressionBuilder } from 'kysely'
import type { Tx } from '../database/database.js'
import { visibleEquipment } from '../database/scope.js'
import type { SweepLineTable, Tables } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { SweepAnswer, SweepState } from '../model/area.js'
import type { Role } from '../model/incident.js'
import type { Viewer } from '../model/viewer.js'
import { saveAndAnnounce } from './announce.js'
import { adoptInside } from './area-children.js'
import { liftsOfArea } from './area-lifts.js'
import { type AreaReception, holdAreas } from './area-review.js'
import { type CaseFile, enter, readCase } from './case-file.js'
import { type Moment, momentOf } from './moment.js'
import { type Channel, receiveReport } from './report.js'
import { seesWholeArea } from './sweep-sight.js'

export interface SweepSaid {
  state: SweepAnswer
  /** How many are, or were, inside. */
  people?: number | undefined
  note?: string | undefined
}

const MAY_SWEEP: readonly Role[] = ['admin', 'dispatcher', 'maintainer', 'technician', 'use-unit']

/** Throws ROLE_FORBIDDEN, SWEEP_NONE, SWEEP_LIFT_UNKNOWN, SWEEP_NOT_ALLOWED. The caller has seen that the viewer may see the incident. */
export async function answerSweep(
  tx: Tx,
  wanted: { incidentId: string; equipmentId: string; said: SweepSaid; by: Viewer },
  reception: AreaReception,
): Promise<void> {
  const { incidentId, equipmentId, said, by } = wanted
  const { now, bus } = reception
  if (!MAY_SWEEP.includes(by.role)) throw new TesheError('ROLE_FORBIDDEN', [by.role, 'answer for a lift'])
  await holdAreas(tx)
  const file = await readCase(tx, incidentId)
  if (file.incident.class !== 'area') throw new TesheError('SWEEP_NONE', [file.incident.number])
  if (file.incident.status === 'closed')
    throw new TesheError('ACTION_NOT_ALLOWED', ['sweep', file.incident.status])
  await requireLift(tx, file, equipmentId, by, now)
  const before = await readLine(tx, incidentId, equipmentId)
  requireMove(before?.state ?? 'unknown', said)
  if (before && saysTheSame(before, said)) return
  const moment = momentOf(by, now)
  await writeLine(tx, file, equipmentId, { ...said, before: before?.state ?? 'unknown' }, moment)
  await saveAndAnnounce(tx, bus, file, now)
  if (said.state !== 'people-inside') return
  await receiveReport(
    tx,
    { equipmentId, channel: channelOf(by.role), class: 'trapped', people: said.people, note: said.note },
    // Whoever was sent to the area may speak for a lift that is not theirs; the list has let them.
    { ...reception, by: { ...by, role: 'dispatcher' } },
  )
  await adoptInside(tx, reception)
}

async function requireLift(
  tx: Tx,
  file: CaseFile,
  equipmentId: string,
  by: Viewer,
  now: number,
): Promise<void> {
  const { id, number } = file.incident
  const whole = await seesWholeArea({ db: tx.db, viewer: by, now }, id)
  const lift = await tx.db
    .selectFrom('equipment')
    .select('id')
    .where('id', '=', equipmentId)
    .where('id', 'in', liftsOfArea(id))
    .$if(!whole, (query) =>
      query.where((eb) => visibleEquipment(eb as ExpressionBuilder<Tables, 'equipment'>, by, now)),
    )
    .executeTakeFirst()
  if (!lift) throw new TesheError('SWEEP_LIFT_UNKNOWN', [equipmentId, number])
}

async function readLine(tx: Tx, areaId: string, equipmentId: string): Promise<SweepLineTable | undefined> {
  return await tx.db
    .selectFrom('sweep_line')
    .selectAll()
    .where('area_id', '=', areaId)
    .where('equipment_id', '=', equipmentId)
    .executeTakeFirst()
}

/** Nobody is freed who was not inside, and that there is nobody after all is said with a reason. */
function requireMove(from: SweepState, { state, note }: SweepSaid): void {
  const freedOfNobody = state === 'freed' && from !== 'people-inside' && from !== 'freed'
  const takesBack = state === 'empty' && (from === 'people-inside' || from === 'freed')
  if (freedOfNobody || (takesBack && !note?.trim())) throw new TesheError('SWEEP_NOT_ALLOWED', [state, from])
}

function saysTheSame(line: SweepLineTable, { state, people, note }: SweepSaid): boolean {
  return (
    line.state === state && (people === undefined || line.people === people) && (!note || line.note === note)
  )
}

function channelOf(role: Role): Channel {
  if (role === 'use-unit') return 'duty-room'
  return role === 'maintainer' || role === 'technician' ? 'maintainer' : 'phone'
}

/** Enters the answer in the area's timeline; the caller saves the file. */
export async function writeLine(
  tx: Tx,
  file: CaseFile,
  equipmentId: string,
  said: { state: SweepState; before: SweepState; people?: number | undefined; note?: string | undefined },
  moment: Moment,
): Promise<void> {
  const people = said.state === 'empty' ? 0 : (said.people ?? null)
  const line = {
    state: said.state,
    people,
    note: said.note ?? null,
    said_by: said.state === 'unknown' ? null : moment.actorName,
    said_at: said.state === 'unknown' ? null : moment.now,
  }
  await tx.db
    .insertInto('sweep_line')
    .values({ area_id: file.incident.id, equipment_id: equipmentId, ...line })
    .onConflict((conflict) => conflict.columns(['area_id', 'equipment_id']).doUpdateSet(line))
    .execute()
  enter(file, moment, {
    kind: 'sweep',
    reason: said.note ?? null,
    detail: { equipmentId, state: said.state, before: said.before, people },
  })
}

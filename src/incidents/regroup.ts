/** Actions that reach beyond one incident: binding it to an equipment, merging two, splitting one. */
import type { Tx } from '../database/database.js'
import { TesheError } from '../errors.js'
import { groupOf } from '../model/incident.js'
import type { Place } from '../model/incident-view.js'
import type { Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { requireField } from './action-effects.js'
import type { ActionRequest } from './action-request.js'
import { saveAndAnnounce } from './announce.js'
import { type CaseFile, readCase, readEquipment } from './case-file.js'
import { refuseSecond } from './correlate.js'
import { isOpen } from './lifecycle.js'
import type { Moment } from './moment.js'
import { openCase, searchText } from './open-case.js'
import type { Planner } from './planner.js'
import { type ProvisionalEquipment, requireEquipment } from './report.js'
import { handOver, moveFindings } from './take-over.js'

interface RegroupOptions {
  bus: Bus
  planner: Planner
  newId: () => string
  now: number
  by: Viewer
  createProvisional?: ProvisionalEquipment | undefined
}

/** Binds an incident that was known only by its place. Throws ACTION_NOT_ALLOWED when it is bound already. */
export async function locate(
  tx: Tx,
  file: CaseFile,
  request: ActionRequest,
  options: RegroupOptions,
): Promise<Record<string, unknown>> {
  const { incident } = file
  if (incident.equipment_id !== null)
    throw new TesheError('ACTION_NOT_ALLOWED', ['locate', `${incident.status} and bound to an equipment`])
  const place: Place | null =
    request.place ?? (incident.place_json === null ? null : JSON.parse(incident.place_json))
  if (place) incident.place_json = JSON.stringify(place)
  if (request.equipmentId !== undefined || request.rescueCode !== undefined || request.provisional) {
    incident.equipment_id = await equipmentFor(tx, request, place, options)
    file.equipment = await readEquipment(tx, incident.equipment_id)
  } else requireField(request.place?.text, 'equipmentId')
  incident.district = file.equipment?.district ?? place?.district ?? incident.district
  incident.search = searchText(incident, file.equipment)
  return { equipmentId: incident.equipment_id, place, provisional: request.provisional === true }
}

async function equipmentFor(
  tx: Tx,
  { equipmentId, rescueCode }: ActionRequest,
  place: Place | null,
  { by, now, createProvisional }: RegroupOptions,
): Promise<string> {
  if (equipmentId !== undefined) return await requireEquipment(tx, { id: equipmentId, by, now })
  if (rescueCode !== undefined) return await requireEquipment(tx, { rescueCode, by, now })
  if (!createProvisional || !place)
    throw new TesheError('REQUEST_INVALID', ['place is needed for a provisional equipment'])
  return await createProvisional(tx, place, by)
}

/** This incident ends and the other goes on with everything that was known here. */
export async function merge(
  tx: Tx,
  file: CaseFile,
  request: ActionRequest,
  moment: Moment,
  { bus, planner, now }: RegroupOptions,
): Promise<Record<string, unknown>> {
  const { incident } = file
  const into = requireField(request.into, 'into')
  if (into === incident.id) throw new TesheError('ACTION_NOT_ALLOWED', ['merge', 'the same as the other'])
  const target = await readCase(tx, into)
  // Inside an area it keeps its own rescue; it is a child of it, not a part.
  if (target.incident.class === 'area')
    throw new TesheError('ACTION_NOT_ALLOWED', ['merge', 'to go into an area event'])
  if (!isOpen(target.incident.status))
    throw new TesheError('ACTION_NOT_ALLOWED', ['merge', `to go into one that is ${target.incident.status}`])
  handOver(file, target, moment)
  await moveFindings(tx, incident.id, into)
  await planner.follow(tx, target, { kind: 'joined' }, moment)
  await saveAndAnnounce(tx, bus, target, now)
  return { into, number: target.incident.number }
}

/** A second equipment, or a second place, gets an incident of its own. */
export async function split(
  tx: Tx,
  file: CaseFile,
  request: ActionRequest,
  moment: Moment,
  { bus, planner, now, by, newId }: RegroupOptions,
): Promise<Record<string, unknown>> {
  const { incident } = file
  const { equipmentId, rescueCode } = request
  const bound =
    equipmentId !== undefined
      ? await requireEquipment(tx, { id: equipmentId, by, now })
      : rescueCode !== undefined
        ? await requireEquipment(tx, { rescueCode, by, now })
        : null
  if (bound === null) requireField(request.place?.text, 'equipmentId')
  if (bound !== null && bound === incident.equipment_id)
    throw new TesheError('INCIDENT_EXISTS', [bound, incident.number])
  const ofClass = request.class ?? incident.class
  const priority = request.priority ?? incident.priority
  if (bound !== null) await refuseSecond(tx, { equipmentId: bound, group: groupOf(ofClass, priority), now })
  const child = await openCase(
    tx,
    {
      id: newId(),
      equipmentId: bound,
      place: request.place ?? null,
      parentId: incident.id,
      class: ofClass,
      priority,
      pattern: null,
      source: incident.source === 'drill' ? 'drill' : 'manual',
      reportedAt: moment.at,
      evidence: [{ key: 'split', witness: 'person', at: moment.at }],
      callers: [],
      people: request.people ?? null,
      vulnerable: request.vulnerable ?? [],
      car: request.car ?? null,
      conditionActive: false,
      detail: { splitFrom: incident.id },
      note: request.note ?? null,
    },
    moment,
  )
  await planner.follow(tx, child, { kind: 'opened', orders: false }, moment)
  await saveAndAnnounce(tx, bus, child, now)
  return { childId: child.incident.id, number: child.incident.number }
}

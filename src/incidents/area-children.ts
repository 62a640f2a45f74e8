/** Incidents inside an area become its children. They keep their own people and clocks: each rescue goes on by itself. */
import type { Tx } from '../database/database.js'
import { withNeighboursDark } from '../model/causes.js'
import { saveAndAnnounce } from './announce.js'
import { type AreaFile, openAreas, readArea, refreshArea } from './area-case.js'
import { liftsOfArea } from './area-lifts.js'
import { enter, readCase } from './case-file.js'
import type { Reception } from './findings.js'
import { OPEN_STATUSES } from './lifecycle.js'
import { systemMoment } from './moment.js'

/** Open incidents of lifts on the list of an open area, which have no parent yet; the elder area takes them. */
export async function adoptInside(tx: Tx, reception: Reception): Promise<void> {
  for (const { incident_id: areaId } of await openAreas(tx)) {
    const inside = await tx.db
      .selectFrom('incident')
      .select('id')
      .where('status', 'in', OPEN_STATUSES)
      .where('class', '!=', 'area')
      .where('source', '!=', 'drill')
      .where('parent_id', 'is', null)
      .where('equipment_id', 'in', liftsOfArea(areaId))
      .orderBy('number')
      .execute()
    if (inside.length === 0) continue
    const area = await readArea(tx, areaId)
    await adopt(
      tx,
      area,
      inside.map((row) => row.id),
      reception,
    )
    await refreshArea(tx, area, reception)
  }
}

/** The area's own file is entered, and left to the caller to save. */
export async function adopt(
  tx: Tx,
  { file, area }: AreaFile,
  incidentIds: readonly string[],
  { bus, planner, now }: Reception,
): Promise<void> {
  const moment = systemMoment(now)
  for (const id of incidentIds) {
    const child = await readCase(tx, id)
    const { incident } = child
    incident.parent_id = area.incident_id
    if (area.cause === 'power')
      incident.causes_json = JSON.stringify(withNeighboursDark(JSON.parse(incident.causes_json)))
    enter(child, moment, {
      kind: 'joined-area',
      detail: { incidentId: area.incident_id, number: file.incident.number },
    })
    await planner.follow(tx, child, { kind: 'joined' }, moment)
    await saveAndAnnounce(tx, bus, child, now)
    enter(file, moment, {
      kind: 'incident-joined',
      detail: { incidentId: id, number: incident.number, equipmentId: incident.equipment_id },
    })
  }
}

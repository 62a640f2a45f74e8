/** Two areas that turn out to be one: the elder goes on with all that the other had. */
import type { Tx } from '../database/database.js'
import { saveAndAnnounce } from './announce.js'
import { readArea } from './area-case.js'
import { enter } from './case-file.js'
import { endAssignments } from './end-assignments.js'
import type { Reception } from './findings.js'
import { systemMoment } from './moment.js'

export async function mergeAreas(
  tx: Tx,
  fromId: string,
  intoId: string,
  reception: Reception,
): Promise<void> {
  const moment = systemMoment(reception.now)
  const from = await readArea(tx, fromId)
  const into = await readArea(tx, intoId)
  await moveRows(tx, fromId, intoId)
  enter(into.file, moment, {
    kind: 'merged-from',
    detail: { incidentId: fromId, number: from.file.incident.number },
  })
  await saveAndAnnounce(tx, reception.bus, into.file, reception.now)

  const { incident } = from.file
  incident.parent_id = intoId
  incident.condition_active = 0
  incident.status = 'closed'
  incident.closed_at = reception.now
  endAssignments(from.file, moment, 'merged')
  enter(from.file, moment, { kind: 'merge', detail: { into: intoId, number: into.file.incident.number } })
  const move = { kind: 'action', action: 'merge', assignment: null, wish: {} } as const
  await reception.planner.follow(tx, from.file, move, moment)
  await saveAndAnnounce(tx, reception.bus, from.file, reception.now)
}

async function moveRows(tx: Tx, fromId: string, intoId: string): Promise<void> {
  await tx.db.updateTable('finding').set({ incident_id: intoId }).where('incident_id', '=', fromId).execute()
  await tx.db.updateTable('incident').set({ parent_id: intoId }).where('parent_id', '=', fromId).execute()
  const lines = await tx.db.selectFrom('sweep_line').selectAll().where('area_id', '=', fromId).execute()
  for (const line of lines) {
    const { state, people, note, said_by, said_at } = line
    await tx.db
      .insertInto('sweep_line')
      .values({ ...line, area_id: intoId })
      .onConflict((conflict) =>
        // What somebody said stays; silence never takes its place.
        state === 'unknown'
          ? conflict.columns(['area_id', 'equipment_id']).doNothing()
          : conflict
              .columns(['area_id', 'equipment_id'])
              .doUpdateSet({ state, people, note, said_by, said_at }),
      )
      .execute()
  }
  const sites = await tx.db.selectFrom('area_site').select('site').where('area_id', '=', fromId).execute()
  for (const { site } of sites)
    await tx.db
      .insertInto('area_site')
      .values({ area_id: intoId, site })
      .onConflict((conflict) => conflict.columns(['area_id', 'site']).doNothing())
      .execute()
}

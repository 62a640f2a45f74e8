/** Which lifts belong to an area event, and how far they have been asked after. */
import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../database/tables.js'
import type { SweepCounts, SweepState } from '../model/area.js'

/**
 * The ids of an area's lifts, for `in`: those on its list, and whatever is registered at its sites by now, also without
 * a device and without a line of its own yet.
 */
export function liftsOfArea(areaId: string | Expression<string>): RawBuilder<string> {
  return sql<string>`(
    select sweep_line.equipment_id from sweep_line where sweep_line.area_id = ${areaId}
    union
    select lift.id from equipment lift join area_site on area_site.site = lift.site
    where area_site.area_id = ${areaId} and lift.kind = 'elevator'
  )`
}

export async function sweepCounts(
  db: Kysely<Tables>,
  areaIds: readonly string[],
): Promise<Map<string, SweepCounts>> {
  const countsByArea = new Map<string, SweepCounts>()
  const state = sql<SweepState>`coalesce(sweep_line.state, 'unknown')`
  for (const areaId of areaIds) {
    const rows = await db
      .selectFrom('equipment')
      .leftJoin('sweep_line', (join) =>
        join.onRef('sweep_line.equipment_id', '=', 'equipment.id').on('sweep_line.area_id', '=', areaId),
      )
      .select((eb) => [state.as('state'), eb.fn.countAll<number>().as('lifts')])
      .where('equipment.id', 'in', liftsOfArea(areaId))
      .groupBy(state)
      .execute()
    const of = (state: SweepState) => Number(rows.find((row) => row.state === state)?.lifts ?? 0)
    const lifts = rows.reduce((sum, row) => sum + Number(row.lifts), 0)
    countsByArea.set(areaId, { lifts, unknown: of('unknown'), inside: of('people-inside') })
  }
  return countsByArea
}

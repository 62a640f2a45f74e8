/** Who may see which equipment and incidents, as conditions in the query itself (contract §5, roles). */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Viewer } from '../model/viewer.js'
import type { Tables } from './tables.js'

/** A party keeps its view of an incident this long after its assignment ended. */
export const AFTERGLOW_MS = 24 * 3_600_000

export const WHOLE_CITY = '*'

/** Equipment of the viewer: everything, its company's, its use unit's, or its districts'. */
export function ownEquipment(
  eb: ExpressionBuilder<Tables, 'equipment'>,
  viewer: Viewer,
): Expression<SqlBool> {
  switch (viewer.role) {
    case 'admin':
    case 'dispatcher':
      return sql<SqlBool>`1 = 1`
    case 'maintainer':
    case 'technician':
      return eb('equipment.maintainer_id', '=', viewer.organisationId)
    case 'use-unit':
    case 'operator':
      return eb('equipment.use_unit_id', '=', viewer.organisationId)
    case 'inspection-body':
    case 'regulator':
      return inDistricts(eb.ref('equipment.district'), viewer)
  }
}

/** Own equipment, and that of an assignment offered to the viewer's organisation, from the offer until 24 h after its end. */
export function visibleEquipment(
  eb: ExpressionBuilder<Tables, 'equipment'>,
  viewer: Viewer,
  now: number,
): Expression<SqlBool> {
  if (viewer.organisationId === null) return ownEquipment(eb, viewer)
  return eb.or([
    ownEquipment(eb, viewer),
    eb.exists(
      eb
        .selectFrom('assignment')
        .innerJoin('incident', 'incident.id', 'assignment.incident_id')
        .select(sql<number>`1`.as('one'))
        .whereRef('incident.equipment_id', '=', 'equipment.id')
        .where('assignment.party', '=', viewer.organisationId)
        .where((part) =>
          part.or([
            part('assignment.ended_at', 'is', null),
            part('assignment.ended_at', '>', now - AFTERGLOW_MS),
          ]),
        ),
    ),
  ])
}

/** Incidents of own equipment (joined as `equipment`, may be missing), and those that the viewer's organisation was sent to. */
export function visibleIncident(
  eb: ExpressionBuilder<Tables, 'incident' | 'equipment'>,
  viewer: Viewer,
  now: number,
): Expression<SqlBool> {
  switch (viewer.role) {
    case 'admin':
    case 'dispatcher':
      return sql<SqlBool>`1 = 1`
    case 'inspection-body':
    case 'regulator':
      return inDistricts(eb.ref('incident.district'), viewer)
    case 'maintainer':
    case 'technician':
    case 'use-unit':
    case 'operator':
      return eb.or([
        ownEquipment(eb as unknown as ExpressionBuilder<Tables, 'equipment'>, viewer),
        hasOwnLift(eb, viewer),
        eb.exists(
          eb
            .selectFrom('assignment')
            .select(sql<number>`1`.as('one'))
            .whereRef('assignment.incident_id', '=', 'incident.id')
            .where('assignment.party', '=', viewer.organisationId)
            .where((part) =>
              part.or([
                part('assignment.ended_at', 'is', null),
                part('assignment.ended_at', '>', now - AFTERGLOW_MS),
              ]),
            ),
        ),
      ])
  }
}

/** An area event with a lift of the viewer's on its list. */
function hasOwnLift(
  eb: ExpressionBuilder<Tables, 'incident' | 'equipment'>,
  viewer: Viewer,
): Expression<SqlBool> {
  const keeper =
    viewer.role === 'maintainer' || viewer.role === 'technician' ? 'maintainer_id' : 'use_unit_id'
  return eb.exists(
    eb
      .selectFrom('sweep_line')
      .innerJoin('equipment as lift', 'lift.id', 'sweep_line.equipment_id')
      .select(sql<number>`1`.as('one'))
      .whereRef('sweep_line.area_id', '=', 'incident.id')
      .where(`lift.${keeper}`, '=', viewer.organisationId),
  )
}

function inDistricts(district: Expression<string | null>, viewer: Viewer): Expression<SqlBool> {
  if (viewer.districts.includes(WHOLE_CITY)) return sql<SqlBool>`1 = 1`
  if (viewer.districts.length === 0) return sql<SqlBool>`1 = 0`
  return sql<SqlBool>`${district} in (${sql.join([...viewer.districts])})`
}

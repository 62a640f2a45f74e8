/** Who sees what of an area event: the desk, regulators and whoever was sent there all of it, companies their own lifts. */
import { type ExpressionBuilder, sql } from 'kysely'
import { AFTERGLOW_MS, visibleEquipment } from '../database/scope.js'
import type { Tables, TimelineTable } from '../database/tables.js'
import type { Look } from './queries.js'

export async function seesWholeArea({ db, viewer, now }: Look, areaId: string): Promise<boolean> {
  switch (viewer.role) {
    case 'admin':
    case 'dispatcher':
    case 'inspection-body':
    case 'regulator':
      return true
    case 'maintainer':
    case 'technician':
    case 'use-unit':
    case 'operator': {
      const sent = await db
        .selectFrom('assignment')
        .select(sql<number>`1`.as('one'))
        .where('incident_id', '=', areaId)
        .where('party', '=', viewer.organisationId)
        .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>', now - AFTERGLOW_MS)]))
        .executeTakeFirst()
      return sent !== undefined
    }
  }
}

/** Without the entries of an area's timeline that tell of lifts which are not the viewer's. */
export async function ownEntries(
  look: Look,
  incidentId: string,
  rows: readonly TimelineTable[],
): Promise<TimelineTable[]> {
  const area = await look.db
    .selectFrom('area')
    .select('incident_id')
    .where('incident_id', '=', incidentId)
    .executeTakeFirst()
  if (!area || (await seesWholeArea(look, incidentId))) return [...rows]
  const lifts = [...new Set(rows.map(liftOf).filter((id) => id !== null))]
  if (lifts.length === 0) return [...rows]
  const own = await look.db
    .selectFrom('equipment')
    .select('id')
    .where('id', 'in', lifts)
    .where((eb) => visibleEquipment(eb as ExpressionBuilder<Tables, 'equipment'>, look.viewer, look.now))
    .execute()
  const seen = new Set(own.map((row) => row.id))
  return rows.filter((row) => {
    const lift = liftOf(row)
    return lift === null || seen.has(lift)
  })
}

/** The lift that an entry tells of, named itself or by a finding's id. */
function liftOf({ detail_json }: TimelineTable): string | null {
  const { equipmentId, findingId } = JSON.parse(detail_json) as { equipmentId?: unknown; findingId?: unknown }
  if (typeof equipmentId === 'string') return equipmentId
  return typeof findingId === 'string' ? (findingId.split('/')[0] ?? null) : null
}

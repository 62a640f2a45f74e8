/** What the live view tells about a changed incident, and to whom. */
import { AFTERGLOW_MS } from '../database/scope.js'
import type { IncidentSummary } from '../model/incident-view.js'
import { liftsOfArea } from './area-lifts.js'
import { type Look, readSummary } from './queries.js'

export interface Announcement {
  summary: IncidentSummary
  /** The equipment's maintainer and use unit, and every party sent there that may still see it. */
  organisations: string[]
  district: string | null
}

/** `null` when there is no such incident. */
export async function readAnnouncement(look: Look, incidentId: string): Promise<Announcement | null> {
  const summary = await readSummary(look, incidentId)
  if (!summary) return null
  const keepers = await look.db
    .selectFrom('equipment')
    .select(['maintainer_id', 'use_unit_id'])
    .where('id', '=', summary.equipmentId ?? '')
    .executeTakeFirst()
  const sent = await look.db
    .selectFrom('assignment')
    .select('party')
    .where('incident_id', '=', incidentId)
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>', look.now - AFTERGLOW_MS)]))
    .execute()
  const swept = summary.sweep ? await keepersOf(look, incidentId) : []
  const organisations = [
    keepers?.maintainer_id,
    keepers?.use_unit_id,
    ...sent.map((one) => one.party),
    ...swept,
  ]
  return {
    summary,
    organisations: [...new Set(organisations.filter((id) => typeof id === 'string'))],
    district: summary.district,
  }
}

/** Whoever keeps a lift of an area event. */
async function keepersOf({ db }: Look, areaId: string): Promise<(string | null)[]> {
  const rows = await db
    .selectFrom('equipment')
    .select(['maintainer_id', 'use_unit_id'])
    .distinct()
    .where('id', 'in', liftsOfArea(areaId))
    .execute()
  return rows.flatMap((row) => [row.maintainer_id, row.use_unit_id])
}

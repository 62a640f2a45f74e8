/** Where an incident is, and where its crews set out from. */
import type { AssignmentTable } from '../database/tables.js'
import type { Place } from '../model/incident-view.js'
import type { Step } from './step.js'
import type { Spot } from './travel.js'

/** `null` when nobody gave a place with coordinates; an area event is where its site's equipment is. */
export async function spotOfIncident({ tx, file }: Pick<Step, 'tx' | 'file'>): Promise<Spot | null> {
  const { equipment, incident } = file
  const place: Place | null = incident.place_json === null ? null : JSON.parse(incident.place_json)
  const known = spotOf({
    lat: equipment?.lat ?? place?.lat ?? null,
    lon: equipment?.lon ?? place?.lon ?? null,
  })
  if (known !== null || incident.site === null) return known
  const row = await tx.db
    .selectFrom('equipment')
    .select(['lat', 'lon'])
    .where('site', '=', incident.site)
    .where('lat', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row ? spotOf(row) : null
}

/** Where the chosen crew is based, else its organisation. */
export async function spotOfBase({ tx }: Step, { party }: AssignmentTable): Promise<Spot | null> {
  if (party === null) return null
  const row = await tx.db
    .selectFrom('organisation')
    .select(['lat', 'lon'])
    .where('id', '=', party)
    .executeTakeFirst()
  return row ? spotOf(row) : null
}

export function spotOf({ lat, lon }: { lat: number | null; lon: number | null }): Spot | null {
  return lat === null || lon === null ? null : { lat, lon }
}

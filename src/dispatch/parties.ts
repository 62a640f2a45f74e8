/** Who can be sent at which level, and why: the keeper first, then the nearest other company or station, then 119. */
import type { OrganisationTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { isActive } from '../incidents/assignment-moves.js'
import { distanceMetres } from '../model/distance.js'
import type { OrganisationType, RescueLevel } from '../model/incident.js'
import type { AssignmentRole, Place } from '../model/incident-view.js'
import type { Step } from './step.js'

export interface Candidate {
  party: string | null
  partyName: string
  role: AssignmentRole
  level: RescueLevel
  /** Stable key, with the distance where it decided. */
  chosenBecause: string
}

export const FIRE_BRIGADE = { party: null, partyName: '119', role: 'fire', level: 3 } as const

/** `null` when nobody of that level is left. */
export async function partyFor(step: Step, level: 1 | 2): Promise<Candidate | null> {
  return level === 1 ? await keeper(step) : await nearestOther(step)
}

/** The company under contract. */
async function keeper(step: Step): Promise<Candidate | null> {
  const { equipment } = step.file
  const id = equipment?.maintainer_id ?? null
  if (id === null || spent(step).has(id)) return null
  const organisation = await readOrganisation(step, id)
  if (!organisation) return null
  return candidateOf(organisation, 1, 'contracted-maintainer')
}

/** Any other company or station, by distance; without places, one of the same district first. For a boiler, whoever runs it. */
async function nearestOther(step: Step): Promise<Candidate | null> {
  const { equipment } = step.file
  if (equipment?.kind === 'boiler') {
    const id = equipment.use_unit_id
    const useUnit = id === null || spent(step).has(id) ? null : await readOrganisation(step, id)
    return useUnit ? candidateOf(useUnit, 2, 'use-unit') : null
  }
  const organisations = await step.tx.db
    .selectFrom('organisation')
    .selectAll()
    .where('type', 'in', ['maintainer', 'station'])
    .orderBy('id')
    .execute()
  const away = spent(step)
  const [nearest] = organisations
    .filter((one) => !away.has(one.id) && one.id !== equipment?.maintainer_id)
    .map((organisation) => ({ organisation, metres: distanceTo(step, organisation) }))
    .sort((a, b) => a.metres - b.metres || districtRank(step, a) - districtRank(step, b))
  if (!nearest) return null
  const known = Number.isFinite(nearest.metres)
  const because = known
    ? `nearest ${(nearest.metres / 1000).toFixed(1)} km`
    : districtRank(step, nearest) === 0
      ? 'same-district'
      : 'only-one-left'
  return candidateOf(nearest.organisation, 2, because)
}

/** Those who are on it, or had their chance and did not come. */
function spent({ file }: Step): Set<string> {
  return new Set(
    file.assignments
      .filter((one) => isActive(one.status) || one.status === 'declined' || one.status === 'expired')
      .map((one) => one.party)
      .filter((party) => party !== null),
  )
}

/** The dispatcher's choice. Throws ORGANISATION_UNKNOWN. */
export async function namedParty(step: Step, id: string): Promise<Candidate> {
  const organisation = await readOrganisation(step, id)
  if (!organisation) throw new TesheError('ORGANISATION_UNKNOWN', [id])
  const level = id === step.file.equipment?.maintainer_id ? 1 : 2
  return candidateOf(organisation, level, 'wish')
}

async function readOrganisation({ tx }: Step, id: string): Promise<OrganisationTable | undefined> {
  return await tx.db.selectFrom('organisation').selectAll().where('id', '=', id).executeTakeFirst()
}

function candidateOf(organisation: OrganisationTable, level: RescueLevel, because: string): Candidate {
  return {
    party: organisation.id,
    partyName: organisation.name,
    role: roleOf(organisation.type),
    level,
    chosenBecause: because,
  }
}

function roleOf(type: OrganisationType): AssignmentRole {
  switch (type) {
    case 'maintainer':
    case 'use-unit':
    case 'station':
      return type
    case 'centre':
    case 'office':
    case 'inspection-body':
      return 'other'
  }
}

/** Infinity when one of the two has no place. */
function distanceTo({ file }: Step, organisation: OrganisationTable): number {
  const place: Place | null = file.incident.place_json === null ? null : JSON.parse(file.incident.place_json)
  const lat = file.equipment?.lat ?? place?.lat
  const lon = file.equipment?.lon ?? place?.lon
  if (lat === undefined || lon === undefined || organisation.lat === null || organisation.lon === null)
    return Number.POSITIVE_INFINITY
  return distanceMetres({ lat, lon }, { lat: organisation.lat, lon: organisation.lon })
}

function districtRank({ file }: Step, { organisation }: { organisation: OrganisationTable }): 0 | 1 {
  return file.incident.district !== null && organisation.district === file.incident.district ? 0 : 1
}

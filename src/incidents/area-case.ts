/**
 * The incident of an area event in hand: opened, given sites and lifts, and brought up to date with what is known of
 * them. Its centre, cause and evidence are always worked out anew from its lifts and signs, so that the order in which
 * they came leaves no trace.
 */
import type { Tx } from '../database/database.js'
import type { AreaTable } from '../database/tables.js'
import type { AreaCause, AreaKind } from '../model/area.js'
import { distanceMetres } from '../model/distance.js'
import type { Evidence } from '../model/finding.js'
import type { Place } from '../model/incident-view.js'
import { saveAndAnnounce } from './announce.js'
import { liftsOfArea } from './area-lifts.js'
import { type CaseFile, enter, readCase } from './case-file.js'
import type { Reception } from './findings.js'
import { OPEN_STATUSES } from './lifecycle.js'
import { systemMoment } from './moment.js'
import { openCase, searchText } from './open-case.js'

/** The findings of the rules that tell of the mains and of silence. */
export const POWER_LOST = 'L-PWR'
export const SILENT = 'L-OFF'
export const SIGN_PATTERNS = [POWER_LOST, SILENT] as const

export interface AreaFile {
  file: CaseFile
  area: AreaTable
  sites: string[]
}

export async function openArea(
  tx: Tx,
  { kind, startedAt, site }: { kind: AreaKind; startedAt: number; site: string | null },
  reception: Reception,
): Promise<AreaFile> {
  const moment = systemMoment(reception.now)
  const file = await openCase(
    tx,
    {
      id: reception.newId(),
      equipmentId: null,
      // Until its lifts are known, moments later.
      place: { text: site ?? CITY },
      parentId: null,
      class: 'area',
      priority: 'P1',
      pattern: null,
      source: 'rule',
      reportedAt: moment.now,
      evidence: [],
      callers: [],
      people: null,
      vulnerable: [],
      car: null,
      conditionActive: true,
      detail: { kind, site },
      note: null,
    },
    moment,
  )
  file.incident.site = site
  const area: AreaTable = {
    incident_id: file.incident.id,
    kind,
    cause: 'unknown',
    lat: null,
    lon: null,
    radius: null,
    started_at: startedAt,
    last_at: startedAt,
  }
  await reception.planner.follow(tx, file, { kind: 'opened', orders: false }, moment)
  // The rows that follow refer to it.
  await saveAndAnnounce(tx, reception.bus, file, reception.now)
  await tx.db.insertInto('area').values(area).execute()
  return readArea(tx, area.incident_id)
}

/** Where an area event without a site is, in words of the city's people. */
const CITY = '全市'

/** Locks its incident. Throws INCIDENT_UNKNOWN. */
export async function readArea(tx: Tx, areaId: string): Promise<AreaFile> {
  const file = await readCase(tx, areaId)
  const area = await tx.db
    .selectFrom('area')
    .selectAll()
    .where('incident_id', '=', areaId)
    .executeTakeFirstOrThrow()
  const sites = await tx.db
    .selectFrom('area_site')
    .select('site')
    .where('area_id', '=', areaId)
    .orderBy('site')
    .execute()
  return { file, area, sites: sites.map((row) => row.site) }
}

/** The site with all its lifts belongs to the area from now on. */
export async function takeInSite(tx: Tx, { area, sites }: AreaFile, site: string): Promise<void> {
  if (sites.includes(site)) return
  sites.push(site)
  sites.sort()
  await tx.db.insertInto('area_site').values({ area_id: area.incident_id, site }).execute()
  const lifts = await tx.db
    .selectFrom('equipment')
    .select('id')
    .where('site', '=', site)
    .where('kind', '=', 'elevator')
    .execute()
  await takeInLifts(
    tx,
    area.incident_id,
    lifts.map((row) => row.id),
  )
}

/** Lines of a list hold even if somebody changes the registry meanwhile. */
export async function takeInLifts(tx: Tx, areaId: string, equipmentIds: readonly string[]): Promise<void> {
  for (let start = 0; start < equipmentIds.length; start += CHUNK)
    await tx.db
      .insertInto('sweep_line')
      .values(
        equipmentIds.slice(start, start + CHUNK).map((id) => ({
          area_id: areaId,
          equipment_id: id,
          state: 'unknown' as const,
          people: null,
          note: null,
          said_by: null,
          said_at: null,
        })),
      )
      .onConflict((conflict) => conflict.columns(['area_id', 'equipment_id']).doNothing())
      .execute()
}

/** Both databases bound the number of parameters of a statement. */
const CHUNK = 200

/** Works out place, cause and evidence anew, enters what changed, and saves. */
export async function refreshArea(tx: Tx, areaFile: AreaFile, reception: Reception): Promise<void> {
  const { file, area, sites } = areaFile
  const before = asTold(areaFile)
  const lifts = await placesOf(tx, area.incident_id)
  const signs = await signsOf(tx, area.incident_id)
  Object.assign(area, circleOf(lifts))
  area.cause = causeOf(signs)
  const [first] = signs
  if (first) {
    const last = Math.max(...signs.map((sign) => sign.since))
    // Incidents count as well where it is they that made it an event.
    const bySigns = area.kind === 'site'
    area.started_at = bySigns ? first.since : Math.min(area.started_at, first.since)
    area.last_at = bySigns ? last : Math.max(area.last_at, last)
  }
  const { incident } = file
  incident.evidence_json = JSON.stringify([...evidenceOf(signs), ...(await evidenceOfChildren(tx, area))])
  const districts = new Set(lifts.map((lift) => lift.district))
  incident.district = districts.size === 1 ? ([...districts][0] ?? null) : null
  incident.place_json = JSON.stringify(placeOf(areaFile, lifts))
  incident.search = searchText(incident, null)
  if (asTold(areaFile) !== before) {
    await tx.db.updateTable('area').set(area).where('incident_id', '=', area.incident_id).execute()
    enter(file, systemMoment(reception.now), {
      kind: 'area-grew',
      detail: { cause: area.cause, sites, lifts: lifts.length, radius: area.radius },
    })
    await reception.planner.follow(tx, file, { kind: 'joined' }, systemMoment(reception.now))
  }
  await saveAndAnnounce(tx, reception.bus, file, reception.now)
}

/** What people are told of it. */
function asTold({ file, area }: AreaFile): string {
  const { place_json, evidence_json, district } = file.incident
  return JSON.stringify([area, place_json, evidence_json, district])
}

interface LiftPlace {
  id: string
  lat: number | null
  lon: number | null
  district: string | null
  site: string | null
  address: string | null
  name: string
}

async function placesOf(tx: Tx, areaId: string): Promise<LiftPlace[]> {
  return await tx.db
    .selectFrom('equipment')
    .select(['id', 'lat', 'lon', 'district', 'site', 'address', 'name'])
    .where('id', 'in', liftsOfArea(areaId))
    .orderBy('id')
    .execute()
}

/** The middle of the lifts that have a place, and the metres to the farthest of them. */
function circleOf(lifts: readonly LiftPlace[]): Pick<AreaTable, 'lat' | 'lon' | 'radius'> {
  const placed = lifts.flatMap(({ lat, lon }) => (lat === null || lon === null ? [] : [{ lat, lon }]))
  if (placed.length === 0) return { lat: null, lon: null, radius: null }
  const lat = placed.reduce((sum, place) => sum + place.lat, 0) / placed.length
  const lon = placed.reduce((sum, place) => sum + place.lon, 0) / placed.length
  const radius = Math.max(...placed.map((place) => distanceMetres(place, { lat, lon })))
  return { lat, lon, radius: Math.round(radius) }
}

function placeOf({ area, sites, file }: AreaFile, lifts: readonly LiftPlace[]): Place {
  const names =
    sites.length > 0 ? sites : [...new Set(lifts.map((lift) => lift.site ?? lift.address ?? lift.name))]
  const [first = CITY] = area.kind === 'city' ? [] : names
  return {
    text: names.length > 1 && area.kind !== 'city' ? `${first} +${names.length - 1}` : first,
    ...(file.incident.district === null ? {} : { district: file.incident.district }),
    ...(area.lat === null || area.lon === null ? {} : { lat: area.lat, lon: area.lon }),
  }
}

interface StoredSign {
  equipment_id: string
  pattern: string
  stage: string
  since: number
}

async function signsOf(tx: Tx, areaId: string): Promise<StoredSign[]> {
  return await tx.db
    .selectFrom('finding')
    .select(['equipment_id', 'pattern', 'stage', 'since'])
    .where('incident_id', '=', areaId)
    .where('pattern', 'in', SIGN_PATTERNS)
    .orderBy('since')
    .orderBy('id')
    .execute()
}

/** Lifts that only fell silent and all came back without a word of their mains had their network cut. */
function causeOf(signs: readonly StoredSign[]): AreaCause {
  if (signs.some((sign) => sign.pattern === POWER_LOST)) return 'power'
  return signs.length > 0 && signs.every((sign) => sign.stage === 'cleared') ? 'network' : 'unknown'
}

/** Counts, and no names: companies see an area for their own lifts only. */
function evidenceOf(signs: readonly StoredSign[]): Evidence[] {
  const of = (pattern: string) => signs.filter((sign) => sign.pattern === pattern)
  const liftsIn = (some: readonly StoredSign[]) => new Set(some.map((sign) => sign.equipment_id)).size
  const [dark, silent] = [of(POWER_LOST), of(SILENT)]
  const evidence: Evidence[] = []
  if (dark[0])
    evidence.push({ key: 'lifts-without-mains', witness: 'machine', value: liftsIn(dark), at: dark[0].since })
  if (silent[0])
    evidence.push({ key: 'lifts-silent', witness: 'machine', value: liftsIn(silent), at: silent[0].since })
  return evidence
}

async function evidenceOfChildren(tx: Tx, { incident_id, kind }: AreaTable): Promise<Evidence[]> {
  const { children, first } = await tx.db
    .selectFrom('incident')
    .select((eb) => [eb.fn.countAll<number>().as('children'), eb.fn.min('opened_at').as('first')])
    .where('parent_id', '=', incident_id)
    .where('class', '!=', 'area')
    .executeTakeFirstOrThrow()
  if (Number(children) === 0) return []
  const key = kind === 'city' ? 'incidents-in-the-hour' : 'incidents-in-the-area'
  return [{ key, witness: 'machine', value: Number(children), at: Number(first) }]
}

/** Open area events, the oldest first. */
export async function openAreas(tx: Tx): Promise<(AreaTable & { site: string | null })[]> {
  return await tx.db
    .selectFrom('area')
    .innerJoin('incident', 'incident.id', 'area.incident_id')
    .selectAll('area')
    .select('incident.site')
    .where('incident.class', '=', 'area')
    .where('incident.status', 'in', OPEN_STATUSES)
    .orderBy('incident.opened_at')
    .orderBy('incident.number')
    .execute()
}

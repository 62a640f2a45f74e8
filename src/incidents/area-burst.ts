/**
 * Area events by number alone: many incidents close together, or far more than the hour is used to in the whole city,
 * whatever they are and whoever told of them. What belongs to an area already makes no second one.
 */
import { sql } from 'kysely'
import type { Tx } from '../database/database.js'
import { distanceMetres } from '../model/distance.js'
import type { Place } from '../model/incident-view.js'
import { type AreaFile, openArea, openAreas, readArea, refreshArea, takeInLifts } from './area-case.js'
import { adopt, adoptInside } from './area-children.js'
import type { AreaReception } from './area-review.js'
import { FRESH_MS } from './moment.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** The hours that a city is used to are those of these days. */
const USUAL_DAYS = 28
/** Incidents at one door are a place too; lifts so many metres around it belong to it. */
const LEAST_RADIUS = 100

/** Gives incidents that lie in an open area to it, then looks whether the rest is an area event of its own. */
export async function reviewIncidents(tx: Tx, reception: AreaReception): Promise<void> {
  await adoptInside(tx, reception)
  await reviewNearby(tx, reception)
  await reviewCity(tx, reception)
}

interface Loose {
  id: string
  equipmentId: string | null
  openedAt: number
  place: { lat: number; lon: number } | null
}

/** Incidents since `from` that belong to no area; exercises make none. */
async function looseSince(tx: Tx, from: number): Promise<Loose[]> {
  const rows = await tx.db
    .selectFrom('incident')
    .leftJoin('equipment', 'equipment.id', 'incident.equipment_id')
    .select(['incident.id', 'incident.equipment_id', 'incident.opened_at', 'incident.place_json'])
    .select(['equipment.lat', 'equipment.lon'])
    .where('incident.opened_at', '>=', from)
    // A pile of paper that is written down in one afternoon is no burst.
    .where('incident.reported_at', '>=', from - FRESH_MS)
    .where('incident.class', '!=', 'area')
    .where('incident.source', '!=', 'drill')
    .where('incident.status', '!=', 'false-alarm')
    .where('incident.parent_id', 'is', null)
    .orderBy('incident.opened_at')
    .orderBy('incident.number')
    .execute()
  return rows.map((row) => {
    const told: Partial<Place> = row.place_json === null ? {} : JSON.parse(row.place_json)
    const [lat, lon] = [row.lat ?? told.lat ?? null, row.lon ?? told.lon ?? null]
    return {
      id: row.id,
      equipmentId: row.equipment_id,
      openedAt: row.opened_at,
      place: lat === null || lon === null ? null : { lat, lon },
    }
  })
}

async function reviewNearby(tx: Tx, reception: AreaReception): Promise<void> {
  const { areas: settings, now } = reception
  const loose = await looseSince(tx, now - settings.nearbyMs)
  if (loose.length === 0) return
  const taken = new Set<string>()
  for (const area of await openAreas(tx)) {
    const { lat, lon } = area
    if (area.kind !== 'nearby' || lat === null || lon === null) continue
    if (now - area.last_at > settings.nearbyMs) continue
    const near = loose.filter(
      (one) => !taken.has(one.id) && isWithin(one, { lat, lon }, settings.nearbyMetres),
    )
    if (near.length === 0) continue
    for (const one of near) taken.add(one.id)
    await join(tx, await readArea(tx, area.incident_id), near, reception)
  }
  const rest = loose.filter((one) => !taken.has(one.id))
  const around = rest.flatMap(({ place }) =>
    place === null ? [] : [rest.filter((one) => isWithin(one, place, settings.nearbyMetres))],
  )
  const most = around.reduce<Loose[]>((best, some) => (some.length > best.length ? some : best), [])
  if (most.length < settings.nearbyIncidents) return
  const startedAt = Math.min(...most.map((one) => one.openedAt))
  await join(tx, await openArea(tx, { kind: 'nearby', site: null, startedAt }, reception), most, reception)
}

function isWithin({ place }: Loose, centre: { lat: number; lon: number }, metres: number): boolean {
  return place !== null && distanceMetres(place, centre) <= metres
}

async function join(tx: Tx, area: AreaFile, some: readonly Loose[], reception: AreaReception): Promise<void> {
  area.area.last_at = Math.max(area.area.last_at, ...some.map((one) => one.openedAt))
  await tx.db
    .updateTable('area')
    .set({ last_at: area.area.last_at })
    .where('incident_id', '=', area.area.incident_id)
    .execute()
  await adopt(
    tx,
    area,
    some.map((one) => one.id),
    reception,
  )
  await takeInLifts(tx, area.area.incident_id, await liftsAround(tx, area, some))
  await refreshArea(tx, area, reception)
}

/** Those of the incidents themselves, and, where they lie close together, every lift between them. */
async function liftsAround(tx: Tx, { area }: AreaFile, some: readonly Loose[]): Promise<string[]> {
  const own = some.flatMap((one) => one.equipmentId ?? [])
  const places = some.flatMap((one) => one.place ?? [])
  if (area.kind === 'city' || places.length === 0) return await elevatorsOf(tx, own)
  const lat = places.reduce((sum, place) => sum + place.lat, 0) / places.length
  const lon = places.reduce((sum, place) => sum + place.lon, 0) / places.length
  const radius = Math.max(LEAST_RADIUS, ...places.map((place) => distanceMetres(place, { lat, lon })))
  const degrees = radius / 111_000
  const wide = degrees / Math.max(0.01, Math.cos((lat * Math.PI) / 180))
  const rows = await tx.db
    .selectFrom('equipment')
    .select(['id', 'lat', 'lon'])
    .where('kind', '=', 'elevator')
    .where('lat', '>=', lat - degrees)
    .where('lat', '<=', lat + degrees)
    .where('lon', '>=', lon - wide)
    .where('lon', '<=', lon + wide)
    .execute()
  const inside = rows.filter(
    (row) => distanceMetres({ lat: row.lat ?? 0, lon: row.lon ?? 0 }, { lat, lon }) <= radius,
  )
  return [...new Set([...inside.map((row) => row.id), ...(await elevatorsOf(tx, own))])]
}

async function elevatorsOf(tx: Tx, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await tx.db
    .selectFrom('equipment')
    .select('id')
    .where('id', 'in', ids)
    .where('kind', '=', 'elevator')
    .execute()
  return rows.map((row) => row.id)
}

/** Only while the hour stays so far above the usual: afterwards a city's daily faults are no part of it. */
async function reviewCity(tx: Tx, reception: AreaReception): Promise<void> {
  const { areas: settings, now, usualByHour } = reception
  const hour = now - (now % HOUR_MS)
  const loose = await looseSince(tx, hour)
  if (loose.length === 0) return
  const open = (await openAreas(tx)).find((area) => area.kind === 'city')
  const total = loose.length + (open ? await childrenSince(tx, open.incident_id, hour) : 0)
  if (total < settings.cityTimes * settings.cityUsualLeast) return
  // What is past does not change within the hour.
  const usual = usualByHour.get(hour) ?? (await usualIn(tx, hour))
  usualByHour.clear()
  usualByHour.set(hour, usual)
  if (total < settings.cityTimes * Math.max(settings.cityUsualLeast, usual)) return
  const startedAt = loose[0]?.openedAt ?? now
  const area = open
    ? await readArea(tx, open.incident_id)
    : await openArea(tx, { kind: 'city', site: null, startedAt }, reception)
  await join(tx, area, loose, reception)
}

async function childrenSince(tx: Tx, areaId: string, from: number): Promise<number> {
  const { children } = await tx.db
    .selectFrom('incident')
    .select((eb) => eb.fn.countAll<number>().as('children'))
    .where('parent_id', '=', areaId)
    .where('opened_at', '>=', from)
    .executeTakeFirstOrThrow()
  return Number(children)
}

/** Incidents of the same hour of the day, the mean of four weeks. China's hours are those of UTC, eight later. */
async function usualIn(tx: Tx, hour: number): Promise<number> {
  const { incidents } = await tx.db
    .selectFrom('incident')
    .select((eb) => eb.fn.countAll<number>().as('incidents'))
    .where('opened_at', '>=', hour - USUAL_DAYS * DAY_MS)
    .where('opened_at', '<', hour)
    .where('class', '!=', 'area')
    .where('source', '!=', 'drill')
    .where(sql<boolean>`opened_at % ${sql.lit(DAY_MS)} >= ${hour % DAY_MS}`)
    .where(sql<boolean>`opened_at % ${sql.lit(DAY_MS)} < ${(hour % DAY_MS) + HOUR_MS}`)
    .executeTakeFirstOrThrow()
  return Number(incidents) / USUAL_DAYS
}

/**
 * Looks, after findings were received, whether sites have an area event, and makes, feeds or joins it in the same
 * transaction. Whatever has come is looked at anew, so findings that come twice or in another order end in the same.
 */
import { sql } from 'kysely'
import type { Tx } from '../database/database.js'
import type { FindingTable } from '../database/tables.js'
import { distanceMetres } from '../model/distance.js'
import type { Finding } from '../model/finding.js'
import type { MarkKind } from '../model/mark.js'
import {
  type AreaFile,
  openArea,
  openAreas,
  POWER_LOST,
  readArea,
  refreshArea,
  SIGN_PATTERNS,
  takeInSite,
} from './area-case.js'
import { mergeAreas } from './area-merge.js'
import type { AreaSettings } from './area-settings.js'
import { eventOf, fellWithOthers, type Sign } from './area-site.js'
import { clearPossibleTrap, raisePossibleTrap } from './area-trap.js'
import { enter } from './case-file.js'
import type { Reception } from './findings.js'
import { systemMoment } from './moment.js'

/** What the areas' part of a transaction works with. */
export interface AreaReception extends Reception {
  areas: AreaSettings
  /** Incidents that an hour (its begin, ms) is used to, worked out once. */
  usualByHour: Map<number, number>
}

// Any number that no other lock has. What tips an area may lie in two transactions of two consoles, neither of which
// sees the other's rows, so they take their turns; on SQLite writers do so anyway.
const AREA_LOCK = 7_483_002

/** To be held before any row is touched, so that nobody waits for a row and the lock crosswise. */
export async function holdAreas(tx: Tx): Promise<void> {
  if (tx.dialect === 'postgres') await sql`select pg_advisory_xact_lock(${AREA_LOCK})`.execute(tx.db)
}

export function isSign({ pattern }: Pick<Finding, 'pattern'>): boolean {
  return (SIGN_PATTERNS as readonly string[]).includes(pattern)
}

/** Whether such a finding can make an area event: a sign of its own, or an incident beside others. */
export function mayTipArea(finding: Finding): boolean {
  return isSign(finding) || finding.priority <= 'P2'
}

export async function reviewSites(
  tx: Tx,
  findings: readonly Finding[],
  reception: AreaReception,
): Promise<void> {
  const signs = findings.filter(isSign)
  if (signs.length === 0) return
  for (const finding of signs) await clearPossibleTrap(tx, finding, reception)
  const earliestBySite = new Map<string, number>()
  const siteByLift = await sitesOf(tx, [...new Set(signs.map((finding) => finding.equipment))])
  for (const { equipment, since } of signs) {
    const site = siteByLift.get(equipment)
    if (site !== undefined)
      earliestBySite.set(site, Math.min(since, earliestBySite.get(site) ?? Number.POSITIVE_INFINITY))
  }
  for (const [site, earliest] of [...earliestBySite].sort(([a], [b]) => (a < b ? -1 : 1)))
    await reviewSite(tx, site, earliest, reception)
}

async function sitesOf(tx: Tx, equipmentIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.db
    .selectFrom('equipment')
    .select(['id', 'site'])
    .where('id', 'in', equipmentIds)
    .where('site', 'is not', null)
    .execute()
  return new Map(rows.map((row) => [row.id, row.site ?? '']))
}

type StoredSign = Sign & {
  row: FindingTable
  /** Somebody had said that there is work, a planned cut or a drill at the lift. */
  expected: boolean
}

async function reviewSite(tx: Tx, site: string, earliest: number, reception: AreaReception): Promise<void> {
  const { areas: settings } = reception
  const open = await openAreas(tx)
  const held = await areaHolding(
    tx,
    site,
    open.map((area) => area.incident_id),
  )
  const known = open.find((area) => area.incident_id === held)
  const from = Math.min(earliest, known?.started_at ?? earliest) - settings.windowMs
  const signs = await signsOf(tx, site, from, held)
  const watched = await watchedLifts(tx, site)
  const everything = eventOf(signs, { watched }, settings)
  const unexpected = signs.filter((sign) => !sign.expected)
  const event = eventOf(unexpected, { watched }, settings)
  if (event.length > 0) await feedArea(tx, site, held, event, reception)
  // What was expected makes no area event, but it may have shut somebody in all the same.
  for (const sign of everything)
    if (sign.kind === 'silence' && fellWithOthers(sign, everything, settings))
      await raisePossibleTrap(tx, sign.row, reception)
}

async function feedArea(
  tx: Tx,
  site: string,
  held: string | null,
  event: readonly StoredSign[],
  reception: AreaReception,
): Promise<void> {
  const area = await areaFor(tx, site, held, event, reception)
  await takeInSite(tx, area, site)
  for (const sign of event)
    if (sign.row.incident_id !== area.area.incident_id) await count(tx, area, sign, reception)
  await refreshArea(tx, area, reception)
}

/** The open area that has the site already. */
async function areaHolding(tx: Tx, site: string, openIds: readonly string[]): Promise<string | null> {
  if (openIds.length === 0) return null
  const row = await tx.db
    .selectFrom('area_site')
    .select('area_id')
    .where('site', '=', site)
    .where('area_id', 'in', openIds)
    .executeTakeFirst()
  return row?.area_id ?? null
}

/** What says that the mains or the devices of the site are gone, and belongs to no other event. */
async function signsOf(tx: Tx, site: string, from: number, areaId: string | null): Promise<StoredSign[]> {
  const rows = await tx.db
    .selectFrom('finding')
    .selectAll()
    .select(isMarked(['maintenance', 'drill', 'planned']).as('expected'))
    .where('equipment_id', 'in', (eb) =>
      eb.selectFrom('equipment').select('id').where('site', '=', site).where('kind', '=', 'elevator'),
    )
    .where('pattern', 'in', SIGN_PATTERNS)
    // A mechanic at the main switch, and what came late, are no event of now.
    .where('suppressed', 'is', null)
    .where(isMarked(['mechanic']), '=', 0)
    .where('since', '>=', from)
    .where((eb) => eb.or([eb('incident_id', 'is', null), eb('incident_id', '=', areaId)]))
    .execute()
  return rows.map(({ expected, ...row }) => ({
    row,
    expected: expected === 1,
    findingId: row.id,
    equipmentId: row.equipment_id,
    kind: row.pattern === POWER_LOST ? 'power' : 'silence',
    since: row.since,
  }))
}

/** 1 where such a mark was on the equipment when the sign began. Silence passes the gates of the rules, so it is asked here. */
function isMarked(kinds: readonly MarkKind[]) {
  return sql<number>`case when exists (
    select 1 from mark where mark.equipment_id = finding.equipment_id and mark.kind in (${sql.join([...kinds])})
    and mark.from_at <= finding.since and coalesce(mark.ended_at, mark.until_at) > finding.since
  ) then 1 else 0 end`
}

/** Lifts of the site that can fall silent; where nobody registered how they speak, all of them. */
async function watchedLifts(tx: Tx, site: string): Promise<number> {
  const { lifts, watched } = await tx.db
    .selectFrom('equipment')
    .select((eb) => [
      eb.fn.countAll<number>().as('lifts'),
      sql<number>`sum(case when exists (select 1 from device_secret where username = equipment.id)
        or exists (select 1 from gateway_equipment where equipment_id = equipment.id) then 1 else 0 end)`.as(
        'watched',
      ),
    ])
    .where('site', '=', site)
    .where('kind', '=', 'elevator')
    .executeTakeFirstOrThrow()
  return Number(watched) > 0 ? Number(watched) : Number(lifts)
}

/** The site's own area, or that of its neighbours, which become one; else a new one. */
async function areaFor(
  tx: Tx,
  site: string,
  held: string | null,
  event: readonly StoredSign[],
  reception: AreaReception,
): Promise<AreaFile> {
  const near = await neighbours(tx, site, event, reception)
  const ids = near.filter((id) => id !== held)
  if (held !== null) ids.push(held)
  const inOrder = (await openAreas(tx)).map((area) => area.incident_id).filter((id) => ids.includes(id))
  const [eldest, ...others] = inOrder
  if (eldest === undefined)
    return await openArea(tx, { kind: 'site', site, startedAt: event[0]?.since ?? reception.now }, reception)
  for (const other of others) await mergeAreas(tx, other, eldest, reception)
  return await readArea(tx, eldest)
}

/** Open areas so near to the site in place and time that it follows them. */
async function neighbours(
  tx: Tx,
  site: string,
  event: readonly StoredSign[],
  { areas: settings }: AreaReception,
): Promise<string[]> {
  const [first, last] = [event[0]?.since ?? 0, event.at(-1)?.since ?? 0]
  const centres = await tx.db
    .selectFrom('equipment')
    .leftJoin('area_site', 'area_site.site', 'equipment.site')
    .select((eb) => [
      'equipment.site',
      'area_site.area_id',
      eb.fn.avg<number>('equipment.lat').as('lat'),
      eb.fn.avg<number>('equipment.lon').as('lon'),
    ])
    .where('equipment.kind', '=', 'elevator')
    .where('equipment.lat', 'is not', null)
    .where((eb) => eb.or([eb('equipment.site', '=', site), eb('area_site.area_id', 'is not', null)]))
    .groupBy(['equipment.site', 'area_site.area_id'])
    .execute()
  const own = centres.find((centre) => centre.site === site)
  if (!own) return []
  const isNear = (place: { lat: number | null; lon: number | null }) =>
    place.lat !== null &&
    place.lon !== null &&
    distanceMetres({ lat: place.lat, lon: place.lon }, own) <= settings.neighbourMetres
  return (await openAreas(tx))
    .filter(
      (area) =>
        area.kind !== 'city' &&
        first <= area.last_at + settings.neighbourMs &&
        last >= area.started_at - settings.neighbourMs &&
        (centres.some((centre) => centre.area_id === area.incident_id && isNear(centre)) ||
          (area.kind === 'nearby' && isNear(area))),
    )
    .map((area) => area.incident_id)
}

/** The finding belongs to the event; whoever said "empty" before it began must look again. */
async function count(
  tx: Tx,
  { file, area }: AreaFile,
  sign: StoredSign,
  reception: Reception,
): Promise<void> {
  const { row } = sign
  await tx.db
    .updateTable('finding')
    .set({ incident_id: area.incident_id, disposition: 'joined' })
    .where('id', '=', row.id)
    .execute()
  row.incident_id = area.incident_id
  const line = await tx.db
    .updateTable('sweep_line')
    .set({ state: 'unknown', people: null, said_by: null, said_at: null })
    .where('area_id', '=', area.incident_id)
    .where('equipment_id', '=', row.equipment_id)
    .where('state', 'in', ['empty', 'freed'])
    .where('said_at', '<', row.since)
    .executeTakeFirst()
  if (Number(line.numUpdatedRows) > 0)
    enter(file, systemMoment(reception.now), {
      kind: 'sweep-again',
      detail: { equipmentId: row.equipment_id },
    })
}

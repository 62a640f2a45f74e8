/** The sweep list of an area event as people read it: every lift of the area, the most pressing first. */
import type { ExpressionBuilder } from 'kysely'
import { visibleEquipment } from '../database/scope.js'
import type { SweepLineTable, Tables } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { Sweep, SweepHint, SweepLine } from '../model/area.js'
import type { Evidence } from '../model/finding.js'
import { liftsOfArea, sweepCounts } from './area-lifts.js'
import { OPEN_STATUSES } from './lifecycle.js'
import { type Look, requireVisible } from './queries.js'
import { seesWholeArea } from './sweep-sight.js'

/** Throws INCIDENT_UNKNOWN, SWEEP_NONE. */
export async function readSweep(look: Look, incidentId: string): Promise<Sweep> {
  await requireVisible(look, incidentId)
  const { db } = look
  const area = await db
    .selectFrom('area')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .executeTakeFirst()
  if (!area) throw new TesheError('SWEEP_NONE', [incidentId])
  const sites = await db
    .selectFrom('area_site')
    .select('site')
    .where('area_id', '=', incidentId)
    .orderBy('site')
    .execute()
  const counts = (await sweepCounts(db, [incidentId])).get(incidentId)
  return {
    incidentId,
    kind: area.kind,
    cause: area.cause,
    sites: sites.map((row) => row.site),
    centre: area.lat === null || area.lon === null ? null : { lat: area.lat, lon: area.lon },
    radius: area.radius,
    startedAt: area.started_at,
    counts: counts ?? { lifts: 0, unknown: 0, inside: 0 },
    lines: await readLines(look, incidentId),
  }
}

async function readLines(look: Look, areaId: string): Promise<SweepLine[]> {
  const whole = await seesWholeArea(look, areaId)
  let lifts = look.db
    .selectFrom('equipment')
    .leftJoin('sweep_line', (join) =>
      join.onRef('sweep_line.equipment_id', '=', 'equipment.id').on('sweep_line.area_id', '=', areaId),
    )
    .select([
      'equipment.id',
      'equipment.name',
      'equipment.rescue_code',
      'equipment.site',
      'equipment.address',
    ])
    .select(['sweep_line.state', 'sweep_line.people', 'sweep_line.note'])
    .select(['sweep_line.said_by', 'sweep_line.said_at'])
    .where('equipment.id', 'in', liftsOfArea(areaId))
  if (!whole)
    lifts = lifts.where((eb) =>
      visibleEquipment(eb as unknown as ExpressionBuilder<Tables, 'equipment'>, look.viewer, look.now),
    )
  const rows = await lifts.execute()
  const lastByLift = await lastSeenOf(look, areaId)
  const incidentsByLift = await incidentsOf(look, areaId)
  return rows
    .map((row) => {
      const incidents = incidentsByLift.get(row.id) ?? []
      const last = lastByLift.get(row.id)
      const [first] = incidents
      const state = row.state ?? 'unknown'
      return {
        equipmentId: row.id,
        equipmentName: row.name,
        rescueCode: row.rescue_code,
        site: row.site,
        address: row.address,
        state,
        people: row.people ?? peopleIn(incidents),
        note: row.note,
        saidBy: row.said_by,
        saidAt: row.said_at,
        hints: hintsOf({ state, people: row.people }, incidents, last?.keys ?? new Set()),
        waitingSince: earliest([last?.since, ...incidents.map((one) => one.opened_at)]),
        incident: first ? { id: first.id, number: first.number, status: first.status } : null,
      }
    })
    .sort(byUrgency)
}

/** How each lift was when its mains went or it fell silent. */
async function lastSeenOf(
  { db }: Look,
  areaId: string,
): Promise<Map<string, { since: number; keys: Set<string> }>> {
  const rows = await db
    .selectFrom('finding')
    .select(['equipment_id', 'since', 'evidence_json'])
    .where('incident_id', '=', areaId)
    .orderBy('since')
    .execute()
  const lastByLift = new Map<string, { since: number; keys: Set<string> }>()
  for (const row of rows) {
    const known = lastByLift.get(row.equipment_id) ?? { since: row.since, keys: new Set() }
    for (const { key } of JSON.parse(row.evidence_json) as Evidence[]) known.keys.add(key)
    lastByLift.set(row.equipment_id, known)
  }
  return lastByLift
}

type OpenIncident = Awaited<ReturnType<typeof openIncidents>>[number]

async function openIncidents({ db }: Look, areaId: string) {
  return await db
    .selectFrom('incident')
    .select(['id', 'number', 'status', 'class', 'group_key', 'pattern', 'people', 'vulnerable_json'])
    .select(['opened_at', 'equipment_id'])
    .where('status', 'in', OPEN_STATUSES)
    .where('equipment_id', 'in', liftsOfArea(areaId))
    .orderBy('opened_at')
    .execute()
}

/** The rescue of each lift first. */
async function incidentsOf(look: Look, areaId: string): Promise<Map<string, OpenIncident[]>> {
  const byLift = new Map<string, OpenIncident[]>()
  for (const one of await openIncidents(look, areaId)) {
    const others = byLift.get(one.equipment_id ?? '') ?? []
    byLift.set(one.equipment_id ?? '', one.group_key === 'life-safety' ? [one, ...others] : [...others, one])
  }
  return byLift
}

function peopleIn(incidents: readonly OpenIncident[]): number | null {
  const known = incidents.flatMap((one) => one.people ?? [])
  return known.length === 0 ? null : Math.max(...known)
}

function hintsOf(
  line: Pick<SweepLineTable, 'state'> & { people: number | null },
  incidents: readonly OpenIncident[],
  last: ReadonlySet<string>,
): SweepHint[] {
  const people = line.people ?? peopleIn(incidents) ?? 0
  const trapped = incidents.filter((one) => one.class === 'trapped')
  const possible = trapped.some((one) => one.pattern === 'L-OFF-P')
  const said: Record<SweepHint, boolean> = {
    'possible-trap': possible,
    'people-inside': line.state === 'people-inside' || people > 0,
    occupied: last.has('last-occupied') || (trapped.length > 0 && !possible),
    moving: last.has('last-moving'),
    'outside-zone': last.has('last-outside-zone'),
    vulnerable: incidents.some((one) => one.vulnerable_json !== '[]'),
  }
  return (Object.keys(said) as SweepHint[]).filter((hint) => said[hint])
}

/** Whom somebody must still ask after, or free, before whoever is seen to; then by the hints in their order, then by the wait. */
function byUrgency(a: SweepLine, b: SweepLine): number {
  const [left, right] = [rankOf(a), rankOf(b)]
  for (const [i, rank] of left.entries()) if (rank !== right[i]) return rank - (right[i] ?? 0)
  return a.equipmentId < b.equipmentId ? -1 : 1
}

function rankOf({ state, people, hints, waitingSince }: SweepLine): number[] {
  const answered = state === 'empty' || state === 'freed'
  const lacks = (...some: SweepHint[]) => (some.some((hint) => hints.includes(hint)) ? 0 : 1)
  return [
    Number(answered),
    lacks('possible-trap'),
    lacks('people-inside'),
    -(people ?? 0),
    lacks('occupied'),
    lacks('moving', 'outside-zone'),
    lacks('vulnerable'),
    waitingSince ?? Number.POSITIVE_INFINITY,
  ]
}

function earliest(times: readonly (number | undefined)[]): number | null {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? null : Math.min(...known)
}

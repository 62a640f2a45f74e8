/** Reading incidents: lists with filters, one incident, its timeline, findings; always within what the viewer may see. */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import { containing, decodeCursor, limitOf, pageOf } from '../database/page.js'
import { ownEquipment, visibleIncident } from '../database/scope.js'
import type { DeadlineTable, Tables } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { SweepCounts } from '../model/area.js'
import type { FindingStage } from '../model/finding.js'
import type { IncidentClass, IncidentStatus, Priority } from '../model/incident.js'
import type { Incident, IncidentSummary, StoredFinding, TimelineEntry } from '../model/incident-view.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import { sweepCounts } from './area-lifts.js'
import { OPEN_STATUSES } from './lifecycle.js'
import { ownEntries } from './sweep-sight.js'
import { entryOf } from './timeline.js'
import { type IncidentRow, incidentOf, storedFindingOf, summaryOf } from './views.js'

export interface IncidentQuery extends ListQuery {
  /** Any of these. */
  status?: IncidentStatus[] | undefined
  priority?: Priority[] | undefined
  class?: IncidentClass[] | undefined
  equipment?: string | undefined
  district?: string | undefined
  /** Organisation id of the equipment's maintainer. */
  maintainer?: string | undefined
  /** ms since 1970 of `openedAt`, both ends included. */
  from?: number | undefined
  to?: number | undefined
  /** Part of number, equipment id or name, address or place. */
  text?: string | undefined
}

export interface FindingQuery extends ListQuery {
  equipment?: string | undefined
  pattern?: string | undefined
  stage?: FindingStage[] | undefined
  priority?: Priority[] | undefined
  /** Only those that sent nobody (`true`), or only the others. */
  suppressed?: boolean | undefined
  /** ms since 1970 of `since`. */
  from?: number | undefined
  to?: number | undefined
}

/** Whose eyes, and when: visibility ends a day after an assignment. */
export interface Look {
  db: Kysely<Tables>
  viewer: Viewer
  /** ms since 1970. */
  now: number
}

/** Incidents that the viewer may see. */
export function incidentsFor({ db, viewer, now }: Look) {
  return db
    .selectFrom('incident')
    .leftJoin('equipment', 'equipment.id', 'incident.equipment_id')
    .selectAll('incident')
    .select('equipment.name as equipment_name')
    .where((eb) =>
      visibleIncident(eb as unknown as ExpressionBuilder<Tables, 'incident' | 'equipment'>, viewer, now),
    )
}

export async function listIncidents(look: Look, query: IncidentQuery): Promise<ListPage<IncidentSummary>> {
  const limit = limitOf(query)
  const after = decodeCursor(query.cursor, [0, ''])
  let rows = incidentsFor(look)
  if (query.status?.length) rows = rows.where('incident.status', 'in', query.status)
  if (query.priority?.length) rows = rows.where('incident.priority', 'in', query.priority)
  if (query.class?.length) rows = rows.where('incident.class', 'in', query.class)
  if (query.equipment) rows = rows.where('incident.equipment_id', '=', query.equipment)
  if (query.district) rows = rows.where('incident.district', '=', query.district)
  if (query.maintainer) rows = rows.where('equipment.maintainer_id', '=', query.maintainer)
  if (query.from !== undefined) rows = rows.where('incident.opened_at', '>=', query.from)
  if (query.to !== undefined) rows = rows.where('incident.opened_at', '<=', query.to)
  if (query.text) rows = rows.where('incident.search', 'like', containing(query.text))
  if (after) {
    const [openedAt, id] = after
    rows = rows.where((eb) =>
      eb.or([
        eb('incident.opened_at', '<', Number(openedAt)),
        eb.and([eb('incident.opened_at', '=', Number(openedAt)), eb('incident.id', '<', String(id))]),
      ]),
    )
  }
  const found = await rows
    .orderBy('incident.opened_at', 'desc')
    .orderBy('incident.id', 'desc')
    .limit(limit + 1)
    .execute()
  const nextByIncident = await nextDeadlines(look.db, found)
  const countsByArea = await countsOf(look.db, found)
  return pageOf({
    rows: found,
    limit,
    keyOf: (row) => [row.opened_at, row.id],
    toItem: (row) => summaryOf(row, nextByIncident.get(row.id) ?? null, countsByArea.get(row.id)),
  })
}

async function nextDeadlines(
  db: Kysely<Tables>,
  rows: readonly IncidentRow[],
): Promise<Map<string, DeadlineTable>> {
  if (rows.length === 0) return new Map()
  const pending = await db
    .selectFrom('deadline')
    .selectAll()
    .where('status', '=', 'pending')
    .where(
      'incident_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('due_at', 'desc')
    .execute()
  return new Map(pending.map((deadline) => [deadline.incident_id, deadline]))
}

/** Of the area events among them. */
function countsOf(db: Kysely<Tables>, rows: readonly IncidentRow[]): Promise<Map<string, SweepCounts>> {
  return sweepCounts(
    db,
    rows.filter((row) => row.class === 'area').map((row) => row.id),
  )
}

/** Throws INCIDENT_UNKNOWN. */
export async function readIncident(look: Look, incidentId: string): Promise<Incident> {
  const row = await incidentsFor(look).where('incident.id', '=', incidentId).executeTakeFirst()
  if (!row) throw new TesheError('INCIDENT_UNKNOWN', [incidentId])
  const assignments = await look.db
    .selectFrom('assignment')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('offered_at')
    .orderBy('level')
    .orderBy('id')
    .execute()
  const pending = await look.db
    .selectFrom('deadline')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('status', '=', 'pending')
    .orderBy('due_at')
    .execute()
  const counts = (await countsOf(look.db, [row])).get(row.id)
  return incidentOf(row, assignments, pending, { role: look.viewer.role, counts })
}

/** Throws INCIDENT_UNKNOWN. */
export async function requireVisible(look: Look, incidentId: string): Promise<void> {
  const row = await incidentsFor(look).where('incident.id', '=', incidentId).executeTakeFirst()
  if (!row) throw new TesheError('INCIDENT_UNKNOWN', [incidentId])
}

/** `null` when there is none, or none that the viewer may see. */
export async function readSummary(look: Look, incidentId: string): Promise<IncidentSummary | null> {
  const row = await incidentsFor(look).where('incident.id', '=', incidentId).executeTakeFirst()
  if (!row) return null
  const next = (await nextDeadlines(look.db, [row])).get(row.id) ?? null
  return summaryOf(row, next, (await countsOf(look.db, [row])).get(row.id))
}

export async function readTimeline(
  look: Look,
  incidentId: string,
  query: ListQuery,
): Promise<ListPage<TimelineEntry>> {
  await requireVisible(look, incidentId)
  const limit = limitOf(query)
  const after = decodeCursor(query.cursor, [0])
  const rows = await look.db
    .selectFrom('timeline')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('seq', '>', Number(after?.[0] ?? 0))
    .orderBy('seq')
    .limit(limit + 1)
    .execute()
  const { items, next } = pageOf({ rows, limit, keyOf: (row) => [row.seq], toItem: (row) => row })
  return { items: (await ownEntries(look, incidentId, items)).map(entryOf), next }
}

export async function readOpenFor(look: Look, equipmentId: string): Promise<IncidentSummary[]> {
  const rows = await incidentsFor(look)
    .where('incident.equipment_id', '=', equipmentId)
    .where('incident.status', 'in', OPEN_STATUSES)
    .orderBy('incident.opened_at')
    .execute()
  const nextByIncident = await nextDeadlines(look.db, rows)
  return rows.map((row) => summaryOf(row, nextByIncident.get(row.id) ?? null))
}

export async function listFindings(look: Look, query: FindingQuery): Promise<ListPage<StoredFinding>> {
  const limit = limitOf(query)
  const after = decodeCursor(query.cursor, [0, ''])
  let rows = look.db
    .selectFrom('finding')
    .leftJoin('equipment', 'equipment.id', 'finding.equipment_id')
    .selectAll('finding')
    .where((eb) => ownEquipment(eb as unknown as ExpressionBuilder<Tables, 'equipment'>, look.viewer))
  if (query.equipment) rows = rows.where('finding.equipment_id', '=', query.equipment)
  if (query.pattern) rows = rows.where('finding.pattern', '=', query.pattern)
  if (query.stage?.length) rows = rows.where('finding.stage', 'in', query.stage)
  if (query.priority?.length) rows = rows.where('finding.priority', 'in', query.priority)
  if (query.suppressed !== undefined)
    rows = rows.where('finding.suppressed', query.suppressed ? 'is not' : 'is', null)
  if (query.from !== undefined) rows = rows.where('finding.since', '>=', query.from)
  if (query.to !== undefined) rows = rows.where('finding.since', '<=', query.to)
  if (after)
    rows = rows.where(
      sql<boolean>`(finding.since < ${after[0]} or (finding.since = ${after[0]} and finding.id < ${after[1]}))`,
    )
  return pageOf({
    rows: await rows
      .orderBy('finding.since', 'desc')
      .orderBy('finding.id', 'desc')
      .limit(limit + 1)
      .execute(),
    limit,
    keyOf: (row) => [row.since, row.id],
    toItem: storedFindingOf,
  })
}

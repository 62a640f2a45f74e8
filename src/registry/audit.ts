/** Who saw and did what. Rows are only ever added; the database refuses to change them. */
import type { Expression, ExpressionBuilder, Selectable, SqlBool } from 'kysely'
import type { Database, Tx } from '../database/database.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import { ownEquipment, visibleIncident } from '../database/scope.js'
import type { AuditTable, Tables } from '../database/tables.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import { requireRole } from './access.js'

export interface AuditEntry {
  /** User id, `system`, or a device's user name. */
  actor: string
  actorName: string
  /** A verb, e.g. `equipment.update`, `session.failed`, `personal-data.read`. */
  action: string
  subject: string
  detail?: Record<string, unknown> | undefined
  /** Network address the request came from. */
  address?: string | undefined
}

export interface AuditRecord {
  id: number
  /** ms since 1970. */
  at: number
  actor: string
  actorName: string
  action: string
  subject: string
  detail: Record<string, unknown>
  address: string
}

export interface AuditQuery extends ListQuery {
  actor?: string | undefined
  action?: string | undefined
  subject?: string | undefined
  /** ms since 1970, both ends included. */
  from?: number | undefined
  to?: number | undefined
}

export interface Audit {
  record(entry: AuditEntry): Promise<void>
  /** Newest first; admin, and a regulator for what concerns the equipment and incidents of the area. */
  list(query: AuditQuery, by: Viewer): Promise<ListPage<AuditRecord>>
}

export function createAudit({ database, now }: { database: Database; now: () => number }): Audit {
  return {
    async record(entry) {
      await database.db.insertInto('audit').values(rowOf(entry, now())).execute()
    },
    async list(query, by) {
      requireRole(by, ['admin', 'regulator'], 'read the audit')
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [0])
      let rows = database.db.selectFrom('audit').selectAll()
      if (query.actor) rows = rows.where('actor', '=', query.actor)
      if (query.action) rows = rows.where('action', '=', query.action)
      if (query.subject) rows = rows.where('subject', '=', query.subject)
      if (query.from !== undefined) rows = rows.where('at', '>=', query.from)
      if (query.to !== undefined) rows = rows.where('at', '<=', query.to)
      if (by.role === 'regulator') rows = rows.where((eb) => concernsArea(eb, by, now()))
      if (after) rows = rows.where('id', '<', Number(after[0]))
      return pageOf({
        rows: await rows
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.id],
        toItem: recordOf,
      })
    },
  }
}

function concernsArea(eb: ExpressionBuilder<Tables, 'audit'>, by: Viewer, now: number): Expression<SqlBool> {
  const equipment = eb
    .selectFrom('equipment')
    .select('equipment.id')
    .whereRef('equipment.id', '=', 'audit.subject')
    .where((of) => ownEquipment(of as unknown as ExpressionBuilder<Tables, 'equipment'>, by))
  const incident = eb
    .selectFrom('incident')
    .leftJoin('equipment', 'equipment.id', 'incident.equipment_id')
    .select('incident.id')
    .whereRef('incident.id', '=', 'audit.subject')
    .where((of) =>
      visibleIncident(of as unknown as ExpressionBuilder<Tables, 'incident' | 'equipment'>, by, now),
    )
  return eb.or([eb.exists(equipment), eb.exists(incident)])
}

/** In the transaction of the change itself. */
export async function auditChange(
  tx: Tx,
  change: { by: Viewer; action: string; subject: string; detail?: Record<string, unknown>; at: number },
): Promise<void> {
  const { by, action, subject, detail, at } = change
  await tx.db
    .insertInto('audit')
    .values(rowOf({ actor: by.userId, actorName: by.username, action, subject, detail }, at))
    .execute()
}

function rowOf(entry: AuditEntry, at: number): Omit<Selectable<AuditTable>, 'id'> {
  return {
    at,
    actor: entry.actor,
    actor_name: entry.actorName,
    action: entry.action,
    subject: entry.subject,
    detail_json: JSON.stringify(entry.detail ?? {}),
    address: entry.address ?? '',
  }
}

function recordOf(row: Selectable<AuditTable>): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    actor: row.actor,
    actorName: row.actor_name,
    action: row.action,
    subject: row.subject,
    detail: JSON.parse(row.detail_json),
    address: row.address,
  }
}

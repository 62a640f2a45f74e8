/** The shelf as people see it, and taking a source off it. */
import { type ExpressionBuilder, sql } from 'kysely'
import type { Tx } from '../database/database.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import { ownEquipment } from '../database/scope.js'
import type { ShelfTable, Tables } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { ShelvedSource } from '../model/area.js'
import type { Role } from '../model/incident.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Look } from './queries.js'

export interface ShelfQuery extends ListQuery {
  equipment?: string | undefined
}

/** Sources that are on the shelf now, by equipment and pattern. */
export async function listShelved(look: Look, query: ShelfQuery): Promise<ListPage<ShelvedSource>> {
  const limit = limitOf(query)
  const after = decodeCursor(query.cursor, ['', ''])
  let rows = look.db
    .selectFrom('shelf')
    .innerJoin('equipment', 'equipment.id', 'shelf.equipment_id')
    .selectAll('shelf')
    .select('equipment.name')
    .where((eb) => ownEquipment(eb as unknown as ExpressionBuilder<Tables, 'equipment'>, look.viewer))
    .where('shelf.until', '>', look.now)
  if (query.equipment) rows = rows.where('shelf.equipment_id', '=', query.equipment)
  if (after)
    rows = rows.where(
      sql<boolean>`(shelf.equipment_id > ${after[0]} or (shelf.equipment_id = ${after[0]} and shelf.pattern > ${after[1]}))`,
    )
  return pageOf({
    rows: await rows
      .orderBy('shelf.equipment_id')
      .orderBy('shelf.pattern')
      .limit(limit + 1)
      .execute(),
    limit,
    keyOf: (row) => [row.equipment_id, row.pattern],
    toItem: sourceOf,
  })
}

function sourceOf(row: ShelfTable & { name: string }): ShelvedSource {
  return {
    equipmentId: row.equipment_id,
    equipmentName: row.name,
    pattern: row.pattern,
    level: row.level,
    since: row.since,
    until: row.until,
    keptBack: row.kept_back,
    reason: { findings: row.limit_findings, withinMs: row.limit_ms },
    suppresses: row.suppresses === 1,
  }
}

const MAY_UNSHELVE: readonly Role[] = ['admin', 'dispatcher', 'maintainer']

/** What comes from now on is raised again, and counted anew. Throws ROLE_FORBIDDEN, EQUIPMENT_UNKNOWN, SHELF_EMPTY. */
export async function unshelve(
  tx: Tx,
  wanted: { equipmentId: string; pattern: string; reason: string; by: Viewer; now: number },
): Promise<void> {
  const { equipmentId, pattern, reason, by, now } = wanted
  const equipment = await tx.db
    .selectFrom('equipment')
    .select('id')
    .where('id', '=', equipmentId)
    .where((eb) => ownEquipment(eb, by))
    .executeTakeFirst()
  if (!equipment) throw new TesheError('EQUIPMENT_UNKNOWN', [equipmentId])
  if (!MAY_UNSHELVE.includes(by.role))
    throw new TesheError('ROLE_FORBIDDEN', [by.role, 'take from the shelf'])
  const taken = await tx.db
    .updateTable('shelf')
    .set({ until: now, counted_from: now })
    .where('equipment_id', '=', equipmentId)
    .where('pattern', '=', pattern)
    .where('until', '>', now)
    .executeTakeFirst()
  if (Number(taken.numUpdatedRows) === 0) throw new TesheError('SHELF_EMPTY', [pattern, equipmentId])
  await tx.db
    .insertInto('audit')
    .values({
      at: now,
      actor: by.userId,
      actor_name: by.username,
      action: 'source.unshelve',
      subject: equipmentId,
      detail_json: JSON.stringify({ pattern, reason }),
      address: '',
    })
    .execute()
}

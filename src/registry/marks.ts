/**
 * Marks: a person says that a mechanic is there, that an equipment is in maintenance, drilled, tested or to be worked on,
 * why, and until when. Each reaches the rules through the outbox, in the same transaction; ending one does too.
 */
import type { Database, Tx } from '../database/database.js'
import { once } from '../database/idempotency.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import { ownEquipment, visibleEquipment } from '../database/scope.js'
import type { EquipmentTable, MarkTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { MARKS, MAX_MARK_REASON, type Mark, type MarkKind, type MarkView } from '../model/mark.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { type Fault, refuseFaults, requireRole, textFault } from './access.js'
import { auditChange } from './audit.js'

export interface NewMark {
  kind: MarkKind
  /** Shown wherever the mark is. */
  reason: string
  /** ms since 1970; now, unless the kind may lie ahead. */
  from?: number | undefined
  /** ms since 1970; the usual length of the kind unless stated. */
  until?: number | undefined
}

export interface MarkBook {
  /** Own equipment only. Throws REQUEST_INVALID, ROLE_FORBIDDEN, EQUIPMENT_UNKNOWN. */
  set(equipmentId: string, mark: NewMark, by: Viewer, key?: string): Promise<MarkView>
  /** Ends it now; one that is over stays as it is. Throws MARK_UNKNOWN, ROLE_FORBIDDEN, EQUIPMENT_UNKNOWN. */
  end(equipmentId: string, markId: string, by: Viewer): Promise<MarkView>
  /** Of one equipment, newest first. Throws EQUIPMENT_UNKNOWN. */
  of(equipmentId: string, query: ListQuery, viewer: Viewer): Promise<ListPage<MarkView>>
  /** Of all own equipment, those that are not over, the next to end first. */
  current(query: ListQuery, viewer: Viewer): Promise<ListPage<MarkView>>
}

export function createMarkBook({
  database,
  bus,
  now,
  newId,
}: {
  database: Database
  bus: Bus
  now: () => number
  newId: () => string
}): MarkBook {
  /** Throws EQUIPMENT_UNKNOWN. */
  async function requireOwn(tx: Tx, id: string, by: Viewer): Promise<Pick<EquipmentTable, 'id' | 'kind'>> {
    const row = await tx.db
      .selectFrom('equipment')
      .select(['id', 'kind'])
      .where('id', '=', id)
      .where((eb) => ownEquipment(eb, by))
      .executeTakeFirst()
    if (!row) throw new TesheError('EQUIPMENT_UNKNOWN', [id])
    return row
  }

  async function written(tx: Tx, row: MarkTable, action: string, by: Viewer): Promise<MarkView> {
    await tellMarks(tx, [row], now())
    const { id, kind, reason, from_at: from, until_at: until } = row
    const detail = { mark: id, kind, reason, from, until }
    await auditChange(tx, { by, action, subject: row.equipment_id, detail, at: now() })
    tx.afterCommit(() => bus.publish('outbox', {}))
    return viewOf(row)
  }

  async function insert(tx: Tx, equipmentId: string, mark: NewMark, by: Viewer): Promise<MarkView> {
    const equipment = await requireOwn(tx, equipmentId, by)
    requireRole(by, MARKS[mark.kind].roles, `set the mark ${mark.kind}`)
    refuseFaults(faultsOf(mark, equipment, now()))
    const from = mark.from ?? now()
    const row: MarkTable = {
      id: newId(),
      equipment_id: equipmentId,
      kind: mark.kind,
      reason: mark.reason.trim(),
      from_at: from,
      until_at: mark.until ?? from + MARKS[mark.kind].defaultMs,
      set_by: by.userId,
      set_by_name: by.username,
      set_at: now(),
      ended_by_name: null,
      ended_at: null,
      journaled_at: now(),
    }
    await tx.db.insertInto('mark').values(row).execute()
    return await written(tx, row, 'mark.set', by)
  }

  return {
    set: (equipmentId, mark, by, key) =>
      database.transaction((tx) =>
        once({
          tx,
          owner: by.userId,
          key,
          request: ['mark', equipmentId, mark],
          now: now(),
          work: () => insert(tx, equipmentId, mark, by),
        }),
      ),

    end: (equipmentId, markId, by) =>
      database.transaction(async (tx) => {
        await requireOwn(tx, equipmentId, by)
        const row = await tx.db
          .selectFrom('mark')
          .selectAll()
          .where('id', '=', markId)
          .where('equipment_id', '=', equipmentId)
          .executeTakeFirst()
        if (!row) throw new TesheError('MARK_UNKNOWN', [equipmentId, markId])
        requireRole(by, MARKS[row.kind].roles, `end the mark ${row.kind}`)
        if (row.until_at <= now()) return viewOf(row)
        const ended = { ...row, until_at: now(), ended_at: now(), ended_by_name: by.username }
        await tx.db.updateTable('mark').set(ended).where('id', '=', markId).execute()
        return await written(tx, ended, 'mark.end', by)
      }),

    async of(equipmentId, query, viewer) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [0, ''])
      const seen = await database.db
        .selectFrom('equipment')
        .select('id')
        .where('id', '=', equipmentId)
        .where((eb) => visibleEquipment(eb, viewer, now()))
        .executeTakeFirst()
      if (!seen) throw new TesheError('EQUIPMENT_UNKNOWN', [equipmentId])
      let rows = database.db.selectFrom('mark').selectAll().where('equipment_id', '=', equipmentId)
      if (after) {
        const [setAt, id] = after
        rows = rows.where((eb) =>
          eb.or([
            eb('set_at', '<', Number(setAt)),
            eb.and([eb('set_at', '=', Number(setAt)), eb('id', '<', String(id))]),
          ]),
        )
      }
      return pageOf({
        rows: await rows
          .orderBy('set_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.set_at, row.id],
        toItem: viewOf,
      })
    },

    async current(query, viewer) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [0, ''])
      let rows = database.db
        .selectFrom('mark')
        .selectAll()
        .where('until_at', '>', now())
        .where('equipment_id', 'in', (eb) =>
          eb
            .selectFrom('equipment')
            .select('equipment.id')
            .where((part) => ownEquipment(part, viewer)),
        )
      if (after) {
        const [until, id] = after
        rows = rows.where((eb) =>
          eb.or([
            eb('until_at', '>', Number(until)),
            eb.and([eb('until_at', '=', Number(until)), eb('id', '>', String(id))]),
          ]),
        )
      }
      return pageOf({
        rows: await rows
          .orderBy('until_at')
          .orderBy('id')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.until_at, row.id],
        toItem: viewOf,
      })
    },
  }
}

/** A clock of a phone may be so much off. */
const SLACK_MS = 60_000

function faultsOf(mark: NewMark, { kind }: Pick<EquipmentTable, 'kind'>, now: number): Fault[] {
  const { kinds, maxMs, aheadMs, defaultMs } = MARKS[mark.kind]
  const { from = now, until = from + defaultMs } = mark
  const faults = textFault('reason', mark.reason)
  if (mark.reason.length > MAX_MARK_REASON)
    faults.push({ field: 'reason', message: `must have at most ${MAX_MARK_REASON} characters` })
  if (!kinds.includes(kind))
    faults.push({ field: 'kind', message: `${mark.kind} is not for this kind of equipment` })
  if (from < now - SLACK_MS) faults.push({ field: 'from', message: 'must not be in the past' })
  if (from > now + Math.max(aheadMs, SLACK_MS))
    faults.push({
      field: 'from',
      message: aheadMs === 0 ? 'must be now' : `must be within ${daysOf(aheadMs)} days`,
    })
  if (until <= Math.max(from, now))
    faults.push({ field: 'until', message: 'must be after its begin, and ahead' })
  if (until > from + maxMs)
    faults.push({ field: 'until', message: `must be at most ${maxMs / 60_000} minutes after its begin` })
  return faults
}

function daysOf(ms: number): number {
  return ms / 86_400_000
}

function viewOf(row: MarkTable): MarkView {
  return {
    id: row.id,
    equipmentId: row.equipment_id,
    kind: row.kind,
    reason: row.reason,
    from: row.from_at,
    until: row.until_at,
    setBy: row.set_by_name,
    setAt: row.set_at,
    endedBy: row.ended_by_name,
    endedAt: row.ended_at,
  }
}

/** What the rules must know of them, into the outbox. */
export async function tellMarks(tx: Tx, rows: readonly MarkTable[], now: number): Promise<void> {
  const records = rows.map((row) => {
    const { id, kind, from_at: from, until_at: until, set_by_name: person } = row
    const payload = JSON.stringify({ id, kind, from, until, person } satisfies Mark)
    return { kind: 'attendance' as const, equipment: row.equipment_id, payload, written_at: now }
  })
  await tx.db.insertInto('outbox').values(records).execute()
  const ids = rows.map(({ id }) => id)
  await tx.db.updateTable('mark').set({ journaled_at: now }).where('id', 'in', ids).execute()
}

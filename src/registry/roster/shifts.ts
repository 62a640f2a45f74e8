/** Shifts of a crew. Crews may overlap; one person is on one duty shift at a time. A shift that is cancelled keeps its row. */
import type { Database, Tx } from '../../database/database.js'
import { once } from '../../database/idempotency.js'
import { decodeCursor, limitOf, pageOf } from '../../database/page.js'
import type { ShiftTable } from '../../database/tables.js'
import { TesheError } from '../../errors.js'
import type { Shift, ShiftKind } from '../../model/roster.js'
import type { ListPage, ListQuery, Viewer } from '../../model/viewer.js'
import { type Fault, refuseFaults } from '../access.js'
import { auditChange } from '../audit.js'
import { atDesk, ownCrew, ownShift, requireMembers } from './own.js'
import { shiftOf, shiftsOf } from './shift-rows.js'

export interface ShiftChange {
  kind?: ShiftKind | undefined
  /** ms since 1970. */
  from?: number | undefined
  until?: number | undefined
  memberIds?: string[] | undefined
}

export interface NewShift {
  crewId: string
  /** `duty` unless stated. */
  kind?: ShiftKind | undefined
  from: number
  until: number
  /** Those of the crew unless stated. */
  memberIds?: string[] | undefined
  /** The same on so many days in a row, this one included; once unless stated. */
  days?: number | undefined
}

export interface ShiftQuery extends ListQuery {
  crewId?: string | undefined
  organisationId?: string | undefined
  /** Shifts that have anything in common with the span. */
  from?: number | undefined
  until?: number | undefined
}

export interface ShiftBook {
  /** All or none. Throws CREW_UNKNOWN, MEMBER_UNKNOWN, SHIFT_OVERLAPS, REQUEST_INVALID. */
  create(shift: NewShift, by: Viewer, key?: string): Promise<Shift[]>
  /** Without cancelled ones, by begin. */
  list(query: ShiftQuery, by: Viewer): Promise<ListPage<Shift>>
  /** One that is over, or being handed over, stays as it is. Throws SHIFT_UNKNOWN and what `create` throws. */
  change(id: string, change: ShiftChange, by: Viewer): Promise<Shift>
  /** Its people are off duty from now on. Throws SHIFT_UNKNOWN, REQUEST_INVALID. */
  cancel(id: string, by: Viewer): Promise<void>
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const LONGEST_MS = 7 * DAY_MS
const AHEAD_MS = 400 * DAY_MS
export const MOST_DAYS = 62

export function createShiftBook({
  database,
  now,
  newId,
}: {
  database: Database
  now: () => number
  newId: () => string
}): ShiftBook {
  async function insert(tx: Tx, input: NewShift, by: Viewer): Promise<Shift[]> {
    const crew = await ownCrew(tx, input.crewId, by)
    if (crew.ended_at !== null) throw new TesheError('CREW_UNKNOWN', [input.crewId])
    refuseFaults(faultsOf(input, now()))
    const members = [...new Set(input.memberIds ?? (await peopleOf(tx, crew.id)))]
    refuseFaults(members.length > 0 ? [] : [{ field: 'memberIds', message: 'must name somebody' }])
    await requireMembers(tx, members, crew.organisation_id)
    const rows = Array.from({ length: input.days ?? 1 }, (_, day): ShiftTable => {
      const [from, until] = [input.from + day * DAY_MS, input.until + day * DAY_MS]
      return {
        ...{ id: newId(), crew_id: crew.id, kind: input.kind ?? 'duty', from_at: from, until_at: until },
        ...{ on_from: from, on_until: until, created_at: now(), ended_at: null },
      }
    })
    for (const row of rows) {
      await refuseOverlap(tx, row, members)
      await tx.db.insertInto('shift').values(row).execute()
      await tx.db
        .insertInto('shift_member')
        .values(members.map((member_id) => ({ shift_id: row.id, member_id })))
        .execute()
      const detail = { crew: crew.id, from: row.from_at, until: row.until_at, members }
      await auditChange(tx, { by, action: 'shift.create', subject: row.id, detail, at: now() })
    }
    return await shiftsOf(tx, rows)
  }

  /** Throws REQUEST_INVALID for one that is over, or that somebody is handing over to or from. */
  async function requireMovable(tx: Tx, row: ShiftTable): Promise<void> {
    const over = row.ended_at !== null || row.on_until <= now()
    refuseFaults(over ? [{ field: 'id', message: 'is a shift that is over' }] : [])
    const handover = await tx.db
      .selectFrom('handover')
      .select('shift_id')
      .where((eb) => eb.or([eb('shift_id', '=', row.id), eb('to_shift_id', '=', row.id)]))
      .where((eb) => eb.or([eb('acknowledged_at', 'is', null), eb('shift_id', '=', row.id)]))
      .executeTakeFirst()
    refuseFaults(
      handover
        ? [
            {
              field: 'id',
              message: `is a shift of a handover (of shift ${handover.shift_id}); settle that first`,
            },
          ]
        : [],
    )
  }

  return {
    create: (input, by, key) =>
      database.transaction((tx) =>
        once({
          ...{ tx, key, owner: by.userId, now: now() },
          request: ['shift', input],
          work: () => insert(tx, input, by),
        }),
      ),

    async list(query, by) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [0, ''])
      let rows = database.db
        .selectFrom('shift')
        .innerJoin('crew', 'crew.id', 'shift.crew_id')
        .selectAll('shift')
        .where('shift.ended_at', 'is', null)
      if (!atDesk(by)) rows = rows.where('crew.organisation_id', '=', by.organisationId)
      if (query.organisationId) rows = rows.where('crew.organisation_id', '=', query.organisationId)
      if (query.crewId) rows = rows.where('shift.crew_id', '=', query.crewId)
      if (query.from !== undefined) rows = rows.where('shift.on_until', '>', query.from)
      if (query.until !== undefined) rows = rows.where('shift.on_from', '<', query.until)
      if (after) {
        const [from, id] = after
        rows = rows.where((eb) =>
          eb.or([
            eb('shift.from_at', '>', Number(from)),
            eb.and([eb('shift.from_at', '=', Number(from)), eb('shift.id', '>', String(id))]),
          ]),
        )
      }
      const found = await rows
        .orderBy('shift.from_at')
        .orderBy('shift.id')
        .limit(limit + 1)
        .execute()
      const shifts = await shiftsOf(database, found)
      return pageOf({ rows: shifts, limit, keyOf: ({ from, id }) => [from, id], toItem: (shift) => shift })
    },

    change: (id, change, by) =>
      database.transaction(async (tx) => {
        const { organisation_id, ...row } = await ownShift(tx, id, by)
        await requireMovable(tx, row)
        const { from = row.from_at, until = row.until_at, kind = row.kind } = change
        if (change.from !== undefined || change.until !== undefined)
          refuseFaults(faultsOf({ from, until }, now()))
        const members = [...new Set(change.memberIds ?? (await onShift(tx, id)))]
        refuseFaults(members.length > 0 ? [] : [{ field: 'memberIds', message: 'must name somebody' }])
        if (change.memberIds) await requireMembers(tx, members, organisation_id)
        const changed: ShiftTable = {
          ...{ ...row, kind, from_at: from, until_at: until },
          // Taken over early by a handover: it goes on from then.
          ...{ on_from: Math.min(from, row.on_from < row.from_at ? row.on_from : from), on_until: until },
        }
        await refuseOverlap(tx, changed, members)
        await tx.db.updateTable('shift').set(changed).where('id', '=', id).execute()
        await tx.db.deleteFrom('shift_member').where('shift_id', '=', id).execute()
        await tx.db
          .insertInto('shift_member')
          .values(members.map((member_id) => ({ shift_id: id, member_id })))
          .execute()
        const detail = { from, until, members, before: { from: row.from_at, until: row.until_at } }
        await auditChange(tx, { by, action: 'shift.update', subject: id, detail, at: now() })
        return await shiftOf(tx, changed)
      }),

    cancel: (id, by) =>
      database.transaction(async (tx) => {
        const row = await ownShift(tx, id, by)
        if (row.ended_at !== null) return
        await requireMovable(tx, row)
        const ended = { ended_at: now(), on_until: Math.max(row.on_from, Math.min(row.on_until, now())) }
        await tx.db.updateTable('shift').set(ended).where('id', '=', id).execute()
        await auditChange(tx, { by, action: 'shift.cancel', subject: id, at: now() })
      }),
  }
}

async function peopleOf(tx: Tx, crewId: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('crew_member')
    .select('member_id')
    .where('crew_id', '=', crewId)
    .orderBy('member_id')
    .execute()
  return rows.map(({ member_id }) => member_id)
}

async function onShift(tx: Tx, shiftId: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('shift_member')
    .select('member_id')
    .where('shift_id', '=', shiftId)
    .execute()
  return rows.map(({ member_id }) => member_id)
}

/** Throws SHIFT_OVERLAPS for the first of the people who is on another duty shift at that time. */
async function refuseOverlap(tx: Tx, row: ShiftTable, members: readonly string[]): Promise<void> {
  if (row.kind !== 'duty') return
  // Two who plan the same person at once: the second waits here, and then finds the first one's shift.
  if (tx.dialect === 'postgres')
    await tx.db
      .selectFrom('member')
      .select('id')
      .where('id', 'in', [...members])
      .orderBy('id')
      .forUpdate()
      .execute()
  const other = await tx.db
    .selectFrom('shift')
    .innerJoin('shift_member', 'shift_member.shift_id', 'shift.id')
    .innerJoin('member', 'member.id', 'shift_member.member_id')
    .innerJoin('crew', 'crew.id', 'shift.crew_id')
    .select(['shift.id', 'shift.from_at', 'shift.until_at', 'member.name', 'crew.name as crew_name'])
    .where('shift_member.member_id', 'in', [...members])
    .where('shift.id', '!=', row.id)
    .where('shift.kind', '=', 'duty')
    .where('shift.ended_at', 'is', null)
    .where('crew.ended_at', 'is', null)
    .where('shift.from_at', '<', row.until_at)
    .where('shift.until_at', '>', row.from_at)
    .orderBy('shift.from_at')
    .limit(1)
    .executeTakeFirst()
  if (!other) return
  const [from, until] = [other.from_at, other.until_at].map((ms) => new Date(ms).toISOString())
  throw new TesheError('SHIFT_OVERLAPS', [other.name, other.id, other.crew_name, from ?? '', until ?? ''])
}

function faultsOf(
  { from, until, days = 1 }: { from: number; until: number; days?: number | undefined },
  now: number,
): Fault[] {
  const faults: Fault[] = []
  if (until <= Math.max(from, now))
    faults.push({ field: 'until', message: 'must be after its begin, and ahead' })
  if (until - from > LONGEST_MS)
    faults.push({ field: 'until', message: `must be at most ${LONGEST_MS / DAY_MS} days after its begin` })
  if (from > now + AHEAD_MS)
    faults.push({ field: 'from', message: `must be within ${AHEAD_MS / DAY_MS} days` })
  if (days > 1 && until - from > DAY_MS)
    faults.push({ field: 'days', message: 'repeats shifts of at most 24 hours' })
  return faults
}

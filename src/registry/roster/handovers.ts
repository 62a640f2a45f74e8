/**
 * Handover of a shift. From the moment it is offered until it is acknowledged the people of the earlier shift stay
 * responsible, at most to the end of the next one; with the acknowledgement those of the next shift are.
 */
import type { Database, Tx } from '../../database/database.js'
import { once } from '../../database/idempotency.js'
import type { ShiftTable } from '../../database/tables.js'
import { TesheError } from '../../errors.js'
import type { Shift } from '../../model/roster.js'
import type { Viewer } from '../../model/viewer.js'
import { refuseFaults } from '../access.js'
import { auditChange } from '../audit.js'
import { atDesk, ownShift } from './own.js'
import { shiftOf } from './shift-rows.js'

export interface NewHandover {
  /** Of the shift's people, and of those of the next. */
  fromMemberId: string
  toMemberId: string
  /** The crew's next duty shift unless stated. */
  toShiftId?: string | undefined
  note?: string | undefined
}

export interface HandoverBook {
  /** Takes the place of one that was not acknowledged. Throws SHIFT_UNKNOWN, HANDOVER_NOT_ALLOWED, REQUEST_INVALID. */
  offer(shiftId: string, handover: NewHandover, by: Viewer, key?: string): Promise<Shift>
  /** By somebody else than who handed over. Throws SHIFT_UNKNOWN, HANDOVER_NOT_ALLOWED. */
  acknowledge(shiftId: string, by: Viewer): Promise<Shift>
}

/** Nobody takes over a shift longer before its begin. */
const EARLY_MS = 2 * 3_600_000

export function createHandoverBook({
  database,
  now,
}: {
  database: Database
  now: () => number
}): HandoverBook {
  function refuse(shiftId: string, why: string): never {
    throw new TesheError('HANDOVER_NOT_ALLOWED', [shiftId, why])
  }

  async function nextOf(tx: Tx, shift: ShiftTable, id: string | undefined): Promise<ShiftTable> {
    let rows = tx.db
      .selectFrom('shift')
      .selectAll()
      .where('crew_id', '=', shift.crew_id)
      .where('kind', '=', 'duty')
      .where('ended_at', 'is', null)
      .where('from_at', '>', shift.from_at)
      .where('until_at', '>', Math.max(now(), shift.until_at))
    if (id !== undefined) rows = rows.where('id', '=', id)
    const next = await rows.orderBy('from_at').orderBy('id').limit(1).executeTakeFirst()
    return next ?? refuse(shift.id, 'the crew has no such next duty shift')
  }

  async function offer(tx: Tx, shiftId: string, input: NewHandover, by: Viewer): Promise<Shift> {
    const { organisation_id: _, ...shift } = await ownShift(tx, shiftId, by)
    if (shift.kind !== 'duty' || shift.ended_at !== null) refuse(shiftId, 'it is cancelled, or no duty shift')
    if (shift.on_from > now()) refuse(shiftId, 'it has not begun')
    const before = await readHandover(tx, shiftId)
    if (before?.acknowledged_at) refuse(shiftId, 'it has been handed over')
    const next = await nextOf(tx, shift, input.toShiftId)
    const people = await tx.db
      .selectFrom('shift_member')
      .selectAll()
      .where('shift_id', 'in', [shift.id, next.id])
      .execute()
    const isOn = (shift_id: string, member: string) =>
      people.some((one) => one.shift_id === shift_id && one.member_id === member)
    refuseFaults([
      ...(isOn(shift.id, input.fromMemberId)
        ? []
        : [{ field: 'fromMemberId', message: 'is not on the shift' }]),
      ...(isOn(next.id, input.toMemberId)
        ? []
        : [{ field: 'toMemberId', message: `is not on shift ${next.id}` }]),
    ])
    const row = {
      to_shift_id: next.id,
      from_member_id: input.fromMemberId,
      to_member_id: input.toMemberId,
      at: now(),
      note: input.note ?? '',
      acknowledged_at: null,
      acknowledged_by: null,
    }
    await tx.db
      .insertInto('handover')
      .values({ shift_id: shiftId, ...row })
      .onConflict((conflict) => conflict.column('shift_id').doUpdateSet(row))
      .execute()
    const changed = { ...shift, on_until: Math.max(shift.until_at, next.until_at) }
    await tx.db.updateTable('shift').set({ on_until: changed.on_until }).where('id', '=', shiftId).execute()
    const detail = { to: next.id, fromMember: input.fromMemberId, toMember: input.toMemberId }
    await auditChange(tx, { by, action: 'shift.hand-over', subject: shiftId, detail, at: now() })
    return await shiftOf(tx, changed)
  }

  return {
    offer: (shiftId, input, by, key) =>
      database.transaction((tx) =>
        once({
          ...{ tx, key, owner: by.userId, now: now() },
          request: ['handover', shiftId, input],
          work: () => offer(tx, shiftId, input, by),
        }),
      ),

    acknowledge: (shiftId, by) =>
      database.transaction(async (tx) => {
        const { organisation_id: _, ...shift } = await ownShift(tx, shiftId, by)
        const handover = await readHandover(tx, shiftId)
        if (!handover) return refuse(shiftId, 'nobody has handed it over')
        if (handover.acknowledged_at !== null) return await shiftOf(tx, shift)
        if (handover.from_user === by.userId && !atDesk(by))
          refuse(shiftId, 'whoever hands over does not acknowledge it')
        if (handover.to_until <= now()) refuse(shiftId, 'the next shift is over too')
        if (handover.to_from > now() + EARLY_MS)
          refuse(shiftId, 'the next shift begins more than two hours ahead')
        await tx.db
          .updateTable('handover')
          .set({ acknowledged_at: now(), acknowledged_by: by.username })
          .where('shift_id', '=', shiftId)
          .execute()
        await tx.db.updateTable('shift').set({ on_until: now() }).where('id', '=', shiftId).execute()
        await tx.db
          .updateTable('shift')
          .set({ on_from: Math.min(handover.to_from, now()) })
          .where('id', '=', handover.to_shift_id)
          .execute()
        const detail = { to: handover.to_shift_id }
        await auditChange(tx, { by, action: 'shift.take-over', subject: shiftId, detail, at: now() })
        return await shiftOf(tx, { ...shift, on_until: now() })
      }),
  }
}

async function readHandover(tx: Tx, shiftId: string) {
  return await tx.db
    .selectFrom('handover')
    .innerJoin('shift as next', 'next.id', 'handover.to_shift_id')
    .innerJoin('member', 'member.id', 'handover.from_member_id')
    .selectAll('handover')
    .select(['next.on_from as to_from', 'next.until_at as to_until', 'member.user_id as from_user'])
    .where('handover.shift_id', '=', shiftId)
    .executeTakeFirst()
}

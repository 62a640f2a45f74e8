/** Shifts as the house speaks of them, with their people and their handover. */
import type { ShiftTable } from '../../database/tables.js'
import type { Handover, Shift } from '../../model/roster.js'
import type { Source } from './own.js'

/** In the order of the rows; two queries, however many there are. */
export async function shiftsOf({ db }: Source, rows: readonly ShiftTable[]): Promise<Shift[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const members = await db
    .selectFrom('shift_member')
    .selectAll()
    .where('shift_id', 'in', ids)
    .orderBy('member_id')
    .execute()
  const handovers = await db.selectFrom('handover').selectAll().where('shift_id', 'in', ids).execute()
  const membersByShift = new Map<string, string[]>()
  for (const { shift_id, member_id } of members)
    membersByShift.set(shift_id, [...(membersByShift.get(shift_id) ?? []), member_id])
  const handoverByShift = new Map(
    handovers.map((row): [string, Handover] => [
      row.shift_id,
      {
        fromMemberId: row.from_member_id,
        toMemberId: row.to_member_id,
        toShiftId: row.to_shift_id,
        at: row.at,
        note: row.note,
        acknowledgedAt: row.acknowledged_at,
        acknowledgedBy: row.acknowledged_by,
      },
    ]),
  )
  return rows.map((row) => ({
    id: row.id,
    crewId: row.crew_id,
    kind: row.kind,
    from: row.from_at,
    until: row.until_at,
    onFrom: row.on_from,
    onUntil: row.on_until,
    memberIds: membersByShift.get(row.id) ?? [],
    handover: handoverByShift.get(row.id) ?? null,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }))
}

export async function shiftOf(source: Source, row: ShiftTable): Promise<Shift> {
  const [shift] = await shiftsOf(source, [row])
  return shift as Shift
}

/** Members as rows and as the house speaks of them, with the certificates and leave that belong to them. */
import type { MemberTable } from '../../database/tables.js'
import type { Certificate, Leave, Member } from '../../model/roster.js'
import type { Source } from './own.js'

/** In the order of the rows; two queries, however many there are. Leave that is over is left out. */
export async function membersOf(
  { db }: Source,
  rows: readonly MemberTable[],
  now: number,
): Promise<Member[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const certificates = await db
    .selectFrom('certificate')
    .selectAll()
    .where('member_id', 'in', ids)
    .orderBy('valid_until', 'desc')
    .orderBy('id')
    .execute()
  const leave = await db
    .selectFrom('leave')
    .selectAll()
    .where('member_id', 'in', ids)
    .where('until_at', '>', now)
    .orderBy('from_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    organisationId: row.organisation_id,
    name: row.name,
    phone: row.phone,
    email: row.email,
    userId: row.user_id,
    certificates: certificates
      .filter(({ member_id }) => member_id === row.id)
      .map((one): Certificate => {
        return { id: one.id, class: one.class, number: one.number, validUntil: one.valid_until }
      }),
    leave: leave
      .filter(({ member_id }) => member_id === row.id)
      .map((one): Leave => {
        return { id: one.id, from: one.from_at, until: one.until_at, reason: one.reason }
      }),
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }))
}

export async function memberOf(source: Source, row: MemberTable, now: number): Promise<Member> {
  const [member] = await membersOf(source, [row], now)
  return member as Member
}

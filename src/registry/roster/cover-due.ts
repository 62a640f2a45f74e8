/** What will become or may hide a gap: certificates that run out, and handovers that nobody takes over. */
import type { Tx } from '../../database/database.js'
import type { Roster } from './cover-rows.js'

/** What a notice says, and what makes it this notice and no other. */
export interface RosterTrouble {
  organisation: Pick<Roster['organisation'], 'id' | 'name' | 'district'>
  about: readonly string[]
  /** A word of the screens. */
  reason: 'nobody-on-duty' | 'nobody-certified' | 'certificate-expiring' | 'handover-open'
  /** ms since 1970. */
  beginsAt: number
  detail: Record<string, unknown>
}

const DAY_MS = 86_400_000
/** So long before a certificate runs out it is spoken of [G]. */
const EXPIRY_WARN_MS = 30 * DAY_MS
/** So long after the next shift began a handover should have been taken over [G]. */
const HANDOVER_GRACE_MS = 30 * 60_000

/** Of people who are still there, unless they hold one of the class that lasts longer. */
export async function expiringCertificates(tx: Tx, now: number): Promise<RosterTrouble[]> {
  const rows = await tx.db
    .selectFrom('certificate')
    .innerJoin('member', 'member.id', 'certificate.member_id')
    .innerJoin('organisation', 'organisation.id', 'member.organisation_id')
    .select(['certificate.id', 'certificate.class', 'certificate.number', 'certificate.valid_until'])
    .select(['member.id as member_id', 'member.name as member_name'])
    .select(['organisation.id as organisation_id', 'organisation.name', 'organisation.district'])
    .where('member.ended_at', 'is', null)
    .where('certificate.valid_until', '>', now)
    .where('certificate.valid_until', '<=', now + EXPIRY_WARN_MS)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('certificate as newer')
            .select('newer.id')
            .whereRef('newer.member_id', '=', 'certificate.member_id')
            .whereRef('newer.class', '=', 'certificate.class')
            .whereRef('newer.valid_until', '>', 'certificate.valid_until'),
        ),
      ),
    )
    .orderBy('certificate.id')
    .execute()
  return rows.map((row) => ({
    organisation: { id: row.organisation_id, name: row.name, district: row.district },
    about: ['certificate', row.id],
    reason: 'certificate-expiring',
    beginsAt: row.valid_until,
    detail: {
      certificate: {
        ...{ id: row.id, class: row.class, number: row.number },
        member: { id: row.member_id, name: row.member_name },
      },
    },
  }))
}

/** The next shift has begun, and the people of the one before are still responsible. */
export async function openHandovers(tx: Tx, now: number): Promise<RosterTrouble[]> {
  const rows = await tx.db
    .selectFrom('handover')
    .innerJoin('shift as next', 'next.id', 'handover.to_shift_id')
    .innerJoin('crew', 'crew.id', 'next.crew_id')
    .innerJoin('organisation', 'organisation.id', 'crew.organisation_id')
    .select([
      'handover.shift_id',
      'handover.to_shift_id',
      'handover.at',
      'next.from_at',
      'crew.name as crew_name',
    ])
    .select(['organisation.id as organisation_id', 'organisation.name', 'organisation.district'])
    .where('handover.acknowledged_at', 'is', null)
    .where('next.from_at', '<=', now - HANDOVER_GRACE_MS)
    .where('next.until_at', '>', now)
    .orderBy('handover.shift_id')
    .execute()
  return rows.map((row) => ({
    organisation: { id: row.organisation_id, name: row.name, district: row.district },
    about: ['handover', row.shift_id, String(row.at)],
    reason: 'handover-open',
    beginsAt: row.from_at,
    detail: { handover: { shift: row.shift_id, to: row.to_shift_id, crewName: row.crew_name } },
  }))
}

/** What the cover of organisations is judged by, read for all of them at once. */
import type { EquipmentKind } from '../../model/equipment.js'
import type { OrganisationType } from '../../model/incident.js'
import type { Cover } from './gaps.js'
import type { Source } from './own.js'

export interface Roster extends Cover {
  organisation: { id: string; name: string; type: OrganisationType; district: string | null }
  /** When its first crew was written: a roster is asked for from then on. */
  since: number
}

/** A new roster has a day to be filled before its gaps count. */
const SETTLING_MS = 24 * 3_600_000

/**
 * Companies and stations that keep a roster (one crew at least), by id, with what matters to the span. A company must cover
 * the equipment that it maintains, a station what its crews serve. Of a shift that is handed over and not taken over only the
 * planned time counts: whoever holds the place meanwhile is no plan.
 */
export async function rostersIn(
  { db }: Source,
  { from, until, organisationIds }: { from: number; until: number; organisationIds?: readonly string[] },
): Promise<Roster[]> {
  if (organisationIds?.length === 0) return []
  let crewRows = db
    .selectFrom('crew')
    .innerJoin('organisation', 'organisation.id', 'crew.organisation_id')
    .select(['crew.id', 'crew.kinds_json', 'crew.districts_json', 'crew.created_at', 'crew.ended_at'])
    .select(['organisation.id as organisation_id', 'organisation.name', 'organisation.type'])
    .select('organisation.district')
    .where('organisation.type', 'in', ['maintainer', 'station'])
    .orderBy('organisation.id')
    .orderBy('crew.created_at')
  if (organisationIds) crewRows = crewRows.where('organisation.id', 'in', [...organisationIds])
  const crews = (await crewRows.execute()).map(({ kinds_json, districts_json, ...crew }) => ({
    ...crew,
    kinds: JSON.parse(kinds_json) as EquipmentKind[],
    districts: districts_json === null ? null : (JSON.parse(districts_json) as string[]),
  }))
  const ids = [
    ...new Set(crews.filter((crew) => crew.ended_at === null).map(({ organisation_id }) => organisation_id)),
  ]
  if (ids.length === 0) return []

  const kept = await db
    .selectFrom('equipment')
    .select(['maintainer_id', 'kind', 'district'])
    .distinct()
    .where('maintainer_id', 'in', ids)
    .execute()
  const onShift = await db
    .selectFrom('shift')
    .innerJoin('shift_member', 'shift_member.shift_id', 'shift.id')
    .innerJoin('member', 'member.id', 'shift_member.member_id')
    .leftJoin('handover', (join) =>
      join.onRef('handover.shift_id', '=', 'shift.id').on('handover.acknowledged_at', 'is', null),
    )
    .select(['shift.id', 'shift.crew_id', 'shift.on_from', 'shift.on_until', 'shift.until_at'])
    .select(['shift_member.member_id', 'member.ended_at', 'member.organisation_id'])
    .select('handover.shift_id as handed_over')
    .where('shift.kind', '=', 'duty')
    .where('shift.on_until', '>', from)
    .where('shift.on_from', '<', until)
    .where('member.organisation_id', 'in', ids)
    .execute()
  const leave = await db
    .selectFrom('leave')
    .innerJoin('member', 'member.id', 'leave.member_id')
    .select(['leave.member_id', 'leave.from_at', 'leave.until_at', 'member.organisation_id'])
    .where('leave.until_at', '>', from)
    .where('leave.from_at', '<', until)
    .where('member.organisation_id', 'in', ids)
    .execute()
  const certificates = await db
    .selectFrom('certificate')
    .innerJoin('member', 'member.id', 'certificate.member_id')
    .select(['certificate.member_id', 'certificate.class', 'certificate.valid_until'])
    .select('member.organisation_id')
    .where('member.organisation_id', 'in', ids)
    .where('member.ended_at', 'is', null)
    .execute()

  const crewsOf = groupBy(crews, ({ organisation_id }) => organisation_id)
  const keptBy = groupBy(kept, ({ maintainer_id }) => maintainer_id ?? '')
  const shiftsOf = groupBy(onShift, ({ organisation_id }) => organisation_id)
  const leaveOf = groupBy(leave, ({ organisation_id }) => organisation_id)
  const certificatesOf = groupBy(certificates, ({ organisation_id }) => organisation_id)
  return ids.flatMap((id): Roster[] => {
    const all = crewsOf.get(id) ?? []
    const [first] = all
    if (!first) return []
    const crewById = new Map(all.filter((crew) => crew.ended_at === null).map((crew) => [crew.id, crew]))
    const served = [...new Set([...crewById.values()].flatMap(({ kinds }) => kinds))]
    const { name, type, district } = first
    return [
      {
        organisation: { id, name, type, district },
        since: first.created_at + SETTLING_MS,
        needs:
          type === 'station'
            ? served.map((kind) => ({ kind, district: null }))
            : (keptBy.get(id) ?? []).map((one) => ({ kind: one.kind, district: one.district })),
        // One entry for each person: one who has left ends there, and the others go on.
        shifts: (shiftsOf.get(id) ?? []).flatMap((row) => {
          const crew = crewById.get(row.crew_id)
          const end = row.handed_over === null ? row.on_until : row.until_at
          const until = Math.min(end, row.ended_at ?? end)
          if (!crew) return []
          const { kinds, districts } = crew
          return [{ kinds, districts, from: row.on_from, until, members: [row.member_id] }]
        }),
        leave: (leaveOf.get(id) ?? []).map((row) => {
          return { member: row.member_id, from: row.from_at, until: row.until_at }
        }),
        certificates: (certificatesOf.get(id) ?? []).map((row) => {
          return { member: row.member_id, class: row.class, validUntil: row.valid_until }
        }),
      },
    ]
  })
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}

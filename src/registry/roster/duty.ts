/** Who is on duty at a moment, crew by crew: what the dispatch chooses from, within its own transaction. */
import type { Kysely } from 'kysely'
import type { Tables } from '../../database/tables.js'
import type { EquipmentKind } from '../../model/equipment.js'
import { CERTIFIES } from '../../model/roster.js'

export interface DutyMember {
  id: string
  name: string
  phone: string | null
  userId: string | null
  /** Holds a certificate for the kind that was asked for, valid at that moment. */
  certified: boolean
}

export interface DutyTeam {
  organisationId: string
  /** `null` where an organisation stands for its crews. */
  crewId: string | null
  crewName: string
  /** Where the crew waits, else where its organisation is. */
  lat: number | null
  lon: number | null
  /** `null`: all. */
  districts: string[] | null
  /** Never empty. Those of an earlier shift whose handover waits come first, as they are responsible. */
  members: DutyMember[]
}

export interface DutyQuery {
  /** All organisations if left out. */
  organisationIds?: readonly string[] | undefined
  kind: EquipmentKind
  /** ms since 1970. */
  at: number
}

/**
 * Crews that serve the kind and have somebody on a `duty` shift then who is not on leave, by organisation and crew. An
 * organisation without any crew has no team; one that keeps a roster and has nobody there has none either.
 */
export async function teamsOnDuty(
  tx: { db: Kysely<Tables> },
  { organisationIds, kind, at }: DutyQuery,
): Promise<DutyTeam[]> {
  if (organisationIds?.length === 0) return []
  let rows = tx.db
    .selectFrom('shift')
    .innerJoin('crew', 'crew.id', 'shift.crew_id')
    .innerJoin('organisation', 'organisation.id', 'crew.organisation_id')
    .innerJoin('shift_member', 'shift_member.shift_id', 'shift.id')
    .innerJoin('member', 'member.id', 'shift_member.member_id')
    .select([
      'crew.organisation_id',
      'crew.id as crew_id',
      'crew.name as crew_name',
      'crew.kinds_json',
      'crew.districts_json',
      'crew.lat as crew_lat',
      'crew.lon as crew_lon',
      'organisation.lat as organisation_lat',
      'organisation.lon as organisation_lon',
      'member.id as member_id',
      'member.name',
      'member.phone',
      'member.user_id',
    ])
    .select((eb) =>
      eb
        .case()
        .when(
          eb.exists(
            eb
              .selectFrom('certificate')
              .select('certificate.id')
              .whereRef('certificate.member_id', '=', 'member.id')
              .where('certificate.valid_until', '>', at)
              .where('certificate.class', 'in', [...CERTIFIES[kind]]),
          ),
        )
        .then(1)
        .else(0)
        .end()
        .as('certified'),
    )
    .where('shift.kind', '=', 'duty')
    .where('shift.on_from', '<=', at)
    .where('shift.on_until', '>', at)
    .where((eb) => eb.or([eb('crew.ended_at', 'is', null), eb('crew.ended_at', '>', at)]))
    .where((eb) => eb.or([eb('member.ended_at', 'is', null), eb('member.ended_at', '>', at)]))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('leave')
            .select('leave.id')
            .whereRef('leave.member_id', '=', 'member.id')
            .where('leave.from_at', '<=', at)
            .where('leave.until_at', '>', at),
        ),
      ),
    )
    .orderBy('crew.organisation_id')
    .orderBy('crew.id')
    .orderBy('shift.from_at')
    .orderBy('member.id')
  if (organisationIds) rows = rows.where('crew.organisation_id', 'in', [...organisationIds])

  const teamByCrew = new Map<string, DutyTeam>()
  for (const row of await rows.execute()) {
    const kinds: EquipmentKind[] = JSON.parse(row.kinds_json)
    if (!kinds.includes(kind)) continue
    const based = row.crew_lat !== null && row.crew_lon !== null
    const team: DutyTeam = teamByCrew.get(row.crew_id) ?? {
      organisationId: row.organisation_id,
      crewId: row.crew_id,
      crewName: row.crew_name,
      lat: based ? row.crew_lat : row.organisation_lat,
      lon: based ? row.crew_lon : row.organisation_lon,
      districts: row.districts_json === null ? null : JSON.parse(row.districts_json),
      members: [],
    }
    teamByCrew.set(row.crew_id, team)
    if (team.members.some(({ id }) => id === row.member_id)) continue
    team.members.push({
      id: row.member_id,
      name: row.name,
      phone: row.phone,
      userId: row.user_id,
      certified: row.certified === 1,
    })
  }
  return [...teamByCrew.values()]
}

/** Which of the organisations keep a roster: where nobody is on duty then, nobody is there. */
export async function withRoster(
  tx: { db: Kysely<Tables> },
  organisationIds: readonly string[],
): Promise<Set<string>> {
  if (organisationIds.length === 0) return new Set()
  const rows = await tx.db
    .selectFrom('crew')
    .select('organisation_id')
    .distinct()
    .where('organisation_id', 'in', [...organisationIds])
    .where('ended_at', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.organisation_id))
}

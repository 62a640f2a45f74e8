/** Who is on duty when, and where cover lacks: one page of organisations with their shifts and gaps over a span. */
import type { Database } from '../../database/database.js'
import { decodeCursor, limitOf, pageOf } from '../../database/page.js'
import { ownEquipment, WHOLE_CITY } from '../../database/scope.js'
import type { EquipmentKind } from '../../model/equipment.js'
import { CERTIFIES, type Gap, type Shift } from '../../model/roster.js'
import type { ListPage, ListQuery, Viewer } from '../../model/viewer.js'
import { refuseFaults } from '../access.js'
import { rostersIn } from './cover-rows.js'
import { gapsIn } from './gaps.js'
import { atDesk, isOwn } from './own.js'
import { shiftsOf } from './shift-rows.js'

export interface RosterMember {
  id: string
  name: string
  /** Only the desk and the organisation itself are told. */
  phone: string | null
  /** Away for part of the shift at least. */
  onLeave: boolean
  /** For which kinds a certificate lasts to the end of the shift. */
  certifiedFor: EquipmentKind[]
}

export interface RosterShift extends Omit<Shift, 'memberIds' | 'createdAt' | 'endedAt'> {
  crewName: string
  members: RosterMember[]
}

export interface OrganisationRoster {
  organisationId: string
  name: string
  shifts: RosterShift[]
  /** Empty for an organisation that need not have cover; before a roster's second day nothing is asked for. */
  gaps: Gap[]
}

export interface RosterQuery extends ListQuery {
  organisationId?: string | undefined
  /** ms since 1970; 31 days at most. */
  from: number
  until: number
}

export interface RosterView {
  /**
   * Organisations with a crew, by id: the desk sees all, an organisation its own; regulators see those of their districts
   * and those that maintain equipment there, without phone numbers. Throws REQUEST_INVALID.
   */
  list(query: RosterQuery, by: Viewer): Promise<ListPage<OrganisationRoster>>
}

const LONGEST_MS = 31 * 86_400_000

export function createRosterView({ database }: { database: Database }): RosterView {
  /** By id, one more than `limit`. */
  async function visible(query: RosterQuery, by: Viewer, after: string | null, limit: number) {
    let rows = database.db
      .selectFrom('organisation')
      .select(['organisation.id', 'organisation.name'])
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('crew')
            .select('crew.id')
            .whereRef('crew.organisation_id', '=', 'organisation.id')
            .where('crew.ended_at', 'is', null),
        ),
      )
    if (by.role === 'regulator' && !by.districts.includes(WHOLE_CITY))
      rows = rows.where((eb) =>
        eb.or([
          eb('organisation.district', 'in', by.districts.length > 0 ? [...by.districts] : ['']),
          eb.exists(
            eb
              .selectFrom('equipment')
              .select('equipment.id')
              .whereRef('equipment.maintainer_id', '=', 'organisation.id')
              .where((part) => ownEquipment(part, by)),
          ),
        ]),
      )
    else if (!atDesk(by) && by.role !== 'regulator')
      rows = rows.where('organisation.id', '=', by.organisationId)
    if (query.organisationId) rows = rows.where('organisation.id', '=', query.organisationId)
    if (after !== null) rows = rows.where('organisation.id', '>', after)
    return await rows
      .orderBy('organisation.id')
      .limit(limit + 1)
      .execute()
  }

  async function shiftsIn(ids: readonly string[], { from, until }: RosterQuery, by: Viewer) {
    const rows = await database.db
      .selectFrom('shift')
      .innerJoin('crew', 'crew.id', 'shift.crew_id')
      .selectAll('shift')
      .select(['crew.organisation_id', 'crew.name as crew_name'])
      .where('crew.organisation_id', 'in', ids.length > 0 ? [...ids] : [''])
      .where('crew.ended_at', 'is', null)
      .where('shift.on_until', '>', from)
      .where('shift.on_from', '<', until)
      .orderBy('shift.from_at')
      .orderBy('shift.id')
      .execute()
    const shifts = await shiftsOf(database, rows)
    const people = await peopleOf([...new Set(shifts.flatMap(({ memberIds }) => memberIds))], from)
    return shifts.map((shift, i) => {
      const { memberIds, createdAt: _made, endedAt: _ended, ...rest } = shift
      const { organisation_id: organisationId = '', crew_name: crewName = '' } = rows[i] ?? {}
      const members = memberIds.flatMap((id) => {
        const person = people.get(id)
        return person ? [memberOf(person, shift, isOwn(organisationId, by))] : []
      })
      return { organisationId, shift: { ...rest, crewName, members } }
    })
  }

  /** Those who have not left. */
  async function peopleOf(ids: readonly string[], from: number) {
    if (ids.length === 0) return new Map<string, Person>()
    const [members, certificates, leave] = [
      await database.db
        .selectFrom('member')
        .select(['id', 'name', 'phone'])
        .where('id', 'in', [...ids])
        .where('ended_at', 'is', null)
        .execute(),
      await database.db
        .selectFrom('certificate')
        .select(['member_id', 'class', 'valid_until'])
        .where('member_id', 'in', [...ids])
        .where('valid_until', '>', from)
        .execute(),
      await database.db
        .selectFrom('leave')
        .select(['member_id', 'from_at', 'until_at'])
        .where('member_id', 'in', [...ids])
        .where('until_at', '>', from)
        .execute(),
    ]
    return new Map(
      members.map((member): [string, Person] => [
        member.id,
        {
          ...member,
          certificates: certificates.filter(({ member_id }) => member_id === member.id),
          leave: leave.filter(({ member_id }) => member_id === member.id),
        },
      ]),
    )
  }

  return {
    async list(query, by) {
      const { from, until } = query
      refuseFaults(
        until > from && until - from <= LONGEST_MS
          ? []
          : [{ field: 'to', message: 'must be after the begin, by 31 days at most' }],
      )
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [''])
      const organisations = await visible(query, by, after && String(after[0]), limit)
      const ids = organisations.map(({ id }) => id)
      const shifts = await shiftsIn(ids, query, by)
      const rosters = await rostersIn(database, { from, until, organisationIds: ids })
      return pageOf({
        rows: organisations,
        limit,
        keyOf: ({ id }) => [id],
        toItem({ id, name }): OrganisationRoster {
          const roster = rosters.find(({ organisation }) => organisation.id === id)
          const begin = Math.max(from, roster?.since ?? from)
          return {
            organisationId: id,
            name,
            shifts: shifts.filter(({ organisationId }) => organisationId === id).map(({ shift }) => shift),
            gaps: roster && begin < until ? gapsIn(roster, { from: begin, until }) : [],
          }
        },
      })
    },
  }
}

interface Person {
  id: string
  name: string
  phone: string | null
  certificates: { class: (typeof CERTIFIES)[EquipmentKind][number]; valid_until: number }[]
  leave: { from_at: number; until_at: number }[]
}

function memberOf(person: Person, { onFrom, onUntil }: Shift, withPhone: boolean): RosterMember {
  const kinds = Object.keys(CERTIFIES) as EquipmentKind[]
  return {
    id: person.id,
    name: person.name,
    phone: withPhone ? person.phone : null,
    onLeave: person.leave.some((one) => one.from_at < onUntil && one.until_at > onFrom),
    certifiedFor: kinds.filter((kind) =>
      person.certificates.some((one) => CERTIFIES[kind].includes(one.class) && one.valid_until >= onUntil),
    ),
  }
}

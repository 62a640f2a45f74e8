/** People of an organisation. One who leaves is ended, never deleted: what they did stays theirs. */
import type { Database, Tx } from '../../database/database.js'
import { once } from '../../database/idempotency.js'
import { containing, decodeCursor, limitOf, pageOf } from '../../database/page.js'
import type { MemberTable } from '../../database/tables.js'
import type { Member } from '../../model/roster.js'
import type { ListPage, ListQuery, Viewer } from '../../model/viewer.js'
import { refuseFaults, textFault } from '../access.js'
import { auditChange } from '../audit.js'
import { memberOf, membersOf } from './member-rows.js'
import { atDesk, ownMember, ownOrganisation, requireAccount } from './own.js'

export interface MemberChange {
  name?: string | undefined
  phone?: string | null | undefined
  email?: string | null | undefined
  userId?: string | null | undefined
}

export interface NewMember extends MemberChange {
  /** Left out: the caller's own. */
  organisationId?: string | undefined
  name: string
}

export interface MemberQuery extends ListQuery {
  organisationId?: string | undefined
  text?: string | undefined
}

export interface MemberBook {
  /** Throws REQUEST_INVALID, ORGANISATION_UNKNOWN, USER_UNKNOWN. */
  create(member: NewMember, by: Viewer, key?: string): Promise<Member>
  /** Those who have not left, by id; a company sees its own. */
  list(query: MemberQuery, by: Viewer): Promise<ListPage<Member>>
  /** Throws MEMBER_UNKNOWN. */
  get(id: string, by: Viewer): Promise<Member>
  /** Throws MEMBER_UNKNOWN, REQUEST_INVALID, USER_UNKNOWN. */
  change(id: string, change: MemberChange, by: Viewer): Promise<Member>
  /** From now on they are on no shift. Throws MEMBER_UNKNOWN. */
  end(id: string, by: Viewer): Promise<void>
}

export function createMemberBook({
  database,
  now,
  newId,
}: {
  database: Database
  now: () => number
  newId: () => string
}): MemberBook {
  async function insert(tx: Tx, input: NewMember, by: Viewer): Promise<Member> {
    refuseFaults(textFault('name', input.name))
    const organisationId = await ownOrganisation(tx, input.organisationId, by)
    await requireAccount(tx, input.userId, organisationId)
    const row: MemberTable = {
      id: newId(),
      organisation_id: organisationId,
      name: input.name.trim(),
      phone: input.phone ?? null,
      email: input.email ?? null,
      user_id: input.userId ?? null,
      created_at: now(),
      ended_at: null,
    }
    await tx.db.insertInto('member').values(row).execute()
    const detail = { organisation: organisationId }
    await auditChange(tx, { by, action: 'member.create', subject: row.id, detail, at: now() })
    return await memberOf(tx, row, now())
  }

  return {
    create: (input, by, key) =>
      database.transaction((tx) =>
        once({
          ...{ tx, key, owner: by.userId, now: now() },
          request: ['member', input],
          work: () => insert(tx, input, by),
        }),
      ),

    async list(query, by) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [''])
      let rows = database.db.selectFrom('member').selectAll().where('ended_at', 'is', null)
      if (!atDesk(by)) rows = rows.where('organisation_id', '=', by.organisationId)
      if (query.organisationId) rows = rows.where('organisation_id', '=', query.organisationId)
      if (query.text)
        rows = rows.where((eb) => eb(eb.fn<string>('lower', ['name']), 'like', containing(query.text ?? '')))
      if (after) rows = rows.where('id', '>', String(after[0]))
      const found = await rows
        .orderBy('id')
        .limit(limit + 1)
        .execute()
      const members = await membersOf(database, found, now())
      return pageOf({ rows: members, limit, keyOf: ({ id }) => [id], toItem: (member) => member })
    },

    get: async (id, by) => await memberOf(database, await ownMember(database, id, by), now()),

    change: (id, change, by) =>
      database.transaction(async (tx) => {
        const row = await ownMember(tx, id, by)
        if (change.name !== undefined) refuseFaults(textFault('name', change.name))
        await requireAccount(tx, change.userId, row.organisation_id)
        const changed: MemberTable = {
          ...row,
          name: change.name?.trim() ?? row.name,
          phone: change.phone === undefined ? row.phone : change.phone,
          email: change.email === undefined ? row.email : change.email,
          user_id: change.userId === undefined ? row.user_id : change.userId,
        }
        await tx.db.updateTable('member').set(changed).where('id', '=', id).execute()
        const detail = { changed: Object.keys(change) }
        await auditChange(tx, { by, action: 'member.update', subject: id, detail, at: now() })
        return await memberOf(tx, changed, now())
      }),

    end: (id, by) =>
      database.transaction(async (tx) => {
        const row = await ownMember(tx, id, by)
        if (row.ended_at !== null) return
        await tx.db.updateTable('member').set({ ended_at: now() }).where('id', '=', id).execute()
        await tx.db.deleteFrom('crew_member').where('member_id', '=', id).execute()
        await auditChange(tx, { by, action: 'member.end', subject: id, at: now() })
      }),
  }
}

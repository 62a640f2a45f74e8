/** Contacts by function: of the centre and its districts, kept by the desk, and of an organisation, kept by itself too. */
import type { Database, Tx } from '../../database/database.js'
import { once } from '../../database/idempotency.js'
import { decodeCursor, limitOf, pageOf } from '../../database/page.js'
import type { ContactTable } from '../../database/tables.js'
import { TesheError } from '../../errors.js'
import type { Contact, ContactRole } from '../../model/contact.js'
import type { ListPage, ListQuery, Viewer } from '../../model/viewer.js'
import { type Fault, refuseFaults, textFault } from '../access.js'
import { auditChange } from '../audit.js'
import { contactOf } from './contacts-for.js'
import { atDesk, isOwn, ownOrganisation, requireAccount } from './own.js'

export interface ContactChange {
  district?: string | null | undefined
  role?: ContactRole | undefined
  name?: string | undefined
  phone?: string | null | undefined
  email?: string | null | undefined
  userId?: string | null | undefined
}

export interface NewContact extends ContactChange {
  /** Left out: the caller's own organisation, and of the centre where the caller is the desk. */
  organisationId?: string | null | undefined
  role: ContactRole
  name: string
}

export interface ContactQuery extends ListQuery {
  organisationId?: string | undefined
  /** Those of the centre only. */
  ofCentre?: boolean | undefined
  role?: ContactRole | undefined
  district?: string | undefined
}

export interface ContactBook {
  /** Throws REQUEST_INVALID, ORGANISATION_UNKNOWN, USER_UNKNOWN. */
  create(contact: NewContact, by: Viewer, key?: string): Promise<Contact>
  /** Those that have not ended, by id; a company sees its own. */
  list(query: ContactQuery, by: Viewer): Promise<ListPage<Contact>>
  /** Throws CONTACT_UNKNOWN, REQUEST_INVALID, USER_UNKNOWN. */
  change(id: string, change: ContactChange, by: Viewer): Promise<Contact>
  /** From now on it is not asked; its row stays. Throws CONTACT_UNKNOWN. */
  end(id: string, by: Viewer): Promise<void>
}

export function createContactBook({
  database,
  now,
  newId,
}: {
  database: Database
  now: () => number
  newId: () => string
}): ContactBook {
  async function own(tx: Tx, id: string, by: Viewer): Promise<ContactTable> {
    const row = await tx.db
      .selectFrom('contact')
      .selectAll()
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    if (!row || !isOwn(row.organisation_id, by)) throw new TesheError('CONTACT_UNKNOWN', [id])
    return row
  }

  async function checked(tx: Tx, row: ContactTable): Promise<void> {
    refuseFaults(faultsOf(row))
    await requireAccount(tx, row.user_id, row.organisation_id)
  }

  async function insert(tx: Tx, input: NewContact, by: Viewer): Promise<Contact> {
    const forCentre = atDesk(by) && (input.organisationId ?? null) === null
    const row: ContactTable = {
      id: newId(),
      organisation_id: forCentre ? null : await ownOrganisation(tx, input.organisationId, by),
      district: input.district ?? null,
      role: input.role,
      name: input.name.trim(),
      phone: input.phone ?? null,
      email: input.email ?? null,
      user_id: input.userId ?? null,
      created_at: now(),
      ended_at: null,
    }
    await checked(tx, row)
    await tx.db.insertInto('contact').values(row).execute()
    const detail = { organisation: row.organisation_id, district: row.district, role: row.role }
    await auditChange(tx, { by, action: 'contact.create', subject: row.id, detail, at: now() })
    return contactOf(row)
  }

  return {
    create: (input, by, key) =>
      database.transaction((tx) =>
        once({
          ...{ tx, key, owner: by.userId, now: now() },
          request: ['contact', input],
          work: () => insert(tx, input, by),
        }),
      ),

    async list(query, by) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [''])
      let rows = database.db.selectFrom('contact').selectAll().where('ended_at', 'is', null)
      if (!atDesk(by)) rows = rows.where('organisation_id', '=', by.organisationId)
      if (query.organisationId) rows = rows.where('organisation_id', '=', query.organisationId)
      if (query.ofCentre) rows = rows.where('organisation_id', 'is', null)
      if (query.role) rows = rows.where('role', '=', query.role)
      if (query.district) rows = rows.where('district', '=', query.district)
      if (after) rows = rows.where('id', '>', String(after[0]))
      return pageOf({
        rows: await rows
          .orderBy('id')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.id],
        toItem: contactOf,
      })
    },

    change: (id, change, by) =>
      database.transaction(async (tx) => {
        const row = await own(tx, id, by)
        const changed: ContactTable = {
          ...row,
          district: change.district === undefined ? row.district : change.district,
          role: change.role ?? row.role,
          name: change.name?.trim() ?? row.name,
          phone: change.phone === undefined ? row.phone : change.phone,
          email: change.email === undefined ? row.email : change.email,
          user_id: change.userId === undefined ? row.user_id : change.userId,
        }
        await checked(tx, changed)
        await tx.db.updateTable('contact').set(changed).where('id', '=', id).execute()
        const detail = { changed: Object.keys(change) }
        await auditChange(tx, { by, action: 'contact.update', subject: id, detail, at: now() })
        return contactOf(changed)
      }),

    end: (id, by) =>
      database.transaction(async (tx) => {
        await own(tx, id, by)
        await tx.db.updateTable('contact').set({ ended_at: now() }).where('id', '=', id).execute()
        await auditChange(tx, { by, action: 'contact.end', subject: id, at: now() })
      }),
  }
}

/** Somebody whom nothing reaches is no contact. */
function faultsOf(row: ContactTable): Fault[] {
  const reached = row.phone !== null || row.email !== null || row.user_id !== null
  return [
    ...textFault('name', row.name),
    ...(reached ? [] : [{ field: 'phone', message: 'is needed unless there is an email or an account' }]),
  ]
}

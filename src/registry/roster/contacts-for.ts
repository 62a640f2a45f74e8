/** Whom to reach by function: looked up by the dispatch and its channels, within their own transaction. */
import type { Kysely } from 'kysely'
import type { ContactTable, Tables } from '../../database/tables.js'
import type { Contact, ContactRole } from '../../model/contact.js'

export interface ContactsQuery {
  /** `null`: of the centre itself. */
  organisationId: string | null
  /** Where it happens; `null`: only those for everywhere. */
  district: string | null
  roles: readonly ContactRole[]
}

/** In the order of `roles`; within a role the district's own before those for everywhere, the oldest first. */
export async function contactsFor(
  tx: { db: Kysely<Tables> },
  { organisationId, district, roles }: ContactsQuery,
): Promise<Contact[]> {
  if (roles.length === 0) return []
  const rows = await tx.db
    .selectFrom('contact')
    .selectAll()
    .where('organisation_id', organisationId === null ? 'is' : '=', organisationId)
    .where('role', 'in', [...roles])
    .where((eb) => eb.or([eb('district', 'is', null), eb('district', '=', district)]))
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const rank = (row: ContactTable) => roles.indexOf(row.role) * 2 + (row.district === null ? 1 : 0)
  return rows.sort((a, b) => rank(a) - rank(b)).map(contactOf)
}

export function contactOf(row: ContactTable): Contact {
  return {
    id: row.id,
    organisationId: row.organisation_id,
    district: row.district,
    role: row.role,
    name: row.name,
    phone: row.phone,
    email: row.email,
    userId: row.user_id,
    createdAt: row.created_at,
  }
}

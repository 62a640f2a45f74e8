/** Whose roster it is: the desk keeps everybody's, a company, station or use unit its own; to others it does not exist. */
import type { Kysely } from 'kysely'
import type { Tx } from '../../database/database.js'
import type { CrewTable, MemberTable, ShiftTable, Tables } from '../../database/tables.js'
import { TesheError } from '../../errors.js'
import type { Viewer } from '../../model/viewer.js'
import { requireOrganisations } from '../organisations.js'

/** The database itself, or a transaction at work. */
export interface Source {
  db: Kysely<Tables>
}

export function atDesk({ role }: Viewer): boolean {
  return role === 'admin' || role === 'dispatcher'
}

export function isOwn(organisationId: string | null, by: Viewer): boolean {
  return atDesk(by) || (organisationId !== null && organisationId === by.organisationId)
}

/** The organisation that is named, else the caller's own. Throws ORGANISATION_UNKNOWN. */
export async function ownOrganisation(tx: Tx, given: string | null | undefined, by: Viewer): Promise<string> {
  const id = given ?? by.organisationId
  if (id === null || !isOwn(id, by)) throw new TesheError('ORGANISATION_UNKNOWN', [id ?? '(none)'])
  await requireOrganisations(tx, [id])
  return id
}

/** Throws MEMBER_UNKNOWN. */
export async function ownMember({ db }: Source, id: string, by: Viewer): Promise<MemberTable> {
  const row = await db.selectFrom('member').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row || !isOwn(row.organisation_id, by)) throw new TesheError('MEMBER_UNKNOWN', [id])
  return row
}

/** Throws CREW_UNKNOWN. */
export async function ownCrew({ db }: Source, id: string, by: Viewer): Promise<CrewTable> {
  const row = await db.selectFrom('crew').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row || !isOwn(row.organisation_id, by)) throw new TesheError('CREW_UNKNOWN', [id])
  return row
}

/** With the crew and organisation that it is of. Throws SHIFT_UNKNOWN. */
export async function ownShift(
  { db }: Source,
  id: string,
  by: Viewer,
): Promise<ShiftTable & { organisation_id: string }> {
  const row = await db
    .selectFrom('shift')
    .innerJoin('crew', 'crew.id', 'shift.crew_id')
    .selectAll('shift')
    .select('crew.organisation_id')
    .where('shift.id', '=', id)
    .executeTakeFirst()
  if (!row || !isOwn(row.organisation_id, by)) throw new TesheError('SHIFT_UNKNOWN', [id])
  return row
}

/** Throws MEMBER_UNKNOWN for the first that is not, or no longer, of the organisation. */
export async function requireMembers(tx: Tx, ids: readonly string[], organisationId: string): Promise<void> {
  if (ids.length === 0) return
  const rows = await tx.db
    .selectFrom('member')
    .select('id')
    .where('id', 'in', [...ids])
    .where('organisation_id', '=', organisationId)
    .where('ended_at', 'is', null)
    .execute()
  const known = new Set(rows.map(({ id }) => id))
  const missing = ids.find((id) => !known.has(id))
  if (missing !== undefined) throw new TesheError('MEMBER_UNKNOWN', [missing])
}

/** Throws USER_UNKNOWN for an account that is not of the organisation; one of the centre may be anybody's. */
export async function requireAccount(
  tx: Tx,
  userId: string | null | undefined,
  organisationId: string | null,
): Promise<void> {
  if (userId === null || userId === undefined) return
  let rows = tx.db.selectFrom('account').select('id').where('id', '=', userId)
  if (organisationId !== null) rows = rows.where('organisation_id', '=', organisationId)
  if (!(await rows.executeTakeFirst())) throw new TesheError('USER_UNKNOWN', [userId])
}

/** Companies, use units, stations, centres and offices. */
import type { Database, Tx } from '../database/database.js'
import { once } from '../database/idempotency.js'
import { containing, decodeCursor, limitOf, pageOf } from '../database/page.js'
import type { OrganisationTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { ORGANISATION_TYPES, type OrganisationType } from '../model/incident.js'
import type { Location, Organisation } from '../model/registry.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import { locationFault, refuseFaults, requireRole, textFault } from './access.js'
import { auditChange } from './audit.js'

export interface NewOrganisation {
  /** Given by an import or the demo; a random one otherwise. */
  id?: string | undefined
  name: string
  type: OrganisationType
  district?: string | undefined
  location?: Location | undefined
}

export interface OrganisationQuery extends ListQuery {
  type?: OrganisationType | undefined
  text?: string | undefined
}

export interface Organisations {
  /** ROLE_FORBIDDEN for anyone but `admin` and `dispatcher`. */
  create(organisation: NewOrganisation, by: Viewer, key?: string): Promise<Organisation>
  /** By id. Everybody who has logged in may know who there is. */
  list(query: OrganisationQuery, by: Viewer): Promise<ListPage<Organisation>>
  /** Throws ORGANISATION_UNKNOWN. */
  get(id: string): Promise<Organisation>
}

export function createOrganisations({
  database,
  now,
  newId,
}: {
  database: Database
  now: () => number
  newId: () => string
}): Organisations {
  async function insert(tx: Tx, input: NewOrganisation, by: Viewer): Promise<Organisation> {
    const row: OrganisationTable = {
      id: input.id ?? newId(),
      name: input.name.trim(),
      type: input.type,
      district: input.district ?? null,
      lat: input.location?.lat ?? null,
      lon: input.location?.lon ?? null,
      created_at: now(),
    }
    const taken = await tx.db
      .selectFrom('organisation')
      .select('id')
      .where('id', '=', row.id)
      .executeTakeFirst()
    refuseFaults(taken ? [{ field: 'id', message: 'is taken' }] : [])
    await tx.db.insertInto('organisation').values(row).execute()
    await auditChange(tx, { by, action: 'organisation.create', subject: row.id, at: row.created_at })
    return organisationOf(row)
  }

  return {
    async create(input, by, key) {
      requireRole(by, ['admin', 'dispatcher'], 'create organisations')
      refuseFaults([
        ...textFault('name', input.name),
        ...(ORGANISATION_TYPES.includes(input.type)
          ? []
          : [{ field: 'type', message: `must be one of ${ORGANISATION_TYPES.join(', ')}` }]),
        ...locationFault('location', input.location),
      ])
      return await database.transaction((tx) =>
        once({
          tx,
          owner: by.userId,
          key,
          request: ['organisation', input],
          now: now(),
          work: () => insert(tx, input, by),
        }),
      )
    },
    async list(query) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [''])
      let rows = database.db.selectFrom('organisation').selectAll()
      if (query.type) rows = rows.where('type', '=', query.type)
      if (query.text)
        rows = rows.where((eb) => eb(eb.fn<string>('lower', ['name']), 'like', containing(query.text ?? '')))
      if (after) rows = rows.where('id', '>', String(after[0]))
      return pageOf({
        rows: await rows
          .orderBy('id')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.id],
        toItem: organisationOf,
      })
    },
    async get(id) {
      const row = await database.db
        .selectFrom('organisation')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw new TesheError('ORGANISATION_UNKNOWN', [id])
      return organisationOf(row)
    },
  }
}

/** Throws ORGANISATION_UNKNOWN for the first of the ids that does not exist. */
export async function requireOrganisations(
  tx: Tx,
  ids: readonly (string | null | undefined)[],
): Promise<void> {
  const wanted = [...new Set(ids.filter((id): id is string => typeof id === 'string'))]
  if (wanted.length === 0) return
  const rows = await tx.db.selectFrom('organisation').select('id').where('id', 'in', wanted).execute()
  const known = new Set(rows.map((row) => row.id))
  const missing = wanted.find((id) => !known.has(id))
  if (missing !== undefined) throw new TesheError('ORGANISATION_UNKNOWN', [missing])
}

function organisationOf(row: OrganisationTable): Organisation {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    district: row.district,
    location: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
    createdAt: row.created_at,
  }
}

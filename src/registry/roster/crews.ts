/** Crews: who goes together, from where, into which districts, to which kinds of equipment. */
import type { Database, Tx } from '../../database/database.js'
import { once } from '../../database/idempotency.js'
import { decodeCursor, limitOf, pageOf } from '../../database/page.js'
import type { CrewTable } from '../../database/tables.js'
import type { EquipmentKind } from '../../model/equipment.js'
import type { Location } from '../../model/registry.js'
import type { Crew } from '../../model/roster.js'
import type { ListPage, ListQuery, Viewer } from '../../model/viewer.js'
import { locationFault, refuseFaults, textFault } from '../access.js'
import { auditChange } from '../audit.js'
import { atDesk, ownCrew, ownOrganisation, requireMembers, type Source } from './own.js'

export interface CrewChange {
  name?: string | undefined
  /** `null`: where its organisation is. */
  location?: Location | null | undefined
  /** `null`: all. */
  districts?: string[] | null | undefined
  kinds?: EquipmentKind[] | undefined
  memberIds?: string[] | undefined
}

export interface NewCrew extends CrewChange {
  /** Left out: the caller's own. */
  organisationId?: string | undefined
  name: string
  kinds: EquipmentKind[]
}

export interface CrewQuery extends ListQuery {
  organisationId?: string | undefined
}

export interface CrewBook {
  /** Throws REQUEST_INVALID, ORGANISATION_UNKNOWN, MEMBER_UNKNOWN. */
  create(crew: NewCrew, by: Viewer, key?: string): Promise<Crew>
  /** Those that have not ended, by id; a company sees its own. */
  list(query: CrewQuery, by: Viewer): Promise<ListPage<Crew>>
  /** Shifts that are written keep their people. Throws CREW_UNKNOWN, MEMBER_UNKNOWN, REQUEST_INVALID. */
  change(id: string, change: CrewChange, by: Viewer): Promise<Crew>
  /** Its shifts cover nothing from now on. Throws CREW_UNKNOWN. */
  end(id: string, by: Viewer): Promise<void>
}

export function createCrewBook({
  database,
  now,
  newId,
}: {
  database: Database
  now: () => number
  newId: () => string
}): CrewBook {
  async function setMembers(tx: Tx, crew: CrewTable, ids: readonly string[]): Promise<void> {
    const members = [...new Set(ids)]
    await requireMembers(tx, members, crew.organisation_id)
    await tx.db.deleteFrom('crew_member').where('crew_id', '=', crew.id).execute()
    const rows = members.map((member_id) => ({ crew_id: crew.id, member_id }))
    if (rows.length > 0) await tx.db.insertInto('crew_member').values(rows).execute()
  }

  async function insert(tx: Tx, input: NewCrew, by: Viewer): Promise<Crew> {
    refuseFaults([...textFault('name', input.name), ...locationFault('location', input.location)])
    const row: CrewTable = {
      id: newId(),
      organisation_id: await ownOrganisation(tx, input.organisationId, by),
      name: input.name.trim(),
      lat: input.location?.lat ?? null,
      lon: input.location?.lon ?? null,
      districts_json: jsonOf(input.districts ?? null),
      kinds_json: JSON.stringify([...new Set(input.kinds)]),
      created_at: now(),
      ended_at: null,
    }
    await tx.db.insertInto('crew').values(row).execute()
    await setMembers(tx, row, input.memberIds ?? [])
    const detail = { organisation: row.organisation_id, name: row.name }
    await auditChange(tx, { by, action: 'crew.create', subject: row.id, detail, at: now() })
    return await crewOf(tx, row)
  }

  return {
    create: (input, by, key) =>
      database.transaction((tx) =>
        once({
          ...{ tx, key, owner: by.userId, now: now() },
          request: ['crew', input],
          work: () => insert(tx, input, by),
        }),
      ),

    async list(query, by) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [''])
      let rows = database.db.selectFrom('crew').selectAll().where('ended_at', 'is', null)
      if (!atDesk(by)) rows = rows.where('organisation_id', '=', by.organisationId)
      if (query.organisationId) rows = rows.where('organisation_id', '=', query.organisationId)
      if (after) rows = rows.where('id', '>', String(after[0]))
      const found = await rows
        .orderBy('id')
        .limit(limit + 1)
        .execute()
      const crews = await crewsOf(database, found)
      return pageOf({ rows: crews, limit, keyOf: ({ id }) => [id], toItem: (crew) => crew })
    },

    change: (id, change, by) =>
      database.transaction(async (tx) => {
        const row = await ownCrew(tx, id, by)
        refuseFaults([
          ...(change.name === undefined ? [] : textFault('name', change.name)),
          ...locationFault('location', change.location),
        ])
        const changed: CrewTable = {
          ...row,
          name: change.name?.trim() ?? row.name,
          lat: change.location === undefined ? row.lat : (change.location?.lat ?? null),
          lon: change.location === undefined ? row.lon : (change.location?.lon ?? null),
          districts_json: change.districts === undefined ? row.districts_json : jsonOf(change.districts),
          kinds_json: change.kinds ? JSON.stringify([...new Set(change.kinds)]) : row.kinds_json,
        }
        await tx.db.updateTable('crew').set(changed).where('id', '=', id).execute()
        if (change.memberIds) await setMembers(tx, row, change.memberIds)
        const detail = { ...change }
        await auditChange(tx, { by, action: 'crew.update', subject: id, detail, at: now() })
        return await crewOf(tx, changed)
      }),

    end: (id, by) =>
      database.transaction(async (tx) => {
        const row = await ownCrew(tx, id, by)
        if (row.ended_at !== null) return
        await tx.db.updateTable('crew').set({ ended_at: now() }).where('id', '=', id).execute()
        await auditChange(tx, { by, action: 'crew.end', subject: id, at: now() })
      }),
  }
}

function jsonOf(districts: readonly string[] | null): string | null {
  return districts === null ? null : JSON.stringify([...new Set(districts)])
}

async function crewsOf({ db }: Source, rows: readonly CrewTable[]): Promise<Crew[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const members = await db
    .selectFrom('crew_member')
    .selectAll()
    .where('crew_id', 'in', ids)
    .orderBy('member_id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    organisationId: row.organisation_id,
    name: row.name,
    location: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
    districts: row.districts_json === null ? null : JSON.parse(row.districts_json),
    kinds: JSON.parse(row.kinds_json),
    memberIds: members.filter(({ crew_id }) => crew_id === row.id).map(({ member_id }) => member_id),
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }))
}

async function crewOf(source: Source, row: CrewTable): Promise<Crew> {
  const [crew] = await crewsOf(source, [row])
  return crew as Crew
}

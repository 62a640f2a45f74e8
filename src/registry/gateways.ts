/**
 * Gateways: one log-in that speaks for many equipment, such as a Sparkplug edge node or another platform. Which ones is
 * said by the desk, one by one; a gateway's own company may look, at what is its own.
 */
import type { Selectable } from 'kysely'
import type { Database, Tx } from '../database/database.js'
import { once } from '../database/idempotency.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import { ownEquipment } from '../database/scope.js'
import type { GatewayTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { EQUIPMENT_ID_PATTERN, isEquipmentId } from '../model/equipment.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { refuseFaults, requireRole, textFault } from './access.js'
import { auditChange } from './audit.js'
import type { Rotation } from './credentials.js'
import { addSecret, type NewSecret, revokeLogin, type SecretMaker, takeNames } from './device-secrets.js'
import { CHUNK } from './equipment-rows.js'
import { requireOrganisations } from './organisations.js'

export interface GatewaySummary {
  username: string
  name: string
  organisationId: string | null
  /** True until it gets a new secret. */
  revoked: boolean
  createdAt: number
  updatedAt: number
}

export interface Gateway extends GatewaySummary {
  /** Ids that it may speak for, as far as the viewer may see them. */
  equipment: string[]
}

export interface NewGateway {
  username: string
  name: string
  organisationId?: string | null | undefined
  equipment?: readonly string[] | undefined
}

/** What is left out stays; `add` and `remove` are bound and unbound, whatever they were. */
export interface GatewayChange {
  name?: string | undefined
  organisationId?: string | null | undefined
  add?: readonly string[] | undefined
  remove?: readonly string[] | undefined
}

export interface GatewayBook {
  /** By user name; a company's own ones. */
  list(query: ListQuery, viewer: Viewer): Promise<ListPage<GatewaySummary>>
  /** Those that speak for an equipment; companies see their own, and how many others there are. */
  boundTo(equipmentId: string, viewer: Viewer): Promise<{ gateways: GatewaySummary[]; others: number }>
  /** Throws GATEWAY_UNKNOWN. */
  get(username: string, viewer: Viewer): Promise<Gateway>
  /** Has no secret yet. Throws LOGIN_NAME_TAKEN, ORGANISATION_UNKNOWN, REQUEST_INVALID, ROLE_FORBIDDEN (admin and dispatcher only). */
  create(gateway: NewGateway, by: Viewer, key?: string): Promise<Gateway>
  /** Unbinding cuts its open connections. */
  update(username: string, change: GatewayChange, by: Viewer): Promise<Gateway>
  /** Ends the log-in and its connections; the name is free again. */
  remove(username: string, by: Viewer): Promise<void>
  createCredentials(username: string, by: Viewer, rotation?: Rotation): Promise<NewSecret>
  /** Ends the log-in and its connections, until a new secret is made. */
  revoke(username: string, by: Viewer): Promise<void>
}

export const MOST_BOUND = 5_000

export function createGatewayBook({
  database,
  bus,
  ...maker
}: SecretMaker & { database: Database; bus: Bus }): GatewayBook {
  const { now } = maker

  /** The viewer's row; companies see their own, and so no regulator sees any. */
  async function find(
    { db }: Pick<Database, 'db'>,
    username: string,
    viewer: Viewer,
  ): Promise<GatewaySummary> {
    let rows = db
      .selectFrom('gateway')
      .innerJoin('device_login', 'device_login.username', 'gateway.username')
      .selectAll('gateway')
      .select('device_login.revoked')
      .where('gateway.username', '=', username)
    if (!seesAll(viewer)) rows = rows.where('organisation_id', '=', viewer.organisationId)
    const row = await rows.executeTakeFirst()
    if (!row) throw new TesheError('GATEWAY_UNKNOWN', [username])
    return summaryOf(row)
  }

  async function bound({ db }: Pick<Database, 'db'>, username: string, viewer: Viewer): Promise<string[]> {
    const rows = await db
      .selectFrom('equipment')
      .select('id')
      .where((eb) => ownEquipment(eb, viewer))
      .where((eb) =>
        eb(
          'id',
          'in',
          eb.selectFrom('gateway_equipment').select('equipment_id').where('username', '=', username),
        ),
      )
      .orderBy('id')
      .execute()
    return rows.map(({ id }) => id)
  }

  /** In one transaction with its audit; `cut` ends open connections, `quiet` changes nothing that they know. */
  async function change<T>(
    username: string,
    by: Viewer,
    what: string,
    work: (
      tx: Tx,
    ) => Promise<{ result: T; detail?: Record<string, unknown>; login: 'cut' | 'kept' | 'quiet' }>,
  ): Promise<T> {
    requireRole(by, ['admin', 'dispatcher'], 'change gateways')
    return await database.transaction(async (tx) => {
      await find(tx, username, by)
      const { result, detail = {}, login } = await work(tx)
      await auditChange(tx, { by, action: `gateway.${what}`, subject: username, detail, at: now() })
      if (login !== 'quiet')
        tx.afterCommit(() => bus.publish('credential', { username, cut: login === 'cut' }))
      return result
    })
  }

  return {
    async boundTo(equipmentId, viewer) {
      const rows = await database.db
        .selectFrom('gateway_equipment')
        .innerJoin('gateway', 'gateway.username', 'gateway_equipment.username')
        .innerJoin('device_login', 'device_login.username', 'gateway.username')
        .selectAll('gateway')
        .select('device_login.revoked')
        .where('gateway_equipment.equipment_id', '=', equipmentId)
        .orderBy('gateway.username')
        .execute()
      const seen = rows.filter(
        ({ organisation_id }) =>
          seesAll(viewer) || (organisation_id !== null && organisation_id === viewer.organisationId),
      )
      return { gateways: seen.map(summaryOf), others: rows.length - seen.length }
    },
    async list(query, viewer) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [''])
      let rows = database.db
        .selectFrom('gateway')
        .innerJoin('device_login', 'device_login.username', 'gateway.username')
        .selectAll('gateway')
        .select('device_login.revoked')
      if (!seesAll(viewer)) rows = rows.where('organisation_id', '=', viewer.organisationId)
      if (after) rows = rows.where('gateway.username', '>', String(after[0]))
      return pageOf({
        rows: await rows
          .orderBy('gateway.username')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.username],
        toItem: summaryOf,
      })
    },

    async get(username, viewer) {
      const summary = await find(database, username, viewer)
      return { ...summary, equipment: await bound(database, username, viewer) }
    },

    async create(input, by, key) {
      requireRole(by, ['admin', 'dispatcher'], 'create gateways')
      const { username, name, organisationId = null, equipment = [] } = input
      refuseFaults([
        ...textFault('name', name),
        ...(isEquipmentId(username)
          ? []
          : [{ field: 'username', message: `must match ${EQUIPMENT_ID_PATTERN} and be no reserved word` }]),
      ])
      return await database.transaction((tx) =>
        once({
          tx,
          owner: by.userId,
          key,
          request: ['gateway', input],
          now: now(),
          work: async () => {
            await requireOrganisations(tx, [organisationId])
            await takeNames(tx, { names: [username], kind: 'gateway', now: now() })
            const times = { created_at: now(), updated_at: now() }
            const row = { username, name: name.trim(), organisation_id: organisationId, ...times }
            await tx.db.insertInto('gateway').values(row).execute()
            await bind(tx, username, equipment, 'equipment')
            const detail = { equipment: equipment.length }
            await auditChange(tx, { by, action: 'gateway.create', subject: username, detail, at: now() })
            tx.afterCommit(() => bus.publish('credential', { username, cut: false }))
            return { ...summaryOf({ ...row, revoked: 0 }), equipment: await bound(tx, username, by) }
          },
        }),
      )
    },

    update: (username, { name, organisationId, add = [], remove = [] }, by) =>
      change(username, by, 'update', async (tx) => {
        if (name !== undefined) refuseFaults(textFault('name', name))
        await requireOrganisations(tx, [organisationId])
        const set = {
          ...(name !== undefined && { name: name.trim() }),
          ...(organisationId !== undefined && { organisation_id: organisationId }),
          updated_at: now(),
        }
        await tx.db.updateTable('gateway').set(set).where('username', '=', username).execute()
        const unbound = await unbind(tx, username, remove)
        await bind(tx, username, add, 'add')
        const result = { ...(await find(tx, username, by)), equipment: await bound(tx, username, by) }
        const detail = { fields: Object.keys(set), add: add.slice(0, 50), remove: remove.slice(0, 50) }
        return { result, detail, login: unbound > 0 ? 'cut' : add.length > 0 ? 'kept' : 'quiet' }
      }),

    remove: (username, by) =>
      change(username, by, 'remove', async (tx) => {
        for (const table of ['gateway_equipment', 'gateway', 'device_secret', 'device_login'] as const)
          await tx.db.deleteFrom(table).where('username', '=', username).execute()
        return { result: undefined, login: 'cut' }
      }),

    createCredentials: (username, by, { overlapMs = 0 } = {}) =>
      change(username, by, 'credential', async (tx) => {
        const { cut, ...secret } = await addSecret(tx, maker, { username, overlapMs })
        const detail = { overlapMs, previousUntil: secret.previousUntil }
        return { result: secret, detail, login: cut ? 'cut' : 'kept' }
      }),

    revoke: (username, by) =>
      change(username, by, 'revoke', async (tx) => {
        await revokeLogin(tx, username)
        return { result: undefined, login: 'cut' }
      }),
  }
}

function seesAll({ role }: Viewer): boolean {
  return role === 'admin' || role === 'dispatcher'
}

/** Throws REQUEST_INVALID naming every id that is no equipment, or when the gateway would have too many. */
async function bind(tx: Tx, username: string, ids: readonly string[], field: string): Promise<void> {
  const known = new Set<string>()
  const already = new Set<string>()
  const unique = [...new Set(ids)]
  for (let start = 0; start < unique.length; start += CHUNK) {
    const some = unique.slice(start, start + CHUNK)
    const found = await tx.db.selectFrom('equipment').select('id').where('id', 'in', some).execute()
    for (const { id } of found) known.add(id)
  }
  refuseFaults(
    ids.flatMap((id, i) =>
      known.has(id) ? [] : [{ field: `${field}[${i}]`, message: `${id} is no equipment` }],
    ),
  )
  const rows = await tx.db
    .selectFrom('gateway_equipment')
    .select('equipment_id')
    .where('username', '=', username)
    .execute()
  for (const { equipment_id } of rows) already.add(equipment_id)
  const fresh = unique.filter((id) => !already.has(id))
  if (already.size + fresh.length > MOST_BOUND)
    refuseFaults([{ field, message: `would bind more than ${MOST_BOUND} equipment to one gateway` }])
  for (let start = 0; start < fresh.length; start += CHUNK)
    await tx.db
      .insertInto('gateway_equipment')
      .values(fresh.slice(start, start + CHUNK).map((equipment_id) => ({ username, equipment_id })))
      .execute()
}

/** How many were bound until now. */
async function unbind(tx: Tx, username: string, ids: readonly string[]): Promise<number> {
  let unbound = 0
  for (let start = 0; start < ids.length; start += CHUNK) {
    const result = await tx.db
      .deleteFrom('gateway_equipment')
      .where('username', '=', username)
      .where('equipment_id', 'in', ids.slice(start, start + CHUNK))
      .executeTakeFirst()
    unbound += Number(result.numDeletedRows)
  }
  return unbound
}

function summaryOf(row: Selectable<GatewayTable> & { revoked: number }): GatewaySummary {
  return {
    username: row.username,
    name: row.name,
    organisationId: row.organisation_id,
    revoked: row.revoked === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/**
 * Log-ins of devices, as the gateway thread and the API know them. Every registered equipment has one unless it was
 * revoked; without a secret only a client certificate opens it. Gateways' log-ins are made in gateways.ts.
 */
import type { Database, Tx } from '../database/database.js'
import type { DeviceKind } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { requireRole } from './access.js'
import { auditChange } from './audit.js'
import { addSecret, type NewSecret, revokeLogin, type SecretMaker } from './device-secrets.js'

export interface DeviceLogin {
  username: string
  kind: DeviceKind
  /** Ids that it may speak for; a device: its own. */
  equipment: string[]
  /** Newest first. */
  secrets: {
    /** HMAC-SHA-256 of the secret's text under the server's key. */
    hmac: Uint8Array
    /** ms since 1970: end of a rotation's overlap; null while it is the current one. */
    until: number | null
  }[]
}

/** ms for which the secrets before go on working; 0 if left out: they stop at once, on open connections too. */
export interface Rotation {
  overlapMs?: number
}

export interface Credentials {
  /** A new secret; admin and dispatcher only. Throws EQUIPMENT_UNKNOWN. */
  create(equipmentId: string, by: Viewer, rotation?: Rotation): Promise<NewSecret>
  /** For a fleet: all of them in one transaction, or none. */
  createAll(equipmentIds: readonly string[], by: Viewer, rotation?: Rotation): Promise<NewSecret[]>
  /** Ends the log-in and its connections, until a new secret is made. Throws EQUIPMENT_UNKNOWN. */
  revoke(equipmentId: string, by: Viewer): Promise<void>
  /** Every one that counts, for the gateway's start. */
  all(): Promise<DeviceLogin[]>
  /** `null` when it was revoked or is none. */
  get(username: string): Promise<DeviceLogin | null>
}

export function createCredentials({
  database,
  bus,
  ...maker
}: SecretMaker & { database: Database; bus: Bus }): Credentials {
  const { now } = maker

  async function replace(tx: Tx, id: string, by: Viewer, { overlapMs = 0 }: Rotation): Promise<NewSecret> {
    await requireDevice(tx, id)
    const { cut, ...secret } = await addSecret(tx, maker, { username: id, overlapMs })
    const detail = { overlapMs, previousUntil: secret.previousUntil }
    await auditChange(tx, { by, action: 'credential.create', subject: id, detail, at: now() })
    tx.afterCommit(() => bus.publish('credential', { username: id, cut }))
    return secret
  }

  return {
    async create(equipmentId, by, rotation = {}) {
      requireRole(by, ['admin', 'dispatcher'], 'create device credentials')
      return await database.transaction((tx) => replace(tx, equipmentId, by, rotation))
    },

    async createAll(equipmentIds, by, rotation = {}) {
      requireRole(by, ['admin'], 'create device credentials in bulk')
      return await database.transaction(async (tx) => {
        const made: NewSecret[] = []
        for (const id of equipmentIds) made.push(await replace(tx, id, by, rotation))
        return made
      })
    },

    async revoke(equipmentId, by) {
      requireRole(by, ['admin', 'dispatcher'], 'revoke device credentials')
      await database.transaction(async (tx) => {
        await requireDevice(tx, equipmentId)
        await revokeLogin(tx, equipmentId)
        await auditChange(tx, { by, action: 'credential.revoke', subject: equipmentId, at: now() })
        tx.afterCommit(() => bus.publish('credential', { username: equipmentId, cut: true }))
      })
    },

    all: () => loginsOf(database, null, now()),
    async get(username) {
      const [login] = await loginsOf(database, username, now())
      return login ?? null
    },
  }
}

async function requireDevice(tx: Tx, equipmentId: string): Promise<void> {
  const login = await tx.db
    .selectFrom('device_login')
    .select('username')
    .where('username', '=', equipmentId)
    .where('kind', '=', 'device')
    .executeTakeFirst()
  if (!login) throw new TesheError('EQUIPMENT_UNKNOWN', [equipmentId])
}

/** All log-ins, or the one of a name. What has ended is left out. */
async function loginsOf({ db }: Database, only: string | null, now: number): Promise<DeviceLogin[]> {
  let logins = db.selectFrom('device_login').select(['username', 'kind']).where('revoked', '=', 0)
  let secrets = db
    .selectFrom('device_secret')
    .select(['username', 'hmac', 'until'])
    .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', now)]))
  let bindings = db.selectFrom('gateway_equipment').select(['username', 'equipment_id'])
  if (only !== null) {
    logins = logins.where('username', '=', only)
    secrets = secrets.where('username', '=', only)
    bindings = bindings.where('username', '=', only)
  }
  const byName = new Map<string, DeviceLogin>()
  for (const { username, kind } of await logins.execute())
    byName.set(username, { username, kind, equipment: kind === 'device' ? [username] : [], secrets: [] })
  for (const { username, hmac, until } of await secrets.execute())
    byName.get(username)?.secrets.push({ hmac: Buffer.from(hmac, 'base64url'), until })
  for (const { username, equipment_id } of await bindings.orderBy('equipment_id').execute())
    byName.get(username)?.equipment.push(equipment_id)
  for (const { secrets: all } of byName.values())
    if (all.length > 1) all.sort((a, b) => (b.until ?? Infinity) - (a.until ?? Infinity) || 0)
  return [...byName.values()]
}

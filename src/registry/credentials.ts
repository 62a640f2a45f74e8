/**
 * Secrets of devices: 256 random bits, shown once, kept as HMAC-SHA-256 under the server's key, so that a fleet that
 * comes back after a restart costs microseconds a device. User name = equipment id.
 */
import { createHmac } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Database, Tx } from '../database/database.js'
import type { DeviceCredentialTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { requireRole } from './access.js'
import { auditChange } from './audit.js'

export interface DeviceCredential {
  username: string
  /** base64url of the HMAC of the secret's text. */
  hmac: string
  equipmentId: string
  /** Rises with every replacement. */
  version: number
}

export interface Credentials {
  /** Replaces the old one and publishes `credential`; admin and dispatcher only. `password` is base64url and is not kept. */
  create(equipmentId: string, by: Viewer): Promise<{ username: string; password: string }>
  /** For a fleet: the same for many at once, in one transaction. */
  createAll(equipmentIds: readonly string[], by: Viewer): Promise<{ username: string; password: string }[]>
  /** Ends it without a new one. */
  revoke(equipmentId: string, by: Viewer): Promise<void>
  /** Every one that counts, for the gateway's start. */
  all(): Promise<DeviceCredential[]>
  /** `null` when it was revoked; the gateway asks after `credential` on the bus. */
  get(username: string): Promise<DeviceCredential | null>
}

const SECRET_BYTES = 32

/** The form in which secrets are kept; the gateway compares with it in constant time. base64url. */
export function hmacOfSecret(secret: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(secret).digest('base64url')
}

export function createCredentials({
  database,
  bus,
  secretKey,
  now,
  randomBytes,
}: {
  database: Database
  bus: Bus
  secretKey: Uint8Array
  now: () => number
  randomBytes: (size: number) => Buffer
}): Credentials {
  async function replace(tx: Tx, equipmentId: string, by: Viewer): Promise<string> {
    const equipment = await tx.db
      .selectFrom('equipment')
      .select('id')
      .where('id', '=', equipmentId)
      .executeTakeFirst()
    if (!equipment) throw new TesheError('EQUIPMENT_UNKNOWN', [equipmentId])
    const password = randomBytes(SECRET_BYTES).toString('base64url')
    const hmac = hmacOfSecret(password, secretKey)
    await tx.db
      .insertInto('device_credential')
      .values({
        username: equipmentId,
        equipment_id: equipmentId,
        hmac,
        version: 1,
        revoked: 0,
        created_at: now(),
      })
      .onConflict((conflict) =>
        conflict.column('username').doUpdateSet((eb) => ({
          hmac,
          revoked: 0,
          created_at: now(),
          version: eb('device_credential.version', '+', 1),
        })),
      )
      .execute()
    await auditChange(tx, { by, action: 'credential.create', subject: equipmentId, at: now() })
    tx.afterCommit(() => bus.publish('credential', { username: equipmentId }))
    return password
  }

  return {
    async create(equipmentId, by) {
      requireRole(by, ['admin', 'dispatcher'], 'create device credentials')
      return await database.transaction(async (tx) => ({
        username: equipmentId,
        password: await replace(tx, equipmentId, by),
      }))
    },

    async createAll(equipmentIds, by) {
      requireRole(by, ['admin', 'dispatcher'], 'create device credentials')
      return await database.transaction(async (tx) => {
        const made: { username: string; password: string }[] = []
        for (const id of equipmentIds) made.push({ username: id, password: await replace(tx, id, by) })
        return made
      })
    },

    async revoke(equipmentId, by) {
      requireRole(by, ['admin', 'dispatcher'], 'revoke device credentials')
      await database.transaction(async (tx) => {
        await tx.db
          .updateTable('device_credential')
          .set((eb) => ({ revoked: 1, version: eb('version', '+', 1) }))
          .where('username', '=', equipmentId)
          .execute()
        await auditChange(tx, { by, action: 'credential.revoke', subject: equipmentId, at: now() })
        tx.afterCommit(() => bus.publish('credential', { username: equipmentId }))
      })
    },

    async all() {
      const rows = await database.db
        .selectFrom('device_credential')
        .selectAll()
        .where('revoked', '=', 0)
        .execute()
      return rows.map(credentialOf)
    },

    async get(username) {
      const row = await database.db
        .selectFrom('device_credential')
        .selectAll()
        .where('username', '=', username)
        .where('revoked', '=', 0)
        .executeTakeFirst()
      return row ? credentialOf(row) : null
    },
  }
}

function credentialOf(row: Selectable<DeviceCredentialTable>): DeviceCredential {
  return { username: row.username, hmac: row.hmac, equipmentId: row.equipment_id, version: row.version }
}

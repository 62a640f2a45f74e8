/**
 * Unknown devices that ask to be admitted (TESHE_SELF_CLAIM). What they say is believed by nobody: a claim holds a name,
 * the HMAC of the secret that came with it and where from, until the desk admits it or it is crowded out by newer ones.
 */
import type { Selectable } from 'kysely'
import type { Database, Tx } from '../database/database.js'
import { once } from '../database/idempotency.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import type { ClaimTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { Equipment } from '../model/registry.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { requireRole } from './access.js'
import { auditChange } from './audit.js'
import { adoptSecret } from './device-secrets.js'
import type { EquipmentBook, NewEquipment } from './equipment.js'

export interface Claim {
  username: string
  /** Where it last came from. */
  address: string
  firstSeen: number
  lastSeen: number
  tries: number
  /** Another secret was presented under the same name: one of the two is not whom you expect. */
  contested: boolean
}

/** As the gateway thread tells of it. */
export interface ClaimSeen {
  username: string
  /** base64url. */
  hmac: string
  address: string
}

export interface ClaimBook {
  /** A registered name is never claimed: its device was revoked, or somebody guesses. */
  record(seen: ClaimSeen): Promise<void>
  /** Newest first; admin and dispatcher only, as all that follows. */
  list(query: ListQuery, by: Viewer): Promise<ListPage<Claim>>
  /**
   * Registers the equipment under the claimed name with the secret that the device has. Throws CLAIM_UNKNOWN,
   * CLAIM_CONTESTED, and whatever registering throws.
   */
  admit(username: string, equipment: Omit<NewEquipment, 'id'>, by: Viewer, key?: string): Promise<Equipment>
  /** Forgets it; the device may ask again. */
  remove(username: string, by: Viewer): Promise<void>
}

/** The newest ones; a device that is still there asks again. */
export const MOST_CLAIMS = 1_000

export function createClaimBook({
  database,
  bus,
  now,
  equipment,
}: {
  database: Database
  bus: Bus
  now: () => number
  equipment: Pick<EquipmentBook, 'createIn'>
}): ClaimBook {
  return {
    async record({ username, hmac, address }) {
      await database.transaction(async (tx) => {
        const at = now()
        const registered = await tx.db
          .selectFrom('device_login')
          .select('username')
          .where('username', '=', username)
          .executeTakeFirst()
        if (registered) return
        const before = await find(tx, username)
        if (before) {
          const contested = before.contested === 1 || before.hmac !== hmac ? 1 : 0
          await tx.db
            .updateTable('claim')
            .set({ address, contested, last_seen: at, tries: before.tries + 1 })
            .where('username', '=', username)
            .execute()
          return
        }
        const seen = { first_seen: at, last_seen: at, tries: 1, contested: 0 }
        await tx.db
          .insertInto('claim')
          .values({ username, hmac, address, ...seen })
          .execute()
        await forgetOldest(tx)
      })
    },

    async list(query, by) {
      requireRole(by, ['admin', 'dispatcher'], 'see claims')
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [0, ''])
      let rows = database.db.selectFrom('claim').selectAll()
      if (after)
        rows = rows.where((eb) =>
          eb.or([
            eb('last_seen', '<', Number(after[0])),
            eb.and([eb('last_seen', '=', Number(after[0])), eb('username', '<', String(after[1]))]),
          ]),
        )
      return pageOf({
        rows: await rows
          .orderBy('last_seen', 'desc')
          .orderBy('username', 'desc')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.last_seen, row.username],
        toItem: claimOf,
      })
    },

    async admit(username, input, by, key) {
      requireRole(by, ['admin', 'dispatcher'], 'admit devices')
      return await database.transaction((tx) =>
        once({
          tx,
          owner: by.userId,
          key,
          request: ['claim', username, input],
          now: now(),
          work: async () => {
            const claim = await find(tx, username)
            if (!claim) throw new TesheError('CLAIM_UNKNOWN', [username])
            if (claim.contested === 1) throw new TesheError('CLAIM_CONTESTED', [username])
            const made = await equipment.createIn(tx, { ...input, id: username }, by)
            await adoptSecret(tx, { username, hmac: claim.hmac, now: now() })
            await tx.db.deleteFrom('claim').where('username', '=', username).execute()
            const { address, tries, first_seen: firstSeen } = claim
            const detail = { address, tries, firstSeen }
            await auditChange(tx, { by, action: 'claim.admit', subject: username, detail, at: now() })
            tx.afterCommit(() => bus.publish('credential', { username, cut: false }))
            return made
          },
        }),
      )
    },

    async remove(username, by) {
      requireRole(by, ['admin', 'dispatcher'], 'delete claims')
      await database.transaction(async (tx) => {
        if (!(await find(tx, username))) throw new TesheError('CLAIM_UNKNOWN', [username])
        await tx.db.deleteFrom('claim').where('username', '=', username).execute()
        await auditChange(tx, { by, action: 'claim.remove', subject: username, at: now() })
      })
    },
  }
}

async function find(tx: Tx, username: string): Promise<Selectable<ClaimTable> | undefined> {
  return await tx.db.selectFrom('claim').selectAll().where('username', '=', username).executeTakeFirst()
}

/** Keeps as many as an operator could ever look through; the database does not grow by strangers. */
async function forgetOldest(tx: Tx): Promise<void> {
  const beyond = await tx.db
    .selectFrom('claim')
    .select('username')
    .orderBy('last_seen', 'desc')
    .orderBy('username', 'desc')
    .offset(MOST_CLAIMS)
    .limit(MOST_CLAIMS)
    .execute()
  if (beyond.length === 0) return
  const names = beyond.map(({ username }) => username)
  await tx.db.deleteFrom('claim').where('username', 'in', names).execute()
}

function claimOf(row: Selectable<ClaimTable>): Claim {
  return {
    username: row.username,
    address: row.address,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    tries: row.tries,
    contested: row.contested === 1,
  }
}

/**
 * Names and secrets of devices and gateways, inside other people's transactions. A secret is 256 random bits, shown
 * once, kept as HMAC-SHA-256 under the server's key, so that a fleet that comes back costs microseconds a device.
 */
import { createHmac } from 'node:crypto'
import type { Tx } from '../database/database.js'
import type { DeviceKind } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { CHUNK } from './equipment-rows.js'

/** A secret as it is shown, once. */
export interface NewSecret {
  username: string
  /** base64url. */
  password: string
  /** ms since 1970: when the one before stops working; null when it has, or there was none. */
  previousUntil: number | null
}

/** Makes secrets; one for the whole registry. */
export interface SecretMaker {
  /** At least 32 bytes. */
  secretKey: Uint8Array
  now: () => number
  randomBytes: (size: number) => Buffer
}

const SECRET_BYTES = 32
/** Secrets of one log-in that count at once, the new one included. */
const MOST_SECRETS = 8

/** The form in which secrets are kept; compare in constant time. base64url. */
export function hmacOfSecret(secret: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(secret).digest('base64url')
}

/** Enters names of new equipment or gateways. Throws LOGIN_NAME_TAKEN. */
export async function takeNames(
  tx: Tx,
  { names, kind, now }: { names: readonly string[]; kind: DeviceKind; now: number },
): Promise<void> {
  for (let start = 0; start < names.length; start += CHUNK) {
    const some = names.slice(start, start + CHUNK)
    const taken = await tx.db
      .selectFrom('device_login')
      .select(['username', 'kind'])
      .where('username', 'in', some)
      .orderBy('username')
      .executeTakeFirst()
    if (taken)
      throw new TesheError('LOGIN_NAME_TAKEN', [
        taken.username,
        taken.kind === 'gateway' ? 'gateway' : 'equipment',
      ])
    await tx.db
      .insertInto('device_login')
      .values(some.map((username) => ({ username, kind, revoked: 0, version: 0, created_at: now })))
      .execute()
  }
}

/**
 * A new secret of a log-in that exists; ends a revocation. The ones before go on for `overlapMs`, or stop at once with
 * 0. `cut`: an open connection may have been opened by one that counts no more.
 */
export async function addSecret(
  tx: Tx,
  { secretKey, now, randomBytes }: SecretMaker,
  { username, overlapMs }: { username: string; overlapMs: number },
): Promise<NewSecret & { cut: boolean }> {
  const at = now()
  const password = newSecret(randomBytes)
  const before = await tx.db
    .selectFrom('device_secret')
    .select(['hmac', 'until'])
    .where('username', '=', username)
    .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', at)]))
    .orderBy('created_at', 'desc')
    .orderBy('until', 'desc')
    .execute()
  const end = at + overlapMs
  const kept =
    overlapMs === 0
      ? []
      : before
          .slice(0, MOST_SECRETS - 1)
          .map(({ hmac, until }) => ({ hmac, until: Math.min(until ?? end, end) }))
  await tx.db.deleteFrom('device_secret').where('username', '=', username).execute()
  const rows = [{ hmac: hmacOfSecret(password, secretKey), until: null }, ...kept]
  // Newest last by `created_at` where several are made in one millisecond: the order among the old ones means nothing.
  await tx.db
    .insertInto('device_secret')
    .values(rows.map(({ hmac, until }) => ({ username, hmac, until, created_at: at })))
    .execute()
  await tx.db
    .updateTable('device_login')
    .set((eb) => ({ revoked: 0, version: eb('version', '+', 1) }))
    .where('username', '=', username)
    .execute()
  const previousUntil = kept.length === 0 ? null : Math.max(...kept.map(({ until }) => until))
  return { username, password, previousUntil, cut: kept.length < before.length }
}

/** A secret that the device has already, known by its HMAC alone. */
export async function adoptSecret(
  tx: Tx,
  { username, hmac, now }: { username: string; hmac: string; now: number },
): Promise<void> {
  await tx.db.insertInto('device_secret').values({ username, hmac, until: null, created_at: now }).execute()
}

/** Nothing opens the log-in until it gets a new secret, not even a certificate. */
export async function revokeLogin(tx: Tx, username: string): Promise<void> {
  await tx.db.deleteFrom('device_secret').where('username', '=', username).execute()
  await tx.db
    .updateTable('device_login')
    .set((eb) => ({ revoked: 1, version: eb('version', '+', 1) }))
    .where('username', '=', username)
    .execute()
}

/** Never begins with `-`: command lines take that for an option, and spreadsheets for a formula. */
function newSecret(randomBytes: (size: number) => Buffer): string {
  for (;;) {
    const secret = randomBytes(SECRET_BYTES).toString('base64url')
    if (!secret.startsWith('-')) return secret
  }
}

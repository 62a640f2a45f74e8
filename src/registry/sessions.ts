/** Log-ins. A token is 256 random bits; only its SHA-256 is stored. Ending a session publishes `account`, so that open sockets are cut. */
import type { Database } from '../database/database.js'
import { TesheError } from '../errors.js'
import type { User } from '../model/registry.js'
import type { Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { userOf } from './accounts.js'
import type { Audit } from './audit.js'
import { createLoginThrottle } from './login-throttle.js'
import { hashPassword, passwordFits } from './passwords.js'
import { hashOfToken, TOKEN_BYTES, TOKEN_LENGTH } from './tokens.js'

export interface SessionStart {
  /** base64url; goes into the cookie or the Bearer header, and is never stored. */
  token: string
  user: User
  /** ms since 1970. */
  expiresAt: number
}

export interface CurrentSession {
  viewer: Viewer
  user: User
  /** Stable name of the session that gives nothing away. */
  sessionId: string
  /** ms since 1970. */
  expiresAt: number
}

export interface Sessions {
  /** Throws LOGIN_FAILED, or LOGIN_SLOWED after repeated failures of the same name or address. */
  logIn(attempt: { username: string; password: string; address: string }): Promise<SessionStart>
  /** Who holds this token; `null` if it is unknown, ended or expired. Use prolongs it. */
  find(token: string): Promise<CurrentSession | null>
  /** Ends one session. Unknown tokens are fine. */
  end(token: string): Promise<void>
  endAll(userId: string): Promise<void>
  /** Deletes what has expired; the caller decides how often. Returns how many. */
  purge(): Promise<number>
}

export function createSessions({
  database,
  bus,
  audit,
  now,
  randomBytes,
  sessionMs,
}: {
  database: Database
  bus: Bus
  audit: Audit
  now: () => number
  randomBytes: (size: number) => Buffer
  sessionMs: number
}): Sessions {
  const throttle = createLoginThrottle()
  // An unknown name costs as much time as a wrong password, so that nobody can list names by the clock.
  const decoy = hashPassword(randomBytes(TOKEN_BYTES).toString('base64url'))

  async function check(username: string, password: string): Promise<User | null> {
    const account = await database.db
      .selectFrom('account')
      .selectAll()
      .where('username', '=', username)
      .executeTakeFirst()
    const fits = await passwordFits(account?.password_hash ?? (await decoy), password)
    return account && fits && account.disabled_at === null ? userOf(account) : null
  }

  return {
    async logIn({ username, password, address }) {
      const subjects = [`name ${username}`, `address ${address}`]
      const waitMs = throttle.waitMs(subjects, now())
      if (waitMs > 0) throw new TesheError('LOGIN_SLOWED', [Math.ceil(waitMs / 1000)])
      const user = await check(username, password)
      if (!user) {
        throttle.failed(subjects, now())
        const actorName = username.slice(0, 64)
        await audit.record({
          actor: 'unknown',
          actorName,
          action: 'session.failed',
          subject: actorName,
          address,
        })
        throw new TesheError('LOGIN_FAILED', [])
      }
      throttle.succeeded(subjects)
      const token = randomBytes(TOKEN_BYTES).toString('base64url')
      const expiresAt = now() + sessionMs
      await database.db
        .insertInto('session')
        .values({
          token_hash: hashOfToken(token),
          account_id: user.id,
          created_at: now(),
          expires_at: expiresAt,
        })
        .execute()
      await audit.record({
        actor: user.id,
        actorName: user.username,
        action: 'session.start',
        subject: user.id,
        address,
      })
      return { token, user, expiresAt }
    },

    async find(token) {
      if (token.length !== TOKEN_LENGTH) return null
      const tokenHash = hashOfToken(token)
      const row = await database.db
        .selectFrom('session')
        .innerJoin('account', 'account.id', 'session.account_id')
        .selectAll('account')
        .select('session.expires_at')
        .where('session.token_hash', '=', tokenHash)
        .where('session.expires_at', '>', now())
        .where('account.disabled_at', 'is', null)
        .executeTakeFirst()
      if (!row) return null
      let expiresAt = row.expires_at
      // Prolonged in steps of a tenth, or every request would be a write.
      if (expiresAt - now() < sessionMs * 0.9) {
        expiresAt = now() + sessionMs
        await database.db
          .updateTable('session')
          .set({ expires_at: expiresAt })
          .where('token_hash', '=', tokenHash)
          .execute()
      }
      const user = userOf(row)
      return { viewer: viewerOf(user), user, sessionId: tokenHash.slice(0, 16), expiresAt }
    },

    async end(token) {
      const ended = await database.db
        .deleteFrom('session')
        .where('token_hash', '=', hashOfToken(token))
        .returning('account_id')
        .executeTakeFirst()
      if (ended) bus.publish('account', { userId: ended.account_id })
    },

    async endAll(userId) {
      await database.db.deleteFrom('session').where('account_id', '=', userId).execute()
      bus.publish('account', { userId })
    },

    async purge() {
      const { numDeletedRows } = await database.db
        .deleteFrom('session')
        .where('expires_at', '<=', now())
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

function viewerOf(user: User): Viewer {
  return {
    userId: user.id,
    username: user.username,
    role: user.role,
    organisationId: user.organisationId,
    districts: user.districts,
  }
}

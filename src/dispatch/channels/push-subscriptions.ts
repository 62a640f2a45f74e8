/** Which browsers of whom take pushes. A browser belongs to whoever subscribed it last. */
import type { Database } from '../../database/database.js'
import { TesheError } from '../../errors.js'
import type { PushTarget } from './push.js'

export interface PushSubscriptions {
  /** Throws PUSH_HOST_UNKNOWN: the service posts to no address that only a browser names. */
  add(subscription: PushTarget, userId: string): Promise<void>
  /** Of the user's own. */
  remove(endpoint: string, userId: string): Promise<void>
  /** `desk`: everybody who dispatches; else a user's. Disabled accounts have none. */
  targetsOf(address: string): Promise<PushTarget[]>
  forget(endpoint: string): Promise<void>
}

/** Of one person; the oldest goes. */
const MOST_BROWSERS = 10

export function createPushSubscriptions({
  database,
  hosts,
  now,
}: {
  database: Database
  /** Host names of push services; `*.example.org` stands for all below. */
  hosts: readonly string[]
  now: () => number
}): PushSubscriptions {
  const { db } = database
  return {
    async add({ endpoint, p256dh, auth }, userId) {
      const url = URL.canParse(endpoint) ? new URL(endpoint) : null
      if (url?.protocol !== 'https:' || !hosts.some((host) => covers(host, url.hostname)))
        throw new TesheError('PUSH_HOST_UNKNOWN', [url?.hostname ?? endpoint.slice(0, 100)])
      await database.transaction(async (tx) => {
        const row = { user_id: userId, p256dh, auth, created_at: now() }
        await tx.db
          .insertInto('push_subscription')
          .values({ endpoint, ...row })
          .onConflict((conflict) => conflict.column('endpoint').doUpdateSet(row))
          .execute()
        const older = await tx.db
          .selectFrom('push_subscription')
          .select('endpoint')
          .where('user_id', '=', userId)
          .orderBy('created_at', 'desc')
          .orderBy('endpoint')
          .execute()
        const surplus = older.slice(MOST_BROWSERS).map((one) => one.endpoint)
        if (surplus.length > 0)
          await tx.db.deleteFrom('push_subscription').where('endpoint', 'in', surplus).execute()
      })
    },
    async remove(endpoint, userId) {
      await db
        .deleteFrom('push_subscription')
        .where('endpoint', '=', endpoint)
        .where('user_id', '=', userId)
        .execute()
    },
    async targetsOf(address) {
      let targets = db
        .selectFrom('push_subscription')
        .innerJoin('account', 'account.id', 'push_subscription.user_id')
        .where('account.disabled_at', 'is', null)
        .select(['endpoint', 'p256dh', 'auth'])
      targets =
        address === 'desk'
          ? targets.where('account.role', 'in', ['admin', 'dispatcher'])
          : targets.where('user_id', '=', address)
      return await targets.execute()
    },
    async forget(endpoint) {
      await db.deleteFrom('push_subscription').where('endpoint', '=', endpoint).execute()
    },
  }
}

function covers(pattern: string, hostname: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern
}

/**
 * Whose secret is this? For devices that speak HTTP: the same secrets and names as at the gateway thread, looked up in
 * the database and remembered until the bus says that a log-in has changed.
 */
import type { Database } from '../database/database.js'
import type { Bus } from '../runtime/bus.js'
import type { Credentials, DeviceLogin } from './credentials.js'
import { hmacOfSecret } from './device-secrets.js'

export interface SecretLookup {
  /** The log-in that `secret` opens; with a `username` only that one's. `null`: none. */
  find(secret: string, username: string | null): Promise<DeviceLogin | null>
}

/** Log-ins remembered; the one unused for longest is forgotten first. */
const MOST_REMEMBERED = 5_000

export function createSecretLookup({
  database,
  bus,
  credentials,
  secretKey,
  now,
}: {
  database: Database
  bus: Bus
  credentials: Pick<Credentials, 'get'>
  secretKey: Uint8Array
  now: () => number
}): SecretLookup {
  // By HMAC: only what was right once is kept, so guesses push nobody out.
  const loginByHmac = new Map<string, DeviceLogin>()
  let changes = 0

  bus.subscribe('credential', ({ username }) => {
    changes++
    for (const [hmac, login] of loginByHmac) if (login.username === username) loginByHmac.delete(hmac)
  })

  async function read(hmac: string, username: string | null): Promise<DeviceLogin | null> {
    let rows = database.db.selectFrom('device_secret').select('username').where('hmac', '=', hmac)
    if (username !== null) rows = rows.where('username', '=', username)
    const [owner, another] = await rows.limit(2).execute()
    // A secret that two have in common names neither.
    return owner && !another ? await credentials.get(owner.username) : null
  }

  return {
    async find(secret, username) {
      const hmac = hmacOfSecret(secret, secretKey)
      let login = loginByHmac.get(hmac) ?? null
      if (!login || (username !== null && login.username !== username)) {
        const before = changes
        login = await read(hmac, username)
        if (!login) return null
        if (changes === before) remember(hmac, login)
      }
      const own = login.secrets.find((one) => Buffer.from(one.hmac).toString('base64url') === hmac)
      return own && (own.until === null || own.until > now()) ? login : null
    },
  }

  function remember(hmac: string, login: DeviceLogin): void {
    loginByHmac.delete(hmac)
    loginByHmac.set(hmac, login)
    if (loginByHmac.size <= MOST_REMEMBERED) return
    const [oldest] = loginByHmac.keys()
    if (oldest !== undefined) loginByHmac.delete(oldest)
  }
}

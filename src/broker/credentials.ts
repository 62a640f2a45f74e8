/**
 * Who may connect: every log-in in memory, so that 20,000 devices coming back cost 20,000 HMACs and no database.
 * One HMAC a try, whatever was presented: a password, a token in the place of the user name, or nothing of ours.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { isEquipmentId } from '../model/equipment.js'
import type { DeviceLogin } from './messages.js'

/** Bytes that a stranger's secret must have to be put before an operator: shorter ones can be guessed. */
const SHORTEST_CLAIM = 8
/** How much of a token is told: enough to tell two apart, too little to use. */
const TOKEN_SHOWN = 4
/** 256 random bits in base64url, as the registry hands them out. */
const SECRET_FORM = /^[\w-]{43}$/
const HMAC_BYTES = 32

/** The device has shown that it is this log-in; `until` (ms) is when what it showed stops counting, null while it is current. */
export interface LoginAccepted {
  login: DeviceLogin
  by: 'secret' | 'token' | 'certificate'
  /** HMAC of the secret that was shown; null for a certificate. */
  shown: Uint8Array | null
  until: number | null
}

export interface LoginRefused {
  refused: 'login-unknown' | 'login-wrong'
  /** An unknown name came with a secret that could become its own: what the quarantine keeps of it. */
  claim: { username: string; hmac: Uint8Array } | null
}

/** What CONNECT and the socket brought. */
export interface Presented {
  username: string | undefined
  password: Uint8Array | undefined
  /** Names of a client certificate that the TLS listener has found good. */
  certificateIds: readonly string[]
  /** ms since 1970. */
  now: number
}

export interface Credentials {
  /**
   * A certificate opens the log-in of its name, whatever password came with it. A user name with a password opens its
   * own; a user name without one is taken for a token. Secrets are compared in constant time.
   */
  verify(presented: Presented): LoginAccepted | LoginRefused
  set(login: DeviceLogin): void
  remove(username: string): void
  get(username: string): DeviceLogin | undefined
  readonly size: number
}

/** `key` is the server's key under which the HMACs were made; a stolen table without it opens nothing. */
export function createCredentials(key: Uint8Array, initial: readonly DeviceLogin[]): Credentials {
  const loginByName = new Map<string, DeviceLogin>()
  // Keyed by the HMAC as latin1. A secret that two log-ins share names neither of them.
  const namesByHmac = new Map<string, Set<string>>()
  const nobody = new Uint8Array(HMAC_BYTES)

  function set(login: DeviceLogin): void {
    remove(login.username)
    loginByName.set(login.username, login)
    for (const { hmac } of login.secrets) {
      const names = namesByHmac.get(tokenKey(hmac))
      if (names) names.add(login.username)
      else namesByHmac.set(tokenKey(hmac), new Set([login.username]))
    }
  }

  function remove(username: string): void {
    for (const { hmac } of loginByName.get(username)?.secrets ?? []) {
      const names = namesByHmac.get(tokenKey(hmac))
      names?.delete(username)
      if (names?.size === 0) namesByHmac.delete(tokenKey(hmac))
    }
    loginByName.delete(username)
  }

  /** Looks at every secret, so that the time tells neither which one fitted nor whether one did. */
  function bySecret(login: DeviceLogin | undefined, hmac: Uint8Array, now: number) {
    let right: { until: number | null } | null = null
    for (const { hmac: kept, until } of login?.secrets ?? [{ hmac: nobody, until: 0 }])
      if (timingSafeEqual(hmac, kept) && (until === null || until > now)) right = { until }
    return right
  }

  function byToken(hmac: Uint8Array, now: number): LoginAccepted | null {
    const [username, another] = namesByHmac.get(tokenKey(hmac)) ?? []
    const login = username === undefined || another !== undefined ? undefined : loginByName.get(username)
    const right = bySecret(login, hmac, now)
    return login && right ? { login, by: 'token', shown: hmac, until: right.until } : null
  }

  function byCertificate(username: string | undefined, ids: readonly string[]): LoginAccepted | null {
    const named = username === undefined || username === '' ? ids : ids.filter((id) => id === username)
    for (const id of named) {
      const login = loginByName.get(id)
      if (login) return { login, by: 'certificate', shown: null, until: null }
    }
    return null
  }

  for (const login of initial) set(login)

  return {
    verify({ username = '', password, certificateIds, now }) {
      const certified = byCertificate(username, certificateIds)
      if (certified) return certified
      const login = loginByName.get(username)
      const unknown = login ? 'login-wrong' : 'login-unknown'
      if (password === undefined || password.length === 0) {
        const accepted = byToken(hmacOf(key, username), now)
        return accepted ?? { refused: unknown, claim: null }
      }
      const hmac = hmacOf(key, password)
      const right = bySecret(login, hmac, now)
      if (login && right) return { login, by: 'secret', shown: hmac, until: right.until }
      const claims = !login && isEquipmentId(username) && password.length >= SHORTEST_CLAIM
      return { refused: unknown, claim: claims ? { username, hmac } : null }
    },
    set,
    remove,
    get: (username) => loginByName.get(username),
    get size() {
      return loginByName.size
    },
  }
}

/**
 * The user name as logs and audit may have it. Without a password it is a token, and a refused one may be somebody's
 * real secret, mistyped; what has the form of a secret of ours is one whatever came with it.
 */
export function nameForLog(username: string | undefined, hasPassword: boolean): string {
  const name = username ?? ''
  const isToken = !hasPassword || SECRET_FORM.test(name)
  return isToken && name.length > TOKEN_SHOWN ? `${name.slice(0, TOKEN_SHOWN)}… (token)` : name.slice(0, 64)
}

function hmacOf(key: Uint8Array, secret: Uint8Array | string): Uint8Array {
  return createHmac('sha256', key).update(secret).digest()
}

function tokenKey(hmac: Uint8Array): string {
  return Buffer.from(hmac.buffer, hmac.byteOffset, hmac.byteLength).toString('latin1')
}

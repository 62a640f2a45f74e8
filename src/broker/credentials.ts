/** Who may connect: every log-in in memory, so that 20,000 devices coming back cost 20,000 HMACs and no database. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DeviceCredential } from './messages.js'

export type LoginOutcome = { credential: DeviceCredential } | { refused: 'login-unknown' | 'login-wrong' }

export interface Credentials {
  verify(username: string | undefined, password: Uint8Array | undefined): LoginOutcome
  set(credential: DeviceCredential): void
  remove(username: string): void
  readonly size: number
}

/** `key` is the server's key under which the HMACs were made; a stolen table without it opens nothing. */
export function createCredentials(key: Uint8Array, initial: readonly DeviceCredential[]): Credentials {
  const byUsername = new Map(initial.map((credential) => [credential.username, credential]))
  const nobody = Buffer.alloc(32)

  return {
    verify(username, password) {
      const credential = username === undefined ? undefined : byUsername.get(username)
      const hmac = createHmac('sha256', key)
        .update(password ?? nobody)
        .digest()
      const right = timingSafeEqual(hmac, credential?.hmac ?? nobody)
      if (!credential) return { refused: 'login-unknown' }
      return right ? { credential } : { refused: 'login-wrong' }
    },
    set: (credential) => void byUsername.set(credential.username, credential),
    remove: (username) => void byUsername.delete(username),
    get size() {
      return byUsername.size
    },
  }
}

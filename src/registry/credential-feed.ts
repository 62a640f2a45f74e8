/**
 * Carries changes of device log-ins to the gateway: none between reading all of them and the gateway's start is missed,
 * a database that is away delays a change instead of losing it, and the last word on a name is always the newest.
 */
import { messageOf } from '../errors.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import type { Credentials, DeviceLogin } from './credentials.js'

const RETRY_MS = 1_000
const SETTLE_MS = 5_000

/** `null` ends a log-in. `cut`: its open connections end too. */
export type LoginReceiver = (username: string, login: DeviceLogin | null, cut: boolean) => void

export interface CredentialFeed {
  /** Every log-in that counts; changes from now on are kept for `deliver`. */
  all(): Promise<DeviceLogin[]>
  /** Hands over what has changed since `all`, and every change to come. */
  deliver(to: LoginReceiver): void
  /**
   * Resolves when every change made so far has been handed over, so that whoever is given a secret may use it at once
   * and whoever revoked one may rely on it. After `SETTLE_MS` at the latest: with the database away it comes by itself.
   */
  settled(): Promise<void>
  close(): void
}

export function createCredentialFeed({
  bus,
  credentials,
  log,
  now,
  sleep,
}: {
  bus: Bus
  credentials: Pick<Credentials, 'all' | 'get'>
  log: Logger
  now: () => number
  sleep: Sleep
}): CredentialFeed {
  const closing = new AbortController()
  /** Changed and not delivered yet, with whether to cut. */
  const cutByName = new Map<string, boolean>()
  const following = new Set<string>()
  let receiver: LoginReceiver | null = null
  let idle: () => void = () => {}

  function changed(username: string, cut: boolean): void {
    cutByName.set(username, cut || (cutByName.get(username) ?? false))
    if (receiver && !following.has(username)) void follow(username, receiver)
  }

  const subscriptions = [
    bus.subscribe('credential', ({ username, cut }) => changed(username, cut)),
    // New equipment may log in by certificate before it has a secret.
    bus.subscribe('equipment', ({ id }) => changed(id, false)),
  ]

  /** One at a time for a name: an answer that was overtaken by another change is read again. */
  async function follow(username: string, deliver: LoginReceiver): Promise<void> {
    following.add(username)
    while (cutByName.has(username) && !closing.signal.aborted) {
      const cut = cutByName.get(username) ?? false
      cutByName.delete(username)
      try {
        deliver(username, await credentials.get(username), cut)
      } catch (error) {
        cutByName.set(username, cut || (cutByName.get(username) ?? false))
        log.error({ username, error: messageOf(error) }, 'a changed log-in waits for the database')
        await sleep(now() + RETRY_MS, closing.signal)
      }
    }
    following.delete(username)
    if (following.size > 0) return
    idle()
    idle = () => {}
  }

  return {
    all: () => credentials.all(),
    deliver(to) {
      receiver = to
      for (const username of [...cutByName.keys()]) void follow(username, to)
    },
    async settled() {
      // The bus tells of a change in a later turn than its transaction ends.
      await new Promise((resolve) => setImmediate(resolve))
      if (following.size === 0) return
      const waiting = new AbortController()
      const allDelivered = new Promise<void>((resolve) => {
        const before = idle
        idle = () => {
          before()
          resolve()
        }
      })
      await Promise.race([allDelivered, sleep(now() + SETTLE_MS, waiting.signal)])
      waiting.abort()
    },
    close() {
      for (const unsubscribe of subscriptions) unsubscribe()
      closing.abort()
    },
  }
}

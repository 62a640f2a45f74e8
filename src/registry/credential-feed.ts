/**
 * Carries changes of device log-ins to the gateway: none between reading all of them and the gateway's start is missed,
 * and a database that is away delays a change instead of losing it.
 */
import { messageOf } from '../errors.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import type { Credentials, DeviceCredential } from './credentials.js'

const RETRY_MS = 1_000

export interface CredentialFeed {
  /** Every log-in that counts; changes from now on are kept for `deliver`. */
  all(): Promise<DeviceCredential[]>
  /** Hands over what has changed since `all`, and every change to come. `null` ends a log-in. */
  deliver(to: (username: string, credential: DeviceCredential | null) => void): void
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
  const changed = new Set<string>()
  let receiver: ((username: string, credential: DeviceCredential | null) => void) | null = null

  const unsubscribe = bus.subscribe('credential', ({ username }) => {
    if (receiver) void follow(username)
    else changed.add(username)
  })

  async function follow(username: string): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        const credential = await credentials.get(username)
        receiver?.(username, credential)
        return
      } catch (error) {
        log.error({ username, error: messageOf(error) }, 'a changed log-in waits for the database')
        await sleep(now() + RETRY_MS, closing.signal)
      }
    }
  }

  return {
    all: () => credentials.all(),
    deliver(to) {
      receiver = to
      for (const username of changed) void follow(username)
      changed.clear()
    },
    close() {
      unsubscribe()
      closing.abort()
    },
  }
}

/**
 * Wakes a thread that waits for more to read. The sleeper raises a flag in shared memory, the waker lowers it and sends
 * one message; while nobody sleeps, nothing is sent.
 */
import type { MessagePort } from 'node:worker_threads'

export interface Sleeper {
  /** Resolves when woken or after `ms`; `hasMore` is asked once more after the flag is up, so that no wake-up is lost. */
  sleep(ms: number, hasMore: () => boolean): Promise<void>
  /** Wakes a sleep from within. */
  wake(): void
  close(): void
}

export function createSleeper(port: MessagePort, asleep: SharedArrayBuffer): Sleeper {
  const flag = new Int32Array(asleep)
  let awaken: (() => void) | null = null
  port.on('message', () => awaken?.())

  return {
    sleep(ms, hasMore) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => awaken?.(), ms)
        awaken = () => {
          awaken = null
          clearTimeout(timer)
          Atomics.store(flag, 0, 0)
          resolve()
        }
        Atomics.store(flag, 0, 1)
        if (hasMore()) awaken()
      })
    },
    wake: () => awaken?.(),
    close: () => port.close(),
  }
}

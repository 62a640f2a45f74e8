/**
 * Wakes a thread that waits for more to read. The sleeper raises a flag in shared memory, the waker lowers it and sends
 * one message; while nobody sleeps, nothing is sent.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** One end of a wake-up line: whoever sleeps raises `asleep`, whoever wakes lowers it and posts to its `port`. */
export interface WakeUpEnd {
  port: MessagePort
  asleep: SharedArrayBuffer
}

/** A line between two threads; each end goes to one of them. */
export function createWakeUpLine(): { waker: WakeUpEnd; sleeper: WakeUpEnd } {
  const { port1, port2 } = new MessageChannel()
  const asleep = new SharedArrayBuffer(4)
  return { waker: { port: port1, asleep }, sleeper: { port: port2, asleep } }
}

export interface Sleeper {
  /** Resolves when woken or after `ms`; `hasMore` is asked once more after the flag is up, so that no wake-up is lost. */
  sleep(ms: number, hasMore: () => boolean): Promise<void>
  /** Wakes a sleep from within. */
  wake(): void
  close(): void
}

export function createSleeper({ port, asleep }: WakeUpEnd): Sleeper {
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

/** A clock that stands still until the test turns it. */
import type { Sleep } from '../../src/runtime/sleep.js'

export interface Clock {
  now: () => number
  sleep: Sleep
  /** Turns the clock on and wakes whoever slept until then. */
  advance(ms: number): void
  /** How many sleep at this moment. */
  sleepers(): number
}

export function createClock(start: number): Clock {
  let time = start
  const sleeping = new Set<{ until: number; wake: () => void }>()
  return {
    now: () => time,
    sleep: (until, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || until <= time) return resolve()
        const sleeper = {
          until,
          wake: () => {
            sleeping.delete(sleeper)
            resolve()
          },
        }
        sleeping.add(sleeper)
        signal.addEventListener('abort', sleeper.wake, { once: true })
      }),
    advance(ms) {
      time += ms
      for (const sleeper of [...sleeping]) if (sleeper.until <= time) sleeper.wake()
    },
    sleepers: () => sleeping.size,
  }
}

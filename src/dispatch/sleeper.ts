/** A loop that works, sleeps until the time its work names, and can be woken earlier. */
import type { Sleep } from '../runtime/sleep.js'

export interface Sleeper {
  /** Aborted once the loop is to end. */
  signal: AbortSignal
  /** Wakes the loop if it would sleep beyond `time` (ms since 1970). */
  wakeBefore(time: number): void
  /** Works, sleeps until what `work` returned, and so on until `end`. */
  loop(work: () => Promise<number>): Promise<void>
  end(): void
}

export function createSleeper({ sleep }: { sleep: Sleep }): Sleeper {
  const ending = new AbortController()
  let waking = new AbortController()
  let until = Number.NEGATIVE_INFINITY
  // What was asked for while the work ran; it may have looked before that was written.
  let asked = Number.POSITIVE_INFINITY

  return {
    signal: ending.signal,
    wakeBefore(time) {
      asked = Math.min(asked, time)
      if (time < until) waking.abort()
    },
    async loop(work) {
      while (!ending.signal.aborted) {
        asked = Number.POSITIVE_INFINITY
        const named = await work()
        until = Math.min(named, asked)
        waking = new AbortController()
        await sleep(until, AbortSignal.any([ending.signal, waking.signal]))
        until = Number.NEGATIVE_INFINITY
      }
    },
    end: () => ending.abort(),
  }
}

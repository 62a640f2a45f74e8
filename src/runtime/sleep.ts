/** Waiting as a value: loops take it as an argument, so that tests turn the clock by hand. */

/** Resolves at `until` (ms since 1970) or when the signal is aborted, whichever is first. Never rejects. */
export type Sleep = (until: number, signal: AbortSignal) => Promise<void>

// A timer above 2³¹ ms would fire at once; whoever waits longer looks again in between.
const LONGEST_TIMER_MS = 0x7fffffff

/** The real clock. Its timers do not keep the process alive. */
export function createSleep(now: () => number): Sleep {
  return (until, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const ms = Math.min(Math.max(0, until - now()), LONGEST_TIMER_MS)
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      timer.unref()
      signal.addEventListener('abort', done, { once: true })
    })
}

/** Waiting as a value: loops take it as an argument, so that tests turn the clock by hand. */

/** Resolves at `until` (ms since 1970) or when the signal is aborted, whichever is first. Never rejects. */
export type Sleep = (until: number, signal: AbortSignal) => Promise<void>

/** ms after which a clock that was turned forward is noticed. */
const LOOK_MS = 1000

/**
 * The real clock. When it is turned forward beyond `until`, sleepers wake at the next look; when it is turned back, they
 * sleep no longer than was asked for. Its timers do not keep the process alive.
 */
export function createSleep(now: () => number): Sleep {
  return (until, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const latest = performance.now() + Math.max(0, until - now())
      const left = () => Math.min(until - now(), latest - performance.now())
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const look = () => {
        const ms = left()
        if (ms <= 0) return done()
        timer = setTimeout(look, Math.min(ms, LOOK_MS)).unref()
      }
      let timer = setTimeout(look, Math.min(Math.max(0, left()), LOOK_MS)).unref()
      signal.addEventListener('abort', done, { once: true })
    })
}

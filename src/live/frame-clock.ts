/** When frames are cut: at once after a quiet time, otherwise one `FRAME_MS` after the last, and never for nothing. */
import { FRAME_MS } from './viewers.js'

export interface FrameClock {
  /** Something changed. */
  soon(): void
  stop(): void
}

export function createFrameClock({
  flush,
  now,
}: {
  /** Sends what changed; true when somebody has to be served again. */
  flush: (now: number) => boolean
  /** ms since 1970. */
  now: () => number
}): FrameClock {
  let timer: NodeJS.Timeout | null = null
  let flushedAt = 0

  function run(): void {
    timer = null
    flushedAt = now()
    if (flush(flushedAt)) soon()
  }
  function soon(): void {
    // A clock that was set back must not hold frames for hours.
    timer ??= setTimeout(run, Math.min(FRAME_MS, Math.max(0, flushedAt + FRAME_MS - now())))
  }

  return {
    soon,
    stop() {
      if (timer) clearTimeout(timer)
    },
  }
}

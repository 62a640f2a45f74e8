/** Closing in reverse order of opening, each step named, the whole bounded in time. */
import { messageOf } from '../errors.js'
import type { Logger } from './log.js'

export interface Closer {
  /** Called in the same line in which something is opened. */
  push(name: string, close: () => void | Promise<void>): void
  /** Idempotent. Steps that fail are logged, the rest still run. */
  close(): Promise<void>
}

export function createCloser({
  log,
  stepTimeoutMs = 8_000,
}: {
  log: Logger
  stepTimeoutMs?: number
}): Closer {
  const steps: { name: string; close: () => void | Promise<void> }[] = []
  let closing: Promise<void> | null = null

  async function runStep(name: string, close: () => void | Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), stepTimeoutMs)
    })
    try {
      const outcome = await Promise.race([Promise.resolve(close()).then(() => 'done' as const), late])
      if (outcome === 'late')
        log.error({ step: name, stepTimeoutMs }, 'closing step took too long and was left')
    } catch (error) {
      log.error({ step: name, error: messageOf(error) }, 'closing step failed')
    } finally {
      clearTimeout(timer)
    }
  }

  async function closeAll(): Promise<void> {
    for (let step = steps.pop(); step; step = steps.pop()) await runStep(step.name, step.close)
  }

  return {
    push: (name, close) => void steps.push({ name, close }),
    close: () => (closing ??= closeAll()),
  }
}

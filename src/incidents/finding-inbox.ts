/**
 * Takes findings from the rule workers in their order and does not let go before the database has them: a database that
 * is away makes them wait, it never makes them disappear.
 */
import { messageOf } from '../errors.js'
import type { Finding } from '../model/finding.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 5_000

export interface FindingInbox {
  /** Resolves when the database holds them. Never rejects while open; after `close` it never resolves. */
  take(findings: readonly Finding[]): Promise<void>
  /** ms since 1970 since when the database has refused, or `null`. */
  stuckSince(): number | null
  close(): void
}

export function createFindingInbox({
  receive,
  log,
  now,
  sleep,
}: {
  receive: (findings: readonly Finding[]) => Promise<void>
  log: Logger
  now: () => number
  sleep: Sleep
}): FindingInbox {
  const closing = new AbortController()
  let last: Promise<void> = Promise.resolve()
  let stuck: number | null = null

  async function store(findings: readonly Finding[]): Promise<void> {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      if (closing.signal.aborted) return new Promise(() => {})
      try {
        await receive(findings)
        stuck = null
        return
      } catch (error) {
        stuck ??= now()
        log.error({ findings: findings.length, error: messageOf(error) }, 'findings wait for the database')
        await sleep(now() + wait, closing.signal)
      }
    }
  }

  return {
    take(findings) {
      last = last.then(() => store(findings))
      return last
    },
    stuckSince: () => stuck,
    close: () => closing.abort(),
  }
}

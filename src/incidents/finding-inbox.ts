/**
 * Takes findings from the rule workers in their order and does not let go before the database has them. A database that
 * is away makes all of them wait; a finding that alone cannot be stored waits alone, loudly, and holds up nobody.
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
  /** ms since 1970 since when something waits that the database has refused, or `null`. */
  stuckSince(): number | null
  close(): void
}

export interface FindingInboxOptions {
  receive: (findings: readonly Finding[]) => Promise<void>
  /** Rejects when the database does not answer at all. */
  ping: () => Promise<void>
  log: Logger
  now: () => number
  sleep: Sleep
}

export function createFindingInbox({ receive, ping, log, now, sleep }: FindingInboxOptions): FindingInbox {
  const closing = new AbortController()
  /** When it began, by what waits. */
  const stuckSince = new Map<readonly Finding[], number>()
  let last: Promise<unknown> = Promise.resolve()

  /** Tries until all are stored, or until only those are left that the database refuses while it answers. */
  async function storeInTurn(findings: readonly Finding[]): Promise<Finding[]> {
    for (let wait = FIRST_RETRY_MS; !closing.signal.aborted; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      try {
        await receive(findings)
        stuckSince.delete(findings)
        return []
      } catch (error) {
        if (!stuckSince.has(findings)) stuckSince.set(findings, now())
        log.error({ findings: findings.length, error: messageOf(error) }, 'findings wait for the database')
        if (await answers()) {
          stuckSince.delete(findings)
          return await oneByOne(findings)
        }
      }
      await sleep(now() + wait, closing.signal)
    }
    return [...findings]
  }

  async function answers(): Promise<boolean> {
    try {
      await ping()
      return true
    } catch {
      return false // the caller has logged why
    }
  }

  async function oneByOne(findings: readonly Finding[]): Promise<Finding[]> {
    const refused: Finding[] = []
    for (const finding of findings) {
      try {
        await receive([finding])
      } catch (error) {
        log.error({ finding: finding.id, error: messageOf(error) }, 'a finding cannot be stored')
        refused.push(finding)
      }
    }
    return refused
  }

  async function storeBeside(refused: Finding[]): Promise<void> {
    let left = refused
    if (left.length > 0) stuckSince.set(refused, now())
    while (left.length > 0) {
      if (closing.signal.aborted) return new Promise(() => {})
      await sleep(now() + LONGEST_RETRY_MS, closing.signal)
      left = await oneByOne(left)
    }
    stuckSince.delete(refused)
  }

  return {
    take(findings) {
      const turn = last.then(() => storeInTurn(findings))
      last = turn
      return turn.then(storeBeside)
    },
    stuckSince: () => (stuckSince.size === 0 ? null : Math.min(...stuckSince.values())),
    close: () => closing.abort(),
  }
}

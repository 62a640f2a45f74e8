/** Slows down guessing: after some failures of a name or an address, each further one doubles the wait. Kept in memory, bounded. */

const FREE_FAILURES = 5
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 5 * 60_000
const FORGET_AFTER_MS = 15 * 60_000
// An attacker with many names must not grow this without bound; the oldest is forgotten first.
const MAX_TRACKED = 10_000

export interface LoginThrottle {
  /** ms to wait before the next attempt of any of these subjects; 0 when it may go on. */
  waitMs(subjects: readonly string[], now: number): number
  failed(subjects: readonly string[], now: number): void
  succeeded(subjects: readonly string[]): void
}

export function createLoginThrottle(): LoginThrottle {
  const failuresBySubject = new Map<string, { count: number; last: number }>()

  function waitOf(subject: string, now: number): number {
    const failures = failuresBySubject.get(subject)
    if (!failures || failures.count < FREE_FAILURES) return 0
    if (now - failures.last > FORGET_AFTER_MS) return 0
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures.count - FREE_FAILURES))
    return Math.max(0, failures.last + wait - now)
  }

  return {
    waitMs: (subjects, now) => Math.max(0, ...subjects.map((subject) => waitOf(subject, now))),
    failed(subjects, now) {
      for (const subject of subjects) {
        const before = failuresBySubject.get(subject)
        const count = before && now - before.last <= FORGET_AFTER_MS ? before.count + 1 : 1
        failuresBySubject.delete(subject)
        failuresBySubject.set(subject, { count, last: now })
      }
      for (const oldest of failuresBySubject.keys()) {
        if (failuresBySubject.size <= MAX_TRACKED) break
        failuresBySubject.delete(oldest)
      }
    },
    succeeded(subjects) {
      for (const subject of subjects) failuresBySubject.delete(subject)
    },
  }
}

/**
 * Slows down guessing at device secrets. It holds answers back and never refuses one, so that nobody can lock a device
 * out by guessing at its name or from behind its address.
 *
 * - Failures are counted by name and by address (IPv6: by its /64). After a few free ones each further failure doubles
 *   how long the next answer is held back, up to 30 s; a quarter of an hour without a failure forgets them. Whoever
 *   guesses holds a connection for each guess meanwhile, and connections per address are bounded.
 * - A right secret is held back for a second at most, while its name or its address has failures to its account. It has
 *   to be: an answer that comes at once when right would make silence an answer too, and a guesser would hang up on it.
 *   One second is what a device pays whose neighbour behind the same router has lost its secret.
 * - A success forgets the failures of that name, not of the address: else a guesser with one log-in of its own would
 *   wash its address clean between guesses.
 * - Tokens have no name: they count for the address alone. So do user names beyond `MAX_TRACKED`, the oldest of which
 *   are forgotten first: a flood of names costs its address all the same.
 */

/** How one kind of subject is braked. */
interface Scale {
  /** Failures that cost nothing: a typing error, a gateway with three old secrets. */
  free: number
}

const BY_NAME: Scale = { free: 3 }
/** Many devices may stand behind one address, and some of them may be wrong. */
const BY_ADDRESS: Scale = { free: 20 }
const FIRST_HOLD_MS = 500
const LONGEST_HOLD_MS = 30_000
const LONGEST_HOLD_WHEN_RIGHT_MS = 1_000
const FORGET_AFTER_MS = 15 * 60_000
/** Names, and as many addresses. */
const MAX_TRACKED = 20_000

export interface LoginBrake {
  /** ms for which a wrong answer would be held back now; `username` null for a token. Counts nothing. */
  delayFor(address: string, username: string | null): number
  /** Counts a wrong secret; returns the ms to hold the refusal back. */
  failed(address: string, username: string | null): number
  /** Forgets the failures of the name; returns the ms to hold the acceptance back, mostly 0. */
  succeeded(address: string, username: string | null): number
}

/** `now`: ms since 1970. */
export function createLoginBrake({ now }: { now: () => number }): LoginBrake {
  const names = createFailures(BY_NAME)
  const addresses = createFailures(BY_ADDRESS)

  function delayFor(address: string, username: string | null): number {
    const at = now()
    return Math.max(
      addresses.holdMs(networkOf(address), at),
      username === null ? 0 : names.holdMs(username, at),
    )
  }

  return {
    delayFor,
    failed(address, username) {
      const at = now()
      addresses.add(networkOf(address), at)
      if (username !== null) names.add(username, at)
      return delayFor(address, username)
    },
    succeeded(address, username) {
      const delay = delayFor(address, username)
      if (username !== null) names.forget(username)
      return Math.min(delay, LONGEST_HOLD_WHEN_RIGHT_MS)
    },
  }
}

function createFailures({ free }: Scale) {
  const failuresBySubject = new Map<string, { count: number; last: number }>()
  return {
    holdMs(subject: string, at: number): number {
      const failures = failuresBySubject.get(subject)
      if (!failures || failures.count <= free || at - failures.last > FORGET_AFTER_MS) return 0
      return Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (failures.count - free - 1))
    },
    add(subject: string, at: number): void {
      const before = failuresBySubject.get(subject)
      const count = before && at - before.last <= FORGET_AFTER_MS ? before.count + 1 : 1
      // To the end of the map: the first one in it is the one that failed longest ago.
      failuresBySubject.delete(subject)
      failuresBySubject.set(subject, { count, last: at })
      if (failuresBySubject.size <= MAX_TRACKED) return
      const [oldest] = failuresBySubject.keys()
      if (oldest !== undefined) failuresBySubject.delete(oldest)
    },
    forget: (subject: string) => void failuresBySubject.delete(subject),
  }
}

/** What one party holds: an IPv4 address, or the /64 of an IPv6 address, of which a household has 2^64. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [front = '', back] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = front === '' ? [] : front.split(':')
  if (back !== undefined) {
    const tail = back === '' ? [] : back.split(':')
    while (groups.length + tail.length < 8) groups.push('0')
    groups.push(...tail)
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}

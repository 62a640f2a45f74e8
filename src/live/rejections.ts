/**
 * The last payloads of each equipment and log-in that could not be read, for whoever asks why its values are not there.
 * Bounded, and lost with a restart: the payloads themselves stay in the journal.
 */

/** Kept of one name, and names kept; who was silent longest is forgotten first. */
const KEPT = 5
const NAMES = 10_000

export interface RecentRejection {
  /** ms since 1970. */
  at: number
  reason: string
  detail: string
  /** How the payload begins, a character for each byte. */
  head: string
}

export interface RecentRejections {
  /** `name`: an equipment or a log-in. */
  note(name: string, rejection: RecentRejection): void
  /** Newest first. */
  of(name: string): RecentRejection[]
}

export function createRecentRejections({ names = NAMES }: { names?: number } = {}): RecentRejections {
  const recentByName = new Map<string, RecentRejection[]>()
  return {
    note(name, rejection) {
      const recent = recentByName.get(name) ?? []
      recentByName.delete(name)
      recentByName.set(name, recent)
      recent.unshift(rejection)
      if (recent.length > KEPT) recent.pop()
      if (recentByName.size <= names) return
      const [longestSilent] = recentByName.keys()
      if (longestSilent !== undefined) recentByName.delete(longestSilent)
    },
    of: (name) => [...(recentByName.get(name) ?? [])],
  }
}

/** How the findings of two rule sets over the same part differ: found by one only, earlier, later, or sent for by one only. */
import type { BacktestDifference, DifferenceKind, Episode, FindingDifference } from '../../model/backtest.js'
import { reportedAt } from './episodes.js'

export interface DifferenceCount {
  /** Both sets' episodes of one part. */
  add(draft: readonly Episode[], live: readonly Episode[]): void
  result(): BacktestDifference
}

export function createDifference(keep: number): DifferenceCount {
  const counts: Record<DifferenceKind, number> = {
    'only-draft': 0,
    'only-live': 0,
    earlier: 0,
    later: 0,
    'ordered-only-draft': 0,
    'ordered-only-live': 0,
  }
  const listed: FindingDifference[] = []
  let same = 0

  function count(draft: Episode | null, live: Episode | null): void {
    const one = draft ?? live
    const kind = kindOf(draft, live)
    if (kind === null) same++
    if (!one || kind === null) return
    counts[kind]++
    if (listed.length >= keep) return
    listed.push({
      kind,
      equipment: one.equipment,
      pattern: one.pattern,
      draft: draft?.id ?? null,
      live: live?.id ?? null,
      at: reportedAt(one),
      shiftMs: draft && live ? shiftOf(draft, live) : 0,
    })
  }

  return {
    add(draft, live) {
      const unmatched = byKey(live)
      for (const episode of draft) {
        const candidates = unmatched.get(keyOf(episode))
        const partner = candidates?.find((one) => isSame(episode, one)) ?? null
        if (partner) candidates?.splice(candidates.indexOf(partner), 1)
        count(episode, partner)
      }
      for (const left of unmatched.values()) for (const episode of left) count(null, episode)
    },
    result: () => ({ same, counts, listed: listed.sort((a, b) => a.at - b.at) }),
  }
}

function kindOf(draft: Episode | null, live: Episode | null): DifferenceKind | null {
  if (!live) return 'only-draft'
  if (!draft) return 'only-live'
  if (draft.orderedAt !== null && live.orderedAt === null) return 'ordered-only-draft'
  if (draft.orderedAt === null && live.orderedAt !== null) return 'ordered-only-live'
  const shift = shiftOf(draft, live)
  return shift === 0 ? null : shift < 0 ? 'earlier' : 'later'
}

/** By the first report; by the order where that is the same. */
function shiftOf(draft: Episode, live: Episode): number {
  const reported = reportedAt(draft) - reportedAt(live)
  return reported !== 0 ? reported : (draft.orderedAt ?? 0) - (live.orderedAt ?? 0)
}

/** The same moment in which it became pending, or times that overlap. */
function isSame(a: Episode, b: Episode): boolean {
  if (a.id === b.id) return true
  return (
    a.since <= (b.clearedAt ?? Number.POSITIVE_INFINITY) &&
    b.since <= (a.clearedAt ?? Number.POSITIVE_INFINITY)
  )
}

function keyOf({ equipment, pattern }: Episode): string {
  return `${equipment} ${pattern}`
}

function byKey(episodes: readonly Episode[]): Map<string, Episode[]> {
  const grouped = new Map<string, Episode[]>()
  for (const episode of episodes) {
    const list = grouped.get(keyOf(episode))
    if (list) list.push(episode)
    else grouped.set(keyOf(episode), [episode])
  }
  return grouped
}

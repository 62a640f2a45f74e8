/** Adds up what one rule set found: counts of everything by pattern, and the first of it in full. */
import type { Episode, PatternTally, SideResult, WouldBeIncident } from '../../model/backtest.js'
import type { Observability } from '../messages.js'
import { reportedAt } from './episodes.js'

export interface Tally {
  add(episodes: readonly Episode[], incidents: readonly WouldBeIncident[]): void
  /** What one equipment allowed. */
  observe(rows: readonly Observability[]): void
  result(): Omit<SideResult, 'version' | 'agreement'>
}

export function createTally(keep: number): Tally {
  const byPattern = new Map<string, PatternTally>()
  const totals = { findings: 0, incidents: 0, dispatches: 0 }
  let findings: Episode[] = []
  let incidents: WouldBeIncident[] = []

  function of(pattern: string): PatternTally {
    const known = byPattern.get(pattern)
    if (known) return known
    const counts = { findings: 0, incidents: 0, dispatches: 0, suppressed: 0, late: 0 }
    const fresh = { pattern, ...counts, observableOn: 0, notObservableOn: 0 }
    byPattern.set(pattern, fresh)
    return fresh
  }

  return {
    add(moreEpisodes, moreIncidents) {
      for (const { pattern, suppressed } of moreEpisodes) {
        totals.findings++
        const tally = of(pattern)
        tally.findings++
        if (suppressed === 'late') tally.late++
        else if (suppressed !== null) tally.suppressed++
      }
      for (const { pattern, orderedAt } of moreIncidents) {
        totals.incidents++
        of(pattern).incidents++
        if (orderedAt === null) continue
        totals.dispatches++
        of(pattern).dispatches++
      }
      findings = firstOf([...findings, ...moreEpisodes], reportedAt, keep)
      incidents = firstOf([...incidents, ...moreIncidents], ({ openedAt }) => openedAt, keep)
    },
    observe(rows) {
      for (const { pattern, missing } of rows)
        of(pattern)[missing.length === 0 ? 'observableOn' : 'notObservableOn']++
    },
    result: () => ({
      ...totals,
      patterns: [...byPattern.values()].sort((a, b) => (a.pattern < b.pattern ? -1 : 1)),
      listed: { findings, incidents },
    }),
  }
}

function firstOf<T>(all: T[], at: (one: T) => number, keep: number): T[] {
  return all.sort((a, b) => at(a) - at(b)).slice(0, keep)
}

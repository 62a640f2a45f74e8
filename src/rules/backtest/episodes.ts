/**
 * The findings of one rule set over one part of a back-test, put together as episodes: one for each id, with the time of
 * every stage. What began in the warm-up is known, so that it is not taken for new, and not counted.
 */
import type { BacktestSource, Episode } from '../../model/backtest.js'
import type { Finding } from '../../model/finding.js'
import { higherPriority } from '../../model/incident.js'
import type { Disposition } from '../../model/incident-view.js'

/** What the desk makes of findings; `createRehearsal` of the incidents. */
export interface Desk {
  take(finding: Finding, now: number): Disposition | null
  end(now: number): void
}

export interface Episodes {
  /** `now`: ms since 1970, our clock when it would have been reported. */
  take(finding: Finding, now: number): void
  /** Those that were first reported in the range, in that order. */
  counted(): Episode[]
}

export function createEpisodes({
  source,
  desk,
  from,
}: {
  source: BacktestSource
  desk: Desk
  /** ms since 1970; what is reported before belongs to the warm-up. */
  from: number
}): Episodes {
  const episodeById = new Map<string, Episode>()
  const counted: Episode[] = []
  return {
    take(finding, now) {
      const disposition = desk.take(finding, now)
      const known = episodeById.get(finding.id)
      if (known) return grow(known, finding, disposition)
      const episode = episodeOf(finding, disposition ?? 'low-priority', source)
      episodeById.set(finding.id, episode)
      if (now >= from) counted.push(episode)
    },
    counted: () => counted,
  }
}

function grow(episode: Episode, finding: Finding, disposition: Disposition | null): void {
  reach(episode, finding)
  episode.priority = higherPriority(episode.priority, finding.priority)
  episode.confidence = finding.confidence
  episode.suppressed = finding.suppressed
  episode.needsConfirmation = finding.needsConfirmation
  if (disposition !== null) episode.disposition = disposition
}

function episodeOf(finding: Finding, disposition: Disposition, source: BacktestSource): Episode {
  const { id, equipment, pattern, priority, since, confidence, suppressed, needsConfirmation } = finding
  const episode: Episode = {
    id,
    equipment,
    pattern,
    class: finding.class,
    priority,
    since,
    shownAt: null,
    orderedAt: null,
    clearedAt: null,
    confidence,
    suppressed,
    needsConfirmation,
    disposition,
    source,
  }
  reach(episode, finding)
  return episode
}

function reach(episode: Episode, { stage, at }: Finding): void {
  switch (stage) {
    case 'shown':
      episode.shownAt ??= at
      return
    case 'ordered':
      episode.orderedAt ??= at
      return
    case 'cleared':
      episode.clearedAt ??= at
      return
  }
}

/** ms since 1970 of the first report of an episode. */
export function reportedAt({ shownAt, orderedAt, clearedAt, since }: Episode): number {
  return shownAt ?? orderedAt ?? clearedAt ?? since
}

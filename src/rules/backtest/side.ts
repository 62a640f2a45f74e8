/**
 * One rule set under test: plays parts of the back-test, no equipment in two of them, and adds up what it found. Each
 * part has a desk of its own, which carries incidents over from history to journal.
 */
import type { EquipmentDirectory } from '../../codecs/directory.js'
import type {
  BacktestSource,
  Episode,
  LabelledIncident,
  SideResult,
  WouldBeIncident,
} from '../../model/backtest.js'
import type { RuleSet } from '../../model/rule-set.js'
import type { Engine } from '../engine.js'
import { createAgreement } from './agreement.js'
import { createEngineOf } from './engine-of.js'
import { createEpisodes, type Desk, type Episodes, reportedAt } from './episodes.js'
import { createTally } from './tally.js'

/** A desk without people, which knows the incidents that it would have had. */
export interface RehearsalDesk extends Desk {
  readonly incidents: readonly WouldBeIncident[]
}

/** ms since 1970, our clock of the record or tick that is played. */
export interface PlayClock {
  now: number
}

export interface Stretch {
  directory: EquipmentDirectory
  shards: readonly number[]
  source: BacktestSource
  /** Whether what a pattern says at this moment counts. */
  judges?: (pattern: string) => boolean
}

export interface Side {
  /** Begins a part. */
  begin(): void
  /** A fresh engine, for records that follow each other. */
  open(stretch: Stretch): Engine
  /** What comes after in this part does not follow what was before: what holds is taken to end. */
  cut(): void
  /** Which of its patterns these equipment could be judged by. */
  observe(engine: Engine, equipment: Iterable<string>): void
  /** Ends the part; what it found, by report. */
  end(labelled: readonly LabelledIncident[]): Episode[]
  result(): SideResult
}

export function createSide({
  rules,
  from,
  keep,
  clock,
  createDesk,
}: {
  rules: RuleSet
  /** ms since 1970; before it is warm-up. */
  from: number
  keep: number
  clock: PlayClock
  createDesk: () => RehearsalDesk
}): Side {
  const tally = createTally(keep)
  const agreement = createAgreement()
  let desk = createDesk()
  let stretches: Episodes[] = []

  return {
    begin() {
      desk = createDesk()
      stretches = []
    },
    open({ directory, shards, source, judges }) {
      const episodes = createEpisodes({ source, desk, from })
      stretches.push(episodes)
      return createEngineOf(rules, {
        directory,
        shards,
        emit(finding) {
          if (judges === undefined || judges(finding.pattern)) episodes.take(finding, clock.now)
        },
      })
    },
    cut: () => desk.end(clock.now),
    observe(engine, equipment) {
      for (const id of equipment) tally.observe(engine.observability(id))
    },
    end(labelled) {
      const episodes = stretches.flatMap((one) => one.counted()).sort((a, b) => reportedAt(a) - reportedAt(b))
      const incidents = desk.incidents.filter(({ openedAt }) => openedAt >= from)
      tally.add(episodes, incidents)
      agreement.add(incidents, labelled)
      return episodes
    },
    result: () => ({ version: rules.version, ...tally.result(), agreement: agreement.result() }),
  }
}

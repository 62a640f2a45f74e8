/**
 * One equipment seen along one line of time: its facts, and the machines of its patterns. Readings that continue the
 * story go down the main lane; those older than what is known already get a side lane, so that the past of a device is
 * judged too and never taken for its present.
 */
import type { Machine } from './condition.js'
import { type Facts, keepNewest } from './facts.js'
import { createOwnEpisodes, type OwnEpisodes } from './own-episodes.js'

/** How a lane's newest reading stands in time. `doubtful`: its clock cannot be trusted, so a person decides. */
export type Lateness = 'live' | 'late' | 'doubtful'

/** The episodes of some patterns. */
export interface Episodes {
  /** By pattern; `null` is clear. */
  machines: (Machine | null)[]
  /** By pattern: when its episodes of the last day fired, ms since 1970; `null` for none, and for none of any. */
  past: (number[] | null)[] | null
  /** Machines that are not clear. */
  active: number
}

export interface Lane<F extends Facts> extends Episodes {
  facts: F
  /** On our clock: when the newest reading was taken, and when it came in. */
  eventAt: number
  arrival: number
  lateness: Lateness
  /** Which signals the newest reading had, as bits by slot: what comes a moment too late must not undo them. */
  newestLow: number
  newestHigh: number
  /** The message in hand is older than the newest, and comes a moment too late. */
  overtaken: boolean
  /** Of the rules of one's own. */
  own: OwnEpisodes
}

const DAY_MS = 86_400_000
const NO_PAST: readonly number[] = []

export function createLane<F extends Facts>(facts: F, patterns: number): Lane<F> {
  return {
    facts,
    machines: new Array<null>(patterns).fill(null),
    past: null,
    active: 0,
    eventAt: 0,
    arrival: 0,
    lateness: 'live',
    newestLow: 0,
    newestHigh: 0,
    overtaken: false,
    own: createOwnEpisodes([]),
  }
}

/** The episodes of pattern `index` that fired in the day before `now`. */
export function pastOf(lane: Episodes, index: number, now: number): readonly number[] {
  const past = lane.past?.[index]
  if (!past) return NO_PAST
  while (past.length > 0 && now - (past[0] ?? 0) > DAY_MS) past.shift()
  return past
}

/** Puts the outcome of a look in its place. */
export function setMachine(lane: Episodes, index: number, after: Machine | null): void {
  const before = lane.machines[index] ?? null
  lane.active += Number(after !== null) - Number(before !== null)
  if (before?.state === 'firing' && before !== after) remember(lane, index, before.firedAt)
  lane.machines[index] = after
}

const MAX_PAST = 16

function remember(lane: Episodes, index: number, firedAt: number): void {
  lane.past ??= lane.machines.map(() => null)
  lane.past[index] = keepNewest(lane.past[index] ?? [], MAX_PAST, firedAt)
}

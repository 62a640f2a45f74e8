/**
 * Why somebody who is said to be inside may only be the sensor. Doubt keeps a crew from being sent by time alone: a
 * dispatcher looks first, and after the second time in a day only where it lasts and says something new.
 */
import type { Evidence } from '../../model/finding.js'
import type { ElevatorFacts } from './facts.js'
import { presenceDisputed, weighsSomebody } from './presence.js'

const DISPUTED: Evidence = { key: 'passenger-disputed', witness: 'machine', signal: 'passenger' }
const STICKS: Evidence = { key: 'passenger-sticks', witness: 'machine', signal: 'passenger' }

export interface PresenceDoubt {
  doubted: boolean
  /** It has not seen the car empty since somebody last looked because of it. */
  stale: boolean
  /** What a dispatcher should know of it. */
  evidence: readonly Evidence[]
}

const NO_DOUBT: PresenceDoubt = { doubted: false, stale: false, evidence: [] }

/**
 * Somebody appeared in a shut car; the sensor takes its word back, or a count or scale denies it; or it has seen nothing
 * else since somebody appeared in a shut car, since the last suspicion of the day (`past`, ms since 1970), or at so many
 * `stops` on end: `stopsHere` where the last is this one, at which the door has just opened for whoever wanted out. What
 * the scale weighs is no sensor that sticks.
 */
export function doubtOf(
  facts: ElevatorFacts,
  past: readonly number[],
  { stops, stopsHere }: { stops: number; stopsHere: number },
): PresenceDoubt {
  if (weighsSomebody(facts)) return NO_DOUBT
  const disputed = presenceDisputed(facts)
  const stale = facts.unseenAt < (past.at(-1) ?? 0)
  const openedHere = facts.doorCycles.length > 0
  const stayed = facts.stopsSeen >= (openedHere ? Math.min(stopsHere, stops) : stops)
  const sticks = stale || facts.unseenAt < facts.appearedAt || stayed
  return {
    doubted: facts.presenceDoubtful || disputed || sticks,
    stale,
    evidence: [...(disputed ? [DISPUTED] : []), ...(sticks ? [STICKS] : [])],
  }
}

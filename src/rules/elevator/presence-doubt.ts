/**
 * Why somebody who is said to be inside may only be the sensor. Doubt keeps a crew from being sent by time alone: a
 * dispatcher looks first, and after the second time in a day only where it lasts.
 */
import type { Evidence } from '../../model/finding.js'
import type { ElevatorFacts } from './facts.js'
import { presenceDisputed } from './presence.js'

const DISPUTED: Evidence = { key: 'passenger-disputed', witness: 'machine', signal: 'passenger' }
const STICKS: Evidence = { key: 'passenger-sticks', witness: 'machine', signal: 'passenger' }

export interface PresenceDoubt {
  doubted: boolean
  /** What a dispatcher should know of it. */
  evidence: readonly Evidence[]
}

const NONE: PresenceDoubt = { doubted: false, evidence: [] }

/**
 * Somebody appeared in a shut car; the sensor takes its word back, or a count or scale denies it; or it has seen nothing
 * else since somebody appeared in a shut car, since the last suspicion of the day (`past`, ms since 1970), or at so many
 * `stops` on end.
 */
export function doubtOf(facts: ElevatorFacts, past: readonly number[], stops: number): PresenceDoubt {
  const disputed = presenceDisputed(facts)
  const suspect = Math.max(facts.appearedAt, past.at(-1) ?? 0)
  const sticks = facts.unseenAt < suspect || facts.stopsSeen >= stops
  if (!disputed && !sticks) return facts.presenceDoubtful ? { doubted: true, evidence: [] } : NONE
  return { doubted: true, evidence: [...(disputed ? [DISPUTED] : []), ...(sticks ? [STICKS] : [])] }
}

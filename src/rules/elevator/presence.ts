/** Who is inside. Presence is latched, because people can neither appear nor vanish in a closed car, and sensors flap. */
import { type ElevatorFacts, elevatorSlots } from './facts.js'

const PASSENGER = elevatorSlots.slot('passenger')
const PEOPLE = elevatorSlots.slot('peopleCount')
/** Presence seen this soon after the doors shut was there before; later it must be seen for as long to be believed. */
const PRESENCE_SETTLING_MS = 10_000

export function derivePresence(facts: ElevatorFacts): void {
  const people = facts.raw[PEOPLE] ?? Number.NaN
  const passenger = facts.raw[PASSENGER] ?? Number.NaN
  const seen = people > 0 || passenger === 1
  const unseen = !seen && (people === 0 || passenger === 0)
  const again = facts.presenceAt === facts.now
  if (seen) {
    facts.counted = people > 0 || facts.presenceSource === 'camera'
    facts.presenceAt = facts.now
  }
  if (facts.door === 'closed') return latchPresence(facts, { seen, unseen, again })
  facts.presenceSamples = 0
  facts.presenceSeenSince = Number.NaN
  if (seen) occupy(facts, false)
  else if (unseen && mayHaveLeft(facts)) vacate(facts)
}

/** Through an open door at once; where doors cannot be observed, inside the zone and after longer than a flap. */
function mayHaveLeft(facts: ElevatorFacts): boolean {
  if (facts.door !== 'unknown') return true
  return facts.zone !== 0 && facts.now - facts.presenceAt > PRESENCE_SETTLING_MS
}

/** `again`: presence was seen at this very moment already, so it is no second sample. */
function latchPresence(
  facts: ElevatorFacts,
  { seen, unseen, again }: { seen: boolean; unseen: boolean; again: boolean },
): void {
  const sinceShut = facts.now - facts.doorClosedSince
  if (sinceShut === 0 && unseen) vacate(facts)
  if (facts.occupied) return
  if (!seen) {
    facts.presenceSeenSince = Number.NaN
    return
  }
  if (Number.isNaN(facts.presenceSeenSince)) facts.presenceSeenSince = facts.now
  if (!again) facts.presenceSamples++
  if (sinceShut === 0) occupy(facts, false)
  else if (sinceShut > PRESENCE_SETTLING_MS) {
    if (facts.now - facts.presenceSeenSince >= PRESENCE_SETTLING_MS) occupy(facts, true)
  } else if (facts.presenceSamples >= 2) occupy(facts, false)
}

function occupy(facts: ElevatorFacts, doubtful: boolean): void {
  if (facts.occupied) return
  facts.occupied = true
  facts.occupiedSince = facts.now
  facts.presenceDoubtful = doubtful
}

function vacate(facts: ElevatorFacts): void {
  facts.occupied = false
  facts.occupiedSince = Number.NaN
  facts.presenceDoubtful = false
  facts.counted = false
}

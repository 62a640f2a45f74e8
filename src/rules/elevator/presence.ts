/** Who is inside. Presence is latched, because people can neither appear nor vanish in a closed car, and sensors flap. */
import { noteFault, TAKEN_BACK } from '../sensor-faults.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import { believesScale } from './still-sensors.js'

const PASSENGER = elevatorSlots.slot('passenger')
const PEOPLE = elevatorSlots.slot('peopleCount')
const LOAD = elevatorSlots.slot('load')
/** kg: nobody is lighter, and what a load cell must have weighed once to be believed when it weighs nothing. */
const LIGHTEST = 10
const SOMEBODY = 40
/** Presence seen this soon after the doors shut was there before; later it must be seen for as long to be believed. */
const PRESENCE_SETTLING_MS = 10_000
/** Samples in a row that make a person: one alone is a flicker, and what is seen long after the doors shut needs more. */
const SOON_SAMPLES = 2
const LATE_SAMPLES = 5

export function derivePresence(facts: ElevatorFacts): void {
  const people = facts.raw[PEOPLE] ?? Number.NaN
  const passenger = facts.raw[PASSENGER] ?? Number.NaN
  const load = facts.raw[LOAD] ?? Number.NaN
  if (load >= SOMEBODY) facts.weighed = true
  const seen = people > 0 || passenger === 1
  const unseen = !seen && (people === 0 || passenger === 0)
  if (unseen) {
    facts.presenceSamples = 0
    if (facts.door !== 'closed' || !facts.occupied) noteUnseen(facts)
  }
  // Said twice of the same moment, it is one sample.
  if (seen && facts.presenceAt !== facts.now) facts.presenceSamples++
  if (seen) {
    facts.stopsUnseen = 0
    facts.counted = people > 0 || facts.presenceSource === 'camera'
    facts.presenceAt = facts.now
  }
  if (facts.door === 'closed') {
    countWords(facts, seen, unseen || people === 0 || (believesScale(facts) && load < LIGHTEST))
    return latchPresence(facts, seen, unseen)
  }
  facts.presenceSeenSince = Number.NaN
  facts.presenceSaid = 0
  facts.presenceDenied = 0
  if (seen) occupy(facts, false)
  else if (unseen && mayHaveLeft(facts)) vacate(facts)
}

function noteUnseen(facts: ElevatorFacts): void {
  facts.unseenAt = facts.now
  facts.stopsSeen = 0
}

/** The load cell is alive, and a person is on it. */
export function weighsSomebody(facts: ElevatorFacts): boolean {
  return believesScale(facts) && (facts.raw[LOAD] ?? Number.NaN) >= SOMEBODY
}

/** A count of nobody, or an empty scale, denies a sensor that sees somebody. */
function countWords(facts: ElevatorFacts, seen: boolean, denied: boolean): void {
  const before = presenceDisputed(facts)
  if (denied) facts.presenceDenied++
  else if (seen) facts.presenceSaid++
  if (facts.occupied && !before && presenceDisputed(facts)) noteFault(facts, PASSENGER, TAKEN_BACK)
}

/** Through an open door at once; where doors cannot be observed, inside the zone and after longer than a flap. */
function mayHaveLeft(facts: ElevatorFacts): boolean {
  if (facts.door !== 'unknown') return true
  return facts.zone !== 0 && facts.now - facts.presenceAt > PRESENCE_SETTLING_MS
}

function latchPresence(facts: ElevatorFacts, seen: boolean, unseen: boolean): void {
  const sinceShut = facts.now - facts.doorClosedSince
  if (sinceShut === 0 && unseen) vacate(facts)
  if (facts.occupied) return
  if (!seen) {
    facts.presenceSeenSince = Number.NaN
    return
  }
  if (Number.isNaN(facts.presenceSeenSince)) {
    facts.presenceSeenSince = facts.now
    if (sinceShut > PRESENCE_SETTLING_MS) facts.appearedAt = facts.now
  }
  const first = facts.readAt === 0
  if (sinceShut <= PRESENCE_SETTLING_MS) {
    if (first || facts.presenceSamples >= SOON_SAMPLES) occupy(facts, false)
    return
  }
  const long = facts.now - facts.presenceSeenSince >= PRESENCE_SETTLING_MS
  if (long && facts.presenceSamples >= LATE_SAMPLES) occupy(facts, true)
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

/** A sensor that sees somebody sees them again; one that takes it back every other time is not to be relied on. */
export function presenceDisputed({ presenceSaid, presenceDenied }: ElevatorFacts): boolean {
  return presenceDenied > 0 && presenceDenied * 2 >= presenceSaid
}

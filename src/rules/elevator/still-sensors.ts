/**
 * Sensors that stand still while they should move: presence that says the same at every stop, a load cell that weighs
 * none of those who come and go, a speed that goes on although the car passes nothing. What a trap goes by may be blind.
 */
import { NONE } from '../facts.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'

const PASSENGER = elevatorSlots.slot('passenger')
const PEOPLE = elevatorSlots.slot('peopleCount')
const LOAD = elevatorSlots.slot('load')
const SPEED = elevatorSlots.slot('speed')

/** kg: a load cell that does not move by more has weighed nobody. Half of what makes somebody. */
const STILL_KG = 20
/** A scale is no witness any more after so many stops on end at which people came and went unweighed. Our judgement. */
const DOUBTED_STOPS = 2
/** The fewest such stops that `L-SNS` may ask for before it sends somebody to mend it. */
export const UNWEIGHED_STOPS = 10
/** At the speed of inspection a car passes a floor sooner, and no run goes on for so long without one. Our judgement. */
const NOTHING_PASSED_MS = 180_000
/** Readings further apart do not show that it passed nothing. */
const FOLLOWED_MS = 10_000

/** The door opens fully at a stop, or shuts after it; `stops` for the first time since the last run. */
export function noteLoadCell(facts: ElevatorFacts, stops: boolean): void {
  const load = facts.raw[LOAD] ?? Number.NaN
  if (!(Math.abs(load - facts.stillLoad) <= STILL_KG)) {
    facts.stillLoad = load
    facts.unweighedStops = 0
    return
  }
  // Since the last stop somebody was seen, and nobody was.
  const cameAndWent = facts.stopsSeen === 0 && facts.stopsUnseen === 0
  if (stops && cameAndWent) facts.unweighedStops++
}

/** Whether what the scale weighs, or does not, tells who is inside. */
export function believesScale({ weighed, unweighedStops }: ElevatorFacts): boolean {
  return weighed && unweighedStops < DOUBTED_STOPS
}

/**
 * Of a car that says a speed: whether it is no more than said, because the car has been on its way for minutes and passed
 * nothing. It stands then, or nobody in it would be found, until it passes something.
 */
export function isSpeedStill(facts: ElevatorFacts): boolean {
  const { now, passedAt } = facts
  if (facts.speedStill) return passedAt < now
  if (facts.motion !== 'moving' || now - facts.readAt > FOLLOWED_MS) return false
  const tellsPlace = !Number.isNaN(facts.zone) || !Number.isNaN(facts.floor)
  return tellsPlace && now - Math.max(facts.movingSince, passedAt) >= NOTHING_PASSED_MS
}

/** The slots of those that stand still; presence after so many `stuckStops` on end, a load cell after `unweighedStops`. */
export function stillSensors(
  { raw, stopsSeen, stopsUnseen, unweighedStops, speedStill }: ElevatorFacts,
  p: { stuckStops: number; unweighedStops: number },
): readonly number[] {
  const stuck = stopsSeen >= p.stuckStops || stopsUnseen >= p.stuckStops
  const unweighed = unweighedStops >= p.unweighedStops
  if (!stuck && !unweighed && !speedStill) return NONE
  const still: number[] = []
  const presence = [PASSENGER, PEOPLE].find((slot) => !Number.isNaN(raw[slot] ?? Number.NaN))
  if (stuck && presence !== undefined) still.push(presence)
  if (unweighed) still.push(LOAD)
  if (speedStill) still.push(SPEED)
  return still
}

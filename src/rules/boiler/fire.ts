/** Fuel, flame, and what became of each attempt to light it. */
import { signalIndex } from '../../model/signals.js'
import { keepNewest, since } from '../facts.js'
import { type BoilerFacts, boilerSlots } from './facts.js'

const FUEL_FLOW = boilerSlots.slot('fuelFlow')
const FUEL_VALVE = boilerSlots.slot('fuelValve')
const FLAME = boilerSlots.slot('flame')
const FLAME_OUT_ALARM = boilerSlots.slot('flameOutAlarm')
const BURNER_STARTS = boilerSlots.slot('burnerStarts')
const FUEL_VALVE_SIGNAL = signalIndex('fuelValve') ?? -1
const MOST_TIMES = 16

export function deriveFire(facts: BoilerFacts, signals: readonly number[]): void {
  facts.flameOutAlarm = facts.raw[FLAME_OUT_ALARM] === 1
  deriveFlame(facts)
  const valve = facts.raw[FUEL_VALVE] ?? Number.NaN
  const flow = facts.raw[FUEL_FLOW] ?? Number.NaN
  const fuel = Number.isNaN(valve) ? flow > 0 : valve === 1
  noteAttempt(facts, fuel)
  if (!fuel && !Number.isNaN(facts.fuelSince)) facts.fuelOffAt = facts.now
  facts.fuelSince = since(facts.fuelSince, fuel, facts.now)
  // Only a valve can be expected to shut at once; a grate that still holds coal is no failed interlock.
  if (valve === 1 && signals.includes(FUEL_VALVE_SIGNAL)) facts.valveOpenAt = facts.now
  if (facts.raw[FLAME] === 1 || fuel) facts.firedAt = facts.now
}

function deriveFlame(facts: BoilerFacts): void {
  const flame = facts.raw[FLAME] ?? Number.NaN
  facts.flameKnown = !Number.isNaN(flame)
  if (flame !== 1 && !Number.isNaN(facts.flameSince)) {
    facts.lastFlameMs = facts.now - facts.flameSince
    facts.flameLostAt = facts.now
  }
  facts.flameSince = since(facts.flameSince, flame === 1, facts.now)
}

function noteAttempt(facts: BoilerFacts, fuel: boolean): void {
  const was = !Number.isNaN(facts.fuelSince)
  if (was && !fuel && facts.flameKnown && !facts.lit)
    facts.failedIgnitions = keepNewest(facts.failedIgnitions, MOST_TIMES, facts.now)
  facts.lit = fuel && (!Number.isNaN(facts.flameSince) || (was && facts.lit))
  // The controller's own count is better than what is seen of it between two readings.
  const starts = facts.raw[BURNER_STARTS] ?? Number.NaN
  const counted = Number.isNaN(starts) ? fuel && !was && facts.readAt > 0 : starts > facts.burnerStarts
  if (counted) facts.starts = keepNewest(facts.starts, MOST_TIMES, facts.now)
  facts.burnerStarts = starts
}

/** Flue gas says something about the fire only while there is one. */
export function isBurning({ flameKnown, flameSince, fuelSince }: BoilerFacts): boolean {
  return flameKnown ? !Number.isNaN(flameSince) : !Number.isNaN(fuelSince)
}

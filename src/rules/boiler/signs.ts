/**
 * What must be so for a pattern of boilers to be worth a look, as bits. Where a pattern goes by a limit that somebody
 * may set, its sign stands from the least or the most that may be set. A test holds that no pattern sleeps through what
 * it would find.
 */

import type { BoilerFacts } from './facts.js'
import { isBurning } from './fire.js'

export const SIGN = {
  /** The water is below its lowest safe level, or the switch says so. */
  low: 1 << 0,
  /** The level is below, or above, the middle of the gauge. */
  belowMiddle: 1 << 1,
  aboveMiddle: 1 << 2,
  /** Two gauges are there, or one that does not move while water is fed. */
  gauges: 1 << 3,
  /** The water is analysed. */
  water: 1 << 4,
  /** The pressure is not far from what it may be, or has been. */
  pressed: 1 << 5,
  /** Fuel is on and no flame is seen. */
  dark: 1 << 6,
  /** It failed to light twice. */
  failed: 1 << 7,
  /** It started three times within the hour. */
  starts: 1 << 8,
  /** A fan stands. */
  becalmed: 1 << 9,
  /** The pressure of the fuel is not what it is set to. */
  fuel: 1 << 10,
  gas: 1 << 11,
  /** The furnace is above the pressure of the house. */
  furnace: 1 << 12,
  /** More oxygen than the limit, or so little or so much carbon monoxide that air may be short. */
  muchAir: 1 << 13,
  littleAir: 1 << 14,
  /** The flue gas is warm, or a day of it was not judged yet. */
  exhaust: 1 << 15,
  /** It makes hot water. */
  hotWater: 1 << 16,
  /** Steam leaves and nothing is fed. */
  unfed: 1 << 17,
  /** A sensor has failed of late. */
  sensors: 1 << 18,
  /** The long memory took its sample, once a minute. */
  sampled: 1 << 19,
} as const

/** The least and the most that the limits of patterns may be set to. */
const PRESSED = 0.5 // × working
const FUEL = [0.95, 1.05] as const // × set
const GAS = 5 // % LEL
const O2 = 5 // %
const CO = 50 // ppm
const EXHAUST = 60 // °C
const STARTS = 3
const ATTEMPTS = 2
const HOUR_MS = 3_600_000

export function signsOf(facts: BoilerFacts): number {
  return signsOfWater(facts) | signsOfFire(facts) | signsOfGases(facts) | signsOfParts(facts)
}

function signsOfWater(facts: BoilerFacts): number {
  const { level } = facts
  let signs = 0
  if (!Number.isNaN(facts.lowWaterSince)) signs |= SIGN.low
  if (level < 0) signs |= SIGN.belowMiddle
  if (level > 0 || facts.highWaterAlarm) signs |= SIGN.aboveMiddle
  const differ = !Number.isNaN(facts.level2) || !Number.isNaN(facts.gaugesDifferSince)
  if (differ || facts.steadyFeeds > 0) signs |= SIGN.gauges
  if (!Number.isNaN(facts.hardness) || !Number.isNaN(facts.ph) || !Number.isNaN(facts.tds))
    signs |= SIGN.water
  if (!Number.isNaN(facts.unfedSince)) signs |= SIGN.unfed
  if (facts.hotWater) signs |= SIGN.hotWater
  return signs
}

function signsOfFire(facts: BoilerFacts): number {
  const { now, starts } = facts
  let signs = 0
  const pressed = facts.pressureRatio >= PRESSED || facts.overPressureAlarm
  if (pressed || !Number.isNaN(facts.interlockSince)) signs |= SIGN.pressed
  if (!Number.isNaN(facts.fuelSince)) {
    const ratio = facts.fuelPressure / facts.fuelPressureSet
    if (facts.flameOutAlarm || Number.isNaN(facts.flameSince)) signs |= SIGN.dark
    if (ratio < FUEL[0] || ratio > FUEL[1]) signs |= SIGN.fuel
  }
  if (facts.failedIgnitions.length >= ATTEMPTS) signs |= SIGN.failed
  if (starts.length >= STARTS && now - (starts[starts.length - STARTS] ?? 0) <= HOUR_MS) signs |= SIGN.starts
  if (facts.forcedDraft === 0 || facts.inducedDraft === 0) signs |= SIGN.becalmed
  return signs
}

function signsOfGases(facts: BoilerFacts): number {
  const { o2, exhaust } = facts
  let signs = 0
  if (facts.gasLeak >= GAS || !Number.isNaN(facts.gasDangerSince)) signs |= SIGN.gas
  if (facts.furnacePressure > 0) signs |= SIGN.furnace
  if (isBurning(facts)) {
    if (o2 > facts.o2Limit) signs |= SIGN.muchAir
    if (o2 < O2 || facts.co > CO) signs |= SIGN.littleAir
  }
  if (facts.exhaustTemp > EXHAUST || (exhaust !== null && (!exhaust.judged || exhaust.foundAt > 0)))
    signs |= SIGN.exhaust
  return signs
}

function signsOfParts(facts: BoilerFacts): number {
  let signs = 0
  if (facts.sensorFaults.length > 0 || facts.failedSensors.length > 0) signs |= SIGN.sensors
  if (facts.sampledAt === facts.now) signs |= SIGN.sampled
  return signs
}

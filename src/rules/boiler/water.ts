/** The level of the water, and whether it moves at all: a gauge that stands still while water is fed shows nothing. */
import { since } from '../facts.js'
import { type BoilerFacts, boilerSlots } from './facts.js'

const slot = boilerSlots.slot
const LEVEL = slot('waterLevel')
const LEVEL2 = slot('waterLevel2')
const FEED_PUMP = slot('feedPump')
const FEED_FLOW = slot('feedwaterFlow')
const LOW_WATER_ALARM = slot('lowWaterAlarm')
const HIGH_WATER_ALARM = slot('highWaterAlarm')
const HARDNESS = slot('hardness')
const PH = slot('ph')
const TDS = slot('tds')
/** A level that stays within this of where it was has not moved. */
const RIPPLE = 1 // mm

export function deriveWater(facts: BoilerFacts): void {
  const { raw } = facts
  facts.level = raw[LEVEL] ?? Number.NaN
  facts.lowWaterAlarm = raw[LOW_WATER_ALARM] === 1
  facts.highWaterAlarm = raw[HIGH_WATER_ALARM] === 1
  const low = facts.level < facts.lowWaterLimit || facts.lowWaterAlarm
  if (low && Number.isNaN(facts.lowWaterSince)) {
    facts.lowWaterAt = facts.now
    facts.lowWaterLevel = facts.level
  }
  facts.lowWaterSince = since(facts.lowWaterSince, low, facts.now)
  facts.hardness = raw[HARDNESS] ?? Number.NaN
  facts.ph = raw[PH] ?? Number.NaN
  facts.tds = raw[TDS] ?? Number.NaN
  facts.level2 = raw[LEVEL2] ?? Number.NaN
  deriveSteadiness(facts)
  deriveUnfed(facts)
}

/** Steam leaves and nothing comes in. */
function deriveUnfed(facts: BoilerFacts): void {
  const before = facts.unfedSince
  facts.unfedSince = since(before, facts.steamFlow > 0 && !facts.feeding, facts.now)
  if (facts.unfedSince !== before) facts.unfedLevel = facts.level
}

function deriveSteadiness(facts: BoilerFacts): void {
  const pump = facts.raw[FEED_PUMP] ?? Number.NaN
  const feeding = Number.isNaN(pump) ? (facts.raw[FEED_FLOW] ?? Number.NaN) > 0 : pump === 1
  if (!(Math.abs(facts.level - facts.steadyLevel) < RIPPLE)) {
    facts.steadyLevel = facts.level
    facts.steadySince = facts.now
    facts.steadyFeeds = 0
  } else if (feeding !== facts.feeding) facts.steadyFeeds++
  facts.feeding = feeding
}

/** What the readings of a boiler mean: hot or cold, fuel and flame and since when, pressure against what the valves are set for. */
import type { EquipmentAttributes } from '../../model/equipment.js'
import { BOILER_STATE, signalIndex } from '../../model/signals.js'
import { commonFacts, createSlots, type Facts } from '../facts.js'

export const boilerSlots = createSlots('boiler')
const slot = boilerSlots.slot
const LEVEL = slot('waterLevel')
const PRESSURE = slot('pressure')
const FUEL_FLOW = slot('fuelFlow')
const FUEL_VALVE = slot('fuelValve')
const FLAME = slot('flame')
const STATE = slot('boilerState')
const LOW_WATER_ALARM = slot('lowWaterAlarm')
const OVER_PRESSURE_ALARM = slot('overPressureAlarm')
const FLAME_OUT_ALARM = slot('flameOutAlarm')
const FUEL_VALVE_SIGNAL = signalIndex('fuelValve') ?? -1

/** Without `boilerState`, a boiler counts as hot for so long after fire, and above so much pressure. */
const HOT_AFTER_FIRE_MS = 30 * 60_000
const HOT_PRESSURE = 0.05 // MPa

export interface BoilerFacts extends Facts {
  /** mm from normal, and the lowest safe one; NaN where unknown. */
  level: number
  lowWaterLimit: number
  lowWaterAlarm: boolean
  electrode: boolean
  /** Since when the level is below the limit, or the switch says so; ms since 1970, NaN while neither. */
  lowWaterSince: number
  /** MPa, and as a share of the working pressure. */
  pressure: number
  pressureRatio: number
  safetyValveSet: number
  overPressureAlarm: boolean
  /** Since when the pressure is where the interlock acts, or the switch says so; ms since 1970, NaN while neither. */
  interlockSince: number
  /** ms since 1970; NaN while off. */
  fuelSince: number
  /** The newest reading that itself said that the fuel valve is open. */
  valveOpenAt: number
  /** ms since 1970; NaN while there is none. */
  flameSince: number
  /** Flame and fuel valve are observed at all. */
  flameKnown: boolean
  /** When the last flame was lost, ms since 1970, and how long it had burned, ms. */
  flameLostAt: number
  lastFlameMs: number
  flameOutAlarm: boolean
  ignitionMs: number
  firedAt: number
  hot: boolean
  state: number
}

export function createBoilerFacts(): BoilerFacts {
  return {
    ...commonFacts(boilerSlots),
    level: Number.NaN,
    lowWaterLimit: Number.NaN,
    lowWaterAlarm: false,
    electrode: false,
    lowWaterSince: Number.NaN,
    pressure: Number.NaN,
    pressureRatio: Number.NaN,
    safetyValveSet: Number.NaN,
    overPressureAlarm: false,
    interlockSince: Number.NaN,
    fuelSince: Number.NaN,
    valveOpenAt: 0,
    flameSince: Number.NaN,
    flameKnown: false,
    flameLostAt: 0,
    lastFlameMs: 0,
    flameOutAlarm: false,
    ignitionMs: Number.NaN,
    firedAt: Number.NaN,
    hot: false,
    state: Number.NaN,
  }
}

export function deriveBoiler(
  facts: BoilerFacts,
  signals: readonly number[],
  attributes: EquipmentAttributes,
): void {
  const { raw } = facts
  facts.level = raw[LEVEL] ?? Number.NaN
  facts.lowWaterLimit = attributes.lowWaterLimit ?? Number.NaN
  facts.electrode = attributes.levelSensor === 'electrode'
  facts.lowWaterAlarm = raw[LOW_WATER_ALARM] === 1
  facts.pressure = raw[PRESSURE] ?? Number.NaN
  facts.pressureRatio = facts.pressure / (attributes.workingPressure ?? Number.NaN)
  facts.safetyValveSet = attributes.safetyValveSet ?? Number.NaN
  facts.overPressureAlarm = raw[OVER_PRESSURE_ALARM] === 1
  facts.flameOutAlarm = raw[FLAME_OUT_ALARM] === 1
  facts.ignitionMs = (attributes.ignitionTime ?? Number.NaN) * 1000
  facts.state = raw[STATE] ?? Number.NaN
  const low = facts.level < facts.lowWaterLimit || facts.lowWaterAlarm
  facts.lowWaterSince = since(facts.lowWaterSince, low, facts.now)
  deriveFire(facts, signals)
  facts.hot = isHot(facts)
}

/** Since when something holds: kept while it does, NaN once it does not. */
export function since(before: number, holds: boolean, now: number): number {
  return holds ? (Number.isNaN(before) ? now : before) : Number.NaN
}

function deriveFire(facts: BoilerFacts, signals: readonly number[]): void {
  const valve = facts.raw[FUEL_VALVE] ?? Number.NaN
  const flow = facts.raw[FUEL_FLOW] ?? Number.NaN
  const fuel = Number.isNaN(valve) ? flow > 0 : valve === 1
  facts.fuelSince = since(facts.fuelSince, fuel, facts.now)
  // Only a valve can be expected to shut at once; a grate that still holds coal is no failed interlock.
  if (valve === 1 && signals.includes(FUEL_VALVE_SIGNAL)) facts.valveOpenAt = facts.now

  const flame = facts.raw[FLAME] ?? Number.NaN
  facts.flameKnown = !Number.isNaN(flame)
  if (flame !== 1) {
    if (!Number.isNaN(facts.flameSince)) {
      facts.lastFlameMs = facts.now - facts.flameSince
      facts.flameLostAt = facts.now
    }
    facts.flameSince = Number.NaN
  } else if (Number.isNaN(facts.flameSince)) facts.flameSince = facts.now
  if (flame === 1 || fuel) facts.firedAt = facts.now
}

/** Drained and stored boilers read low all summer, so rules on water and flue gas ask this first. */
function isHot(facts: BoilerFacts): boolean {
  if (facts.flameSince <= facts.now || facts.fuelSince <= facts.now) return true
  if (!Number.isNaN(facts.state)) return facts.state !== BOILER_STATE.cold
  return facts.now - facts.firedAt <= HOT_AFTER_FIRE_MS || facts.pressure > HOT_PRESSURE
}

/** Fuel is still on in a reading from `afterMs` or more after `since`: an interlock that should have cut it did not. */
export function fuelStillOn(facts: BoilerFacts, since: number, afterMs: number): boolean {
  return !Number.isNaN(facts.fuelSince) && facts.valveOpenAt - since >= afterMs
}

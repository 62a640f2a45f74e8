/** What the readings of a boiler come to mean: hot or cold, water, pressure against what the valves are set for, fire, draught, gas. */
import { commonFacts, createSlots, type Facts } from '../facts.js'

export const boilerSlots = createSlots('boiler')
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
  highWaterAlarm: boolean
  /** The level (mm) that has not changed by more than a ripple, since when, and how often feeding changed meanwhile. */
  steadyLevel: number
  steadySince: number
  steadyFeeds: number
  feeding: boolean
  /** t/h, and what the nameplate says; NaN where unknown. */
  steamFlow: number
  capacity: number
  /** Pressure (MPa) and steam flow (t/h) at moments some seconds apart, oldest first: time, pressure, flow, time, … */
  trail: number[]
  /** kPa, and what it is set to; NaN where unknown. */
  fuelPressure: number
  fuelPressureSet: number
  /** % LEL */
  gasLeak: number
  /** 1 on, 0 off, NaN unknown. */
  forcedDraft: number
  inducedDraft: number
  circulation: number
  /** Pa; °C; % dry; ppm. NaN where unknown. */
  furnacePressure: number
  exhaustTemp: number
  o2: number
  co: number
  /** % O2 that the excess air at the exhaust may come to, from fuel and draught; NaN where unknown. */
  o2Limit: number
  /** °C at the outlet, and what it is rated for; NaN where unknown. */
  outletTemp: number
  ratedOutletTemp: number
  /** mmol/L; –; mg/L. NaN where unknown. */
  hardness: number
  ph: number
  tds: number
  /** When fuel was shut again without a flame, and when the burner started; newest last. */
  failedIgnitions: number[]
  starts: number[]
  /** A flame burned since the fuel was opened. */
  lit: boolean
  burnerStarts: number
  hotWater: boolean
  /** Since when gas is where it may explode; ms since 1970, NaN while it is not. */
  gasDangerSince: number
  /** Since when the outlet is close to boiling, and since when there is fire under water that stands; NaN while it is not so. */
  boilingSince: number
  stillSince: number
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
    highWaterAlarm: false,
    steadyLevel: Number.NaN,
    steadySince: Number.NaN,
    steadyFeeds: 0,
    feeding: false,
    steamFlow: Number.NaN,
    capacity: Number.NaN,
    trail: [],
    fuelPressure: Number.NaN,
    fuelPressureSet: Number.NaN,
    gasLeak: Number.NaN,
    forcedDraft: Number.NaN,
    inducedDraft: Number.NaN,
    circulation: Number.NaN,
    furnacePressure: Number.NaN,
    exhaustTemp: Number.NaN,
    o2: Number.NaN,
    co: Number.NaN,
    o2Limit: Number.NaN,
    outletTemp: Number.NaN,
    ratedOutletTemp: Number.NaN,
    hardness: Number.NaN,
    ph: Number.NaN,
    tds: Number.NaN,
    failedIgnitions: [],
    starts: [],
    lit: false,
    burnerStarts: Number.NaN,
    hotWater: false,
    gasDangerSince: Number.NaN,
    boilingSince: Number.NaN,
    stillSince: Number.NaN,
  }
}

/** Fuel is still on in a reading from `afterMs` or more after `since`: an interlock that should have cut it did not. */
export function fuelStillOn(facts: BoilerFacts, since: number, afterMs: number): boolean {
  return !Number.isNaN(facts.fuelSince) && facts.valveOpenAt - since >= afterMs
}

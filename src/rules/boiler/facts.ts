/** What the readings of a boiler come to mean: hot or cold, water, pressure against what the valves are set for, fire, draught, gas. */
import type { Diary } from '../diary.js'
import { createSlots, Facts, NONE } from '../facts.js'
import type { Sensed } from '../sensor-faults.js'
import type { Emission, Exhaust, Stillness } from './memory-facts.js'

export const boilerSlots = createSlots('boiler')
/** Judged for leaps. Not `outletTemp`: what may boil over is judged as it is said. */
export const THERMOMETERS = ['steamTemp', 'feedwaterTemp', 'furnaceTemp', 'exhaustTemp', 'inletTemp'] as const
/** Nothing real in a boiler heats or cools faster, K/s. */
export const MOST_KELVIN_PER_SECOND = 50
export type FuelKind = 'gas' | 'oil' | 'coal' | 'unknown'

export class BoilerFacts extends Facts implements Sensed {
  /** mm from normal, and the lowest safe one; NaN where unknown. */
  level = Number.NaN
  lowWaterLimit = Number.NaN
  lowWaterAlarm = false
  electrode = false
  /** Since when the level is below the limit, or the switch says so; ms since 1970, NaN while neither. */
  lowWaterSince = Number.NaN
  /** MPa, and as a share of the working pressure. */
  pressure = Number.NaN
  pressureRatio = Number.NaN
  safetyValveSet = Number.NaN
  overPressureAlarm = false
  /** Since when the pressure is where the interlock acts, or the switch says so; ms since 1970, NaN while neither. */
  interlockSince = Number.NaN
  /** ms since 1970; NaN while off. */
  fuelSince = Number.NaN
  /** The newest reading that itself said that the fuel valve is open. */
  valveOpenAt = 0
  /** ms since 1970; NaN while there is none. */
  flameSince = Number.NaN
  /** Flame and fuel valve are observed at all. */
  flameKnown = false
  /** When the last flame was lost, ms since 1970, and how long it had burned, ms. */
  flameLostAt = 0
  lastFlameMs = 0
  flameOutAlarm = false
  ignitionMs = Number.NaN
  firedAt = Number.NaN
  hot = false
  state = Number.NaN
  highWaterAlarm = false
  /** The level (mm) that has not changed by more than a ripple, since when, and how often feeding changed meanwhile. */
  steadyLevel = Number.NaN
  steadySince = Number.NaN
  steadyFeeds = 0
  feeding = false
  /** t/h, and what the nameplate says; NaN where unknown. */
  steamFlow = Number.NaN
  capacity = Number.NaN
  /** Pressure (MPa) and steam flow (t/h) at moments some seconds apart, oldest first: time, pressure, flow, time, … */
  trail: number[] = []
  /** kPa, and what it is set to; NaN where unknown. */
  fuelPressure = Number.NaN
  fuelPressureSet = Number.NaN
  /** % LEL */
  gasLeak = Number.NaN
  /** 1 on, 0 off, NaN unknown. */
  forcedDraft = Number.NaN
  inducedDraft = Number.NaN
  circulation = Number.NaN
  /** Pa; °C; % dry; ppm. NaN where unknown. */
  furnacePressure = Number.NaN
  exhaustTemp = Number.NaN
  o2 = Number.NaN
  co = Number.NaN
  /** % O2 that the excess air at the exhaust may come to, from fuel and draught; NaN where unknown. */
  o2Limit = Number.NaN
  /** °C at the outlet, and what it is rated for; NaN where unknown. */
  outletTemp = Number.NaN
  ratedOutletTemp = Number.NaN
  /** mmol/L; –; mg/L. NaN where unknown. */
  hardness = Number.NaN
  ph = Number.NaN
  tds = Number.NaN
  /** When fuel was shut again without a flame, and when the burner started; newest last. */
  failedIgnitions: readonly number[] = NONE
  starts: readonly number[] = NONE
  /** A flame burned since the fuel was opened. */
  lit = false
  burnerStarts = Number.NaN
  hotWater = false
  /** Since when gas is where it may explode; ms since 1970, NaN while it is not. */
  gasDangerSince = Number.NaN
  /** Since when the outlet is close to boiling, and since when there is fire under water that stands; NaN while it is not so. */
  boilingSince = Number.NaN
  stillSince = Number.NaN
  /** MPa, what the safety valves are set for; NaN where unknown. */
  workingPressure = Number.NaN
  /** `o2Limit` with and without an induced draught fan. */
  balancedO2Limit = Number.NaN
  pressureFiredO2Limit = Number.NaN
  /** When water and pressure last reached their limits or their switches acted, and where; ms since 1970, mm, MPa. */
  lowWaterAt = 0
  lowWaterLevel = Number.NaN
  interlockAt = 0
  interlockPressure = Number.NaN
  /** When the fuel was last shut, ms since 1970. */
  fuelOffAt = 0
  /** mm at the second gauge, and since when the two differ; NaN where there is none, or they agree. */
  level2 = Number.NaN
  gaugesDifferSince = Number.NaN
  /** Since when steam leaves and nothing is fed (ms since 1970, NaN while it is not so), and the level (mm) then. */
  unfedSince = Number.NaN
  unfedLevel = Number.NaN
  /** What it burns, read out of the keeper's words, and the heat in it, MJ per m³ or kg; NaN where unknown. */
  fuelKind: FuelKind = 'unknown'
  fuelHeat = Number.NaN
  /** %, by the maker or the last test; NaN where unknown. */
  designEfficiency = Number.NaN
  /** ms since 1970; NaN where unknown. */
  safetyValveCheckedAt = Number.NaN
  gaugeCheckedAt = Number.NaN
  /** When the long memory last took a sample, ms since 1970. */
  sampledAt = 0
  /** What hours and weeks have shown; `null` until there is something to tell. Efficiency in %. */
  exhaust: Exhaust | null = null
  efficiency: Diary | null = null
  emission: Emission | null = null
  /** As `Sensed` says. */
  sensorFaults: readonly number[] = NONE
  failedSensors: readonly number[] = NONE
  /** By thermometer: the newest value that was believed (°C), when that was (ms since 1970), and 1 while it leaps. */
  believed: number[] = THERMOMETERS.map(() => Number.NaN)
  believedAt: number[] = THERMOMETERS.map(() => 0)
  leaping: number[] = THERMOMETERS.map(() => 0)
  mostKelvinPerSecond = MOST_KELVIN_PER_SECOND
  /** The controller says that interlocks are bypassed, or that it is being worked on. */
  bypass = false
  /** Which meters stand still under fire; `null` until the first reading. */
  stillness: Stillness | null = null

  constructor() {
    super(boilerSlots)
  }
}

/** Fuel is still on in a reading from `afterMs` or more after `since`: an interlock that should have cut it did not. */
export function fuelStillOn(facts: BoilerFacts, since: number, afterMs: number): boolean {
  return !Number.isNaN(facts.fuelSince) && facts.valveOpenAt - since >= afterMs
}

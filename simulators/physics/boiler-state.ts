/**
 * Everything a simulated boiler is at one moment. Faults change the causes in here (a pump that does not run, a bypassed
 * switch), never what is reported: level, pressure and trips follow from the physics and from the interlocks.
 */
import type { Random } from '../random.js'

export type BoilerFuel = 'natural-gas' | 'light-oil'

/** What the boiler was built as. */
export interface BoilerDesign {
  medium: 'steam' | 'hot-water'
  /** t/h of steam, or its equivalent in heat (0.7 MW a t/h) */
  capacity: number
  /** MPa gauge, what the safety valves are set for */
  workingPressure: number
  /** MPa gauge */
  safetyValveSet: number
  /** mm from normal level; steam only */
  lowWaterLimit: number
  levelSensor: 'transmitter' | 'electrode'
  fuel: BoilerFuel
  /** Furnace purged with air before each ignition, s: 20 for shell boilers, 60 for water-tube ones. */
  prePurge: number
  /** Works through the night, or is banked outside working hours. */
  hours: 'always' | 'day'
  /** Drawn by an induced-draught fan; blown by the forced one alone if absent. */
  draught?: 'balanced'
}

export type BurnerPhase = 'off' | 'pre-purge' | 'ignition' | 'firing' | 'post-purge'

/** Why the boiler is locked out; a person must reset it. */
export type Trip =
  | 'none'
  | 'low-water'
  | 'over-pressure'
  | 'over-temperature'
  | 'flame-out'
  | 'ignition-failed'
  | 'pump'
  | 'fan'
  | 'power'

/** What is broken. Set and cleared by fault scripts. */
export interface BoilerCauses {
  mainsLost: boolean
  feedPumpBroken: boolean
  circulationPumpBroken: boolean
  /** kg/s of water lost through an open blow-down valve. */
  leak: number
  /** The low-water switch does not reach the burner. */
  lowWaterBypassed: boolean
  /** The burner's own control ignores the pressure and fires fully. */
  controlStuck: boolean
  /** First pressure switch (100.8 %) and second (101.6 %) do not act. */
  firstPressureSwitchBypassed: boolean
  secondPressureSwitchBypassed: boolean
  /** No flame can hold. */
  flameBlownOut: boolean
  /** The fuel valve does not close when told. */
  fuelValveStuck: boolean
  /** Everybody stops taking steam. */
  demandLost: boolean
  /** A fan stands; the switches that prove air or draught do not reach the burner. */
  forcedFanBroken: boolean
  inducedFanBroken: boolean
  airSwitchBypassed: boolean
  /** The damper behind the furnace stays shut. */
  damperShut: boolean
  /** The switches for standing water and for hot water do not reach the burner. */
  pumpSwitchBypassed: boolean
  heatSwitchBypassed: boolean
  /** % LEL a minute that gas gathers in the house; 0 when the train is tight. */
  gasRate: number
}

export interface BoilerState {
  nowMs: number
  /** °C of the water, which decides the pressure of the steam over it. */
  waterTemp: number
  /** MPa gauge */
  pressure: number
  /** MPa/min, smoothed */
  pressureRate: number
  /** kg of water above or below the normal level */
  waterMass: number
  /** t/h */
  steamFlow: number
  /** t/h */
  feedFlow: number
  feedPump: boolean
  circulationPump: boolean
  /** °C, hot water only */
  inletTemp: number
  burner: BurnerPhase
  burnerSince: number
  /** 0 … 1 of the full rate */
  firing: number
  fuelValve: boolean
  flame: boolean
  /** kW that reach the water; tubes and brickwork give on what they hold. */
  heat: number
  /** ms since which the valve is open without flame, or 0. */
  flamelessSince: number
  fan: boolean
  inducedFan: boolean
  /** Pa in the furnace against the house. */
  furnacePressure: number
  /** % LEL of gas in the house */
  gas: number
  trip: Trip
  safetyValveOpen: boolean
  /** Share of capacity asked for, following the hour. */
  demand: number
  demandTarget: number
  nextDemandAt: number
  causes: BoilerCauses
  burnerStarts: number
  tds: number
  slowSaidAt: number
}

/** A boiler in steady work, warm and on level; `cold` is stored and full. */
export function createBoilerState(
  design: BoilerDesign,
  options: { startMs: number; random: Random; initial: 'running' | 'cold' },
): BoilerState {
  const { startMs, random, initial } = options
  const cold = initial === 'cold'
  const pressure = design.workingPressure * random.between(0.86, 0.9)
  const hot = design.medium === 'steam' ? saturationTemp(pressure) : random.between(72, 78)
  return {
    nowMs: startMs,
    waterTemp: cold ? 25 : hot,
    pressure: cold ? 0 : pressure,
    pressureRate: 0,
    waterMass: cold ? 0 : random.between(-20, 20) * kgPerMm(design),
    steamFlow: 0,
    feedFlow: 0,
    feedPump: false,
    circulationPump: design.medium === 'hot-water',
    inletTemp: cold ? 25 : hot - 12,
    burner: 'off',
    burnerSince: startMs,
    firing: 0,
    fuelValve: false,
    flame: false,
    heat: 0,
    flamelessSince: 0,
    fan: false,
    inducedFan: false,
    furnacePressure: 0,
    gas: 0,
    trip: 'none',
    safetyValveOpen: false,
    demand: cold ? 0 : 0.4,
    demandTarget: cold ? 0 : 0.4,
    nextDemandAt: startMs,
    causes: {
      mainsLost: false,
      feedPumpBroken: false,
      circulationPumpBroken: false,
      leak: 0,
      lowWaterBypassed: false,
      controlStuck: false,
      firstPressureSwitchBypassed: false,
      secondPressureSwitchBypassed: false,
      flameBlownOut: false,
      fuelValveStuck: false,
      demandLost: false,
      forcedFanBroken: false,
      inducedFanBroken: false,
      airSwitchBypassed: false,
      damperShut: false,
      pumpSwitchBypassed: false,
      heatSwitchBypassed: false,
      gasRate: 0,
    },
    burnerStarts: random.whole(800, 9000),
    tds: random.between(1800, 2400),
    slowSaidAt: startMs - random.whole(0, 59_999),
  }
}

export const ATMOSPHERE_MPA = 0.101325

/** °C at which water boils under a gauge pressure; within 2 K of the steam tables up to 2.5 MPa. */
export function saturationTemp(gaugeMpa: number): number {
  return 179.9 * (gaugeMpa + ATMOSPHERE_MPA) ** 0.25
}

/** MPa gauge over water of this temperature; never below the atmosphere. */
export function saturationPressure(celsius: number): number {
  return Math.max(0, (celsius / 179.9) ** 4 - ATMOSPHERE_MPA)
}

/** kg of water in one millimetre of level: the surface grows with the capacity. */
export function kgPerMm(design: BoilerDesign): number {
  return design.capacity * 1.33
}

/** mm from normal as a gauge glass shows it: steam bubbles swell the water when the pressure falls. */
export function levelOf(state: BoilerState, design: BoilerDesign): number {
  return state.waterMass / kgPerMm(design) - state.pressureRate * 80
}

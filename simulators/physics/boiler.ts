/**
 * A simulated gas- or oil-fired boiler, steam or hot water: demand, burner with its interlocks, drum or loop, and what
 * the sensors make of it. Pure: the same seed and the same steps give the same samples.
 */
import { BOILER_STATE } from '../../src/model/signals.js'
import { createRandom, type Random } from '../random.js'
import { HOT_WATER, lowWater, moveBurner, PRESSURE_STEPS } from './boiler-burner.js'
import { FEED_TEMP, FULL_HEAT_KW, moveHotWater, moveSteamDrum } from './boiler-drum.js'
import { moveDemand } from './boiler-load.js'
import { type BoilerDesign, type BoilerState, createBoilerState, levelOf } from './boiler-state.js'
import {
  type ControllerEvent,
  clamp,
  localHour,
  rounded,
  type Sample,
  SLOW_SIGNALS_MS,
  TICK_MS,
  TICK_S,
} from './device.js'

export interface Boiler {
  readonly kind: 'boiler'
  readonly design: BoilerDesign
  /** For fault scripts and tests; samples follow from it. */
  readonly state: BoilerState
  /** Moves the simulated clock by whole ticks of 100 ms. */
  step(dtMs: number): void
  /** A boiler never rests: heat and water always move. */
  rest(untilMs: number): number
  /** Lights, is tripped, or smells of gas: a terminal that reports by change reports each second. */
  stirs(): boolean
  /** Another number whenever a switch has changed, or a meter has moved by more than its dead band. */
  switches(): number
  /** What the sensors see now; the slow signals are in it once a minute. */
  sample(): Sample
  /** Always empty: the event codes of the trade are those of lifts. */
  takeEvents(): ControllerEvent[]
}

const HIGH_WATER_MM = 50
/** % LEL from which the gas meter speaks in every reading, and how fast an aired house clears, % a second. */
const SMELT_LEL = 4
/** Pa over the house from which the pressure gauge of the furnace does. */
const PUFFS_PA = 50
const AIRED_LEL_S = 0.5
/** Levels of the electrodes, mm: between two of them the reported level stands still. */
const ELECTRODES = [50, 40, -40, -50, -70, -90] as const
/** Heat of a unit of fuel, kWh: m³ of gas, kg of oil. */
const FUEL_KWH = { 'natural-gas': 9.9, 'light-oil': 11.8 } as const
const EFFICIENCY = 0.93

export function createBoiler(options: {
  design: BoilerDesign
  seed: string
  startMs: number
  initial?: 'running' | 'cold'
}): Boiler {
  const { design, startMs, initial = 'running' } = options
  const random = createRandom(options.seed)
  const state = createBoilerState(design, { startMs, random, initial })
  const noise = createRandom(`${options.seed}/sensors`)

  function tick(): void {
    state.nowMs += TICK_MS
    moveDemand(state, design, random)
    moveBurner(state, design)
    if (design.medium === 'steam') moveSteamDrum(state, design)
    else moveHotWater(state, design)
    moveGas(state)
  }

  return {
    kind: 'boiler',
    design,
    state,
    step: (dtMs) => {
      for (let left = dtMs; left >= TICK_MS; left -= TICK_MS) tick()
    },
    rest: () => state.nowMs,
    stirs: () => isUneasy(state),
    switches: () => switchesOf(state, design),
    sample: () => sampleOf(state, design, noise),
    takeEvents: () => [],
  }
}

/** What leaks gathers, and airs out once the train is tight again. */
function moveGas(state: BoilerState): void {
  const { gasRate } = state.causes
  if (gasRate === 0 && state.gas === 0) return
  const change = gasRate > 0 ? gasRate / 60 : -AIRED_LEL_S
  state.gas = clamp(state.gas + change * TICK_S, 0, 100)
}

function isUneasy(state: BoilerState): boolean {
  const lighting = state.burner === 'ignition'
  const unlit = state.fuelValve && !state.flame
  return (
    lighting || unlit || state.trip !== 'none' || state.gas > SMELT_LEL || state.furnacePressure > PUFFS_PA
  )
}

/** Dead bands: 1 % of the working pressure, 5 mm, 1 K, 20 Pa. */
function switchesOf(state: BoilerState, design: BoilerDesign): number {
  const flags = [state.fuelValve, state.flame, state.fan, state.inducedFan]
  flags.push(state.feedPump, state.circulationPump, lowWater(state, design))
  flags.push(state.pressure >= design.workingPressure * PRESSURE_STEPS.interlock)
  let number = stateCode(state, design)
  for (const flag of flags) number = number * 2 + Number(flag)
  const steam = design.medium === 'steam'
  number = number * 256 + Math.round((state.pressure / design.workingPressure) * 100)
  number = number * 256 + 128 + (steam ? Math.round(levelOf(state, design) / 5) : 0)
  number = number * 256 + (steam ? 0 : Math.round(state.waterTemp))
  return number * 64 + 32 + Math.round(state.furnacePressure / 20)
}

function sampleOf(state: BoilerState, design: BoilerDesign, noise: Random): Sample {
  const sample: Sample = {
    pressure: rounded(Math.max(0, state.pressure + noise.normal(0.0005)), 3),
    fuelFlow: rounded(fuelFlow(state, design), 1),
    fuelPressure: rounded(10 + noise.normal(0.1), 2),
    fuelValve: state.fuelValve,
    flame: state.flame,
    forcedDraftFan: state.fan,
    exhaustTemp: rounded(exhaustTemp(state) + noise.normal(0.4), 1),
    o2: rounded(oxygen(state) + noise.normal(0.05), 2),
    boilerState: stateCode(state, design),
    flameOutAlarm: state.trip === 'flame-out' || state.trip === 'ignition-failed',
  }
  if (design.draught === 'balanced') {
    sample.inducedDraftFan = state.inducedFan
    sample.furnacePressure = Math.round(state.furnacePressure + noise.normal(3))
  }
  if (state.gas > SMELT_LEL) sample.gasLeak = rounded(state.gas, 1)
  if (design.medium === 'steam') addSteam(sample, state, design, noise)
  else addHotWater(sample, state)
  if (state.nowMs - state.slowSaidAt >= SLOW_SIGNALS_MS) addSlow(sample, state, design, noise)
  return sample
}

function addSteam(sample: Sample, state: BoilerState, design: BoilerDesign, noise: Random): void {
  const level = levelOf(state, design)
  sample.waterLevel =
    design.levelSensor === 'electrode' ? electrodeLevel(level) : rounded(level + noise.normal(0.4), 1)
  sample.steamTemp = rounded(state.waterTemp, 1)
  sample.steamFlow = rounded(Math.max(0, state.steamFlow + noise.normal(0.01)), 2)
  sample.feedwaterTemp = rounded(FEED_TEMP + noise.normal(0.3), 1)
  sample.feedwaterFlow = rounded(state.feedFlow, 2)
  sample.feedPump = state.feedPump
  sample.lowWaterAlarm = lowWater(state, design)
  sample.highWaterAlarm = level >= HIGH_WATER_MM
  sample.overPressureAlarm = state.pressure >= design.workingPressure * PRESSURE_STEPS.interlock
}

/** The highest electrode that the water wets. */
function electrodeLevel(level: number): number {
  return ELECTRODES.find((electrode) => electrode <= level) ?? -110
}

function addHotWater(sample: Sample, state: BoilerState): void {
  sample.outletTemp = rounded(state.waterTemp, 1)
  sample.inletTemp = rounded(state.inletTemp, 1)
  sample.circulationPump = state.circulationPump
}

function addSlow(sample: Sample, state: BoilerState, design: BoilerDesign, noise: Random): void {
  state.slowSaidAt = state.nowMs
  // Blow-down each shift brings the dissolved solids back.
  state.tds = state.tds > 2_600 ? 1_800 : state.tds + state.demand * 1.4
  sample.feedwaterPressure = rounded(design.workingPressure + (state.feedPump ? 0.35 : 0.05), 2)
  sample.co = Math.round(clamp(12 + 20 * state.firing ** 2 + noise.normal(3), 0, 200))
  sample.nox = rounded(state.flame ? 22 + 5 * state.firing + noise.normal(0.6) : 0, 1)
  sample.ambientTemp = rounded(24 + 5 * Math.sin(((localHour(state.nowMs) - 9) / 24) * 2 * Math.PI), 1)
  sample.gasLeak = design.fuel === 'natural-gas' ? rounded(state.gas + Math.abs(noise.normal(0.3)), 1) : 0
  sample.hardness = rounded(0.012 + Math.abs(noise.normal(0.003)), 3)
  sample.ph = rounded(10.9 + noise.normal(0.06), 2)
  sample.tds = Math.round(state.tds)
  sample.burnerStarts = state.burnerStarts
}

/** m³/h of gas or kg/h of oil. */
function fuelFlow(state: BoilerState, design: BoilerDesign): number {
  if (!state.fuelValve) return 0
  // Before and without flame the valve passes its least rate.
  const rate = Math.max(state.firing, 0.1)
  return (rate * FULL_HEAT_KW * design.capacity) / (FUEL_KWH[design.fuel] * EFFICIENCY)
}

function exhaustTemp(state: BoilerState): number {
  return state.flame ? 96 + 46 * state.firing + state.waterTemp * 0.06 : 60 + state.waterTemp * 0.25
}

/** % dry: nearly all the fan's air at rest, more excess air at low fire. */
function oxygen(state: BoilerState): number {
  return state.flame ? 4.6 - 1.4 * state.firing : 20.6
}

function stateCode(state: BoilerState, design: BoilerDesign): number {
  const steam = design.medium === 'steam'
  const hot = steam ? state.pressure > 0.05 : state.waterTemp > 40
  if (state.trip !== 'none') return hot ? BOILER_STATE.stopping : BOILER_STATE.cold
  if (!hot) return state.burner === 'off' ? BOILER_STATE.cold : BOILER_STATE.ignition
  const working = steam
    ? state.pressure >= design.workingPressure * PRESSURE_STEPS.start * 0.85
    : state.waterTemp >= HOT_WATER.start - 15
  if (state.demand < 0.02) return BOILER_STATE.banked
  return working ? BOILER_STATE.running : BOILER_STATE.raising
}

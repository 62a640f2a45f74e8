/**
 * The efficiency of a boiler, %: what leaves as steam against what came as fuel where fuel and feed are metered, else
 * what is left after the losses of the flue gas and the walls (gas and oil, whose ash and soot losses are none).
 */
import { type BoilerFacts, boilerSlots } from './facts.js'

const FUEL_FLOW = boilerSlots.slot('fuelFlow')
const FEEDWATER_TEMP = boilerSlots.slot('feedwaterTemp')
const STEAM_TEMP = boilerSlots.slot('steamTemp')
const AMBIENT_TEMP = boilerSlots.slot('ambientTemp')

const ATMOSPHERE = 0.101325 // MPa
const WATER_HEAT = 4.19 // kJ/(kg·K)
const USUAL_AMBIENT = 20 // °C
const AIR_O2 = 21 // %
/** Siegert's constants. */
const SIEGERT = { gas: [0.66, 0.009], oil: [0.68, 0.007] } as const
/** A meter that makes more steam than its fuel holds is wrong. */
const BELIEVED = { min: 20, max: 105 } // %

/** Saturated steam: MPa absolute, °C, kJ/kg. */
const STEAM = [
  [0.1, 99.6, 2675],
  [0.2, 120.2, 2706],
  [0.5, 151.8, 2748],
  [0.8, 170.4, 2768],
  [1.25, 189.8, 2785],
  [1.6, 201.4, 2793],
  [2.5, 224, 2802],
  [4, 250.4, 2801],
  [6, 275.6, 2785],
  [10, 311, 2726],
  [14, 336.7, 2638],
] as const

/** Loss through walls at full load: up to so many t/h, %. */
const WALLS = [
  [4, 2.9],
  [6, 2.4],
  [10, 1.7],
  [15, 1.5],
  [20, 1.3],
  [35, 1.1],
  [Number.POSITIVE_INFINITY, 0.8],
] as const

/** NaN where too little is known, or a meter is wrong. */
export function efficiencyOf(facts: BoilerFacts): number {
  const direct = byMeters(facts)
  const efficiency = Number.isNaN(direct) ? byLosses(facts) : direct
  return efficiency >= BELIEVED.min && efficiency <= BELIEVED.max ? efficiency : Number.NaN
}

function byMeters({ raw, steamFlow, pressure, fuelHeat }: BoilerFacts): number {
  const fuel = (raw[FUEL_FLOW] ?? Number.NaN) * fuelHeat * 1000 // kJ/h
  const feed = (raw[FEEDWATER_TEMP] ?? Number.NaN) * WATER_HEAT
  const gained = steamHeat(pressure, raw[STEAM_TEMP] ?? Number.NaN) - feed
  return fuel > 0 ? (100 * steamFlow * 1000 * gained) / fuel : Number.NaN
}

/** kJ/kg at a gauge pressure (MPa) and temperature (°C; NaN for saturated steam). */
export function steamHeat(gauge: number, temperature: number): number {
  const pressure = gauge + ATMOSPHERE
  for (const [i, [upper, hotter, more]] of STEAM.entries()) {
    if (i === 0 || pressure > upper) continue
    const [lower, cooler, less] = STEAM[i - 1] ?? STEAM[0]
    const share = Math.max(0, (pressure - lower) / (upper - lower))
    const saturation = cooler + share * (hotter - cooler)
    const above = temperature > saturation ? temperature - saturation : 0
    // Steam near saturation holds more per kelvin the higher its pressure.
    return less + share * (more - less) + above * (2.1 + 0.12 * pressure)
  }
  return Number.NaN
}

function byLosses(facts: BoilerFacts): number {
  const { fuelKind, steamFlow, capacity } = facts
  if (fuelKind !== 'gas' && fuelKind !== 'oil') return Number.NaN
  const ambient = facts.raw[AMBIENT_TEMP] ?? Number.NaN
  const walls = WALLS.find(([most]) => capacity <= most)?.[1] ?? Number.NaN
  const air = Number.isNaN(ambient) ? USUAL_AMBIENT : ambient
  return 100 - flueLoss(fuelKind, facts.exhaustTemp - air, facts.o2) - (walls * capacity) / steamFlow
}

/** Siegert: % lost with flue gas so many K above the air, at so much oxygen (% dry). */
export function flueLoss(fuel: 'gas' | 'oil', kelvin: number, o2: number): number {
  const [a, b] = SIEGERT[fuel]
  return kelvin * (a / (AIR_O2 - o2) + b)
}

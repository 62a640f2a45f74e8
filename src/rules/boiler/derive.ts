/** A reading of a boiler, made into facts: meters first, then fire, then water and the course of the pressure. */
import type { EquipmentAttributes } from '../../model/equipment.js'
import { BOILER_STATE } from '../../model/signals.js'
import { type BoilerFacts, boilerSlots, type FuelKind } from './facts.js'
import { deriveFire } from './fire.js'
import { deriveMemory } from './memory.js'
import { deriveSensors } from './sensors.js'
import { deriveStillness } from './stillness.js'
import { deriveTrail } from './trail.js'
import { deriveWater } from './water.js'

const slot = boilerSlots.slot
const PRESSURE = slot('pressure')
const STEAM_FLOW = slot('steamFlow')
const FUEL_PRESSURE = slot('fuelPressure')
const FORCED_DRAFT = slot('forcedDraftFan')
const INDUCED_DRAFT = slot('inducedDraftFan')
const CIRCULATION = slot('circulationPump')
const FURNACE_PRESSURE = slot('furnacePressure')
const EXHAUST_TEMP = slot('exhaustTemp')
const O2 = slot('o2')
const CO = slot('co')
const GAS_LEAK = slot('gasLeak')
const OUTLET_TEMP = slot('outletTemp')
const STATE = slot('boilerState')
const BYPASS = slot('bypass')
const OVER_PRESSURE_ALARM = slot('overPressureAlarm')

/** Without `boilerState`, a boiler counts as hot for so long after fire, and above so much pressure. */
const HOT_AFTER_FIRE_MS = 30 * 60_000
const HOT_PRESSURE = 0.05 // MPa
/** Share of oxygen in air, %. */
const AIR_O2 = 21

export function equipBoiler(facts: BoilerFacts, attributes: EquipmentAttributes): void {
  const { fuel, medium } = attributes
  facts.lowWaterLimit = attributes.lowWaterLimit ?? Number.NaN
  facts.electrode = attributes.levelSensor === 'electrode'
  facts.safetyValveSet = attributes.safetyValveSet ?? Number.NaN
  facts.workingPressure = attributes.workingPressure ?? Number.NaN
  facts.ignitionMs = (attributes.ignitionTime ?? Number.NaN) * 1000
  facts.capacity = attributes.capacity ?? Number.NaN
  facts.fuelPressureSet = attributes.fuelPressureSet ?? Number.NaN
  facts.ratedOutletTemp = attributes.ratedOutletTemp ?? Number.NaN
  facts.hotWater = /hot.?water|热水/i.test(medium ?? '')
  facts.fuelKind = fuelKindOf(fuel)
  facts.balancedO2Limit = o2Of(mostExcessAir(facts.fuelKind, true))
  facts.pressureFiredO2Limit = o2Of(mostExcessAir(facts.fuelKind, false))
  facts.fuelHeat = attributes.fuelHeat ?? Number.NaN
  facts.designEfficiency = attributes.designEfficiency ?? Number.NaN
  facts.safetyValveCheckedAt = startOfDay(attributes.safetyValveCheckedOn)
  facts.gaugeCheckedAt = startOfDay(attributes.gaugeCheckedOn)
}

export function deriveBoiler(facts: BoilerFacts, signals: readonly number[]): void {
  deriveSensors(facts, signals)
  deriveMeters(facts)
  deriveFire(facts, signals)
  facts.hot = isHot(facts)
  deriveWater(facts)
  deriveTrail(facts)
  deriveMemory(facts)
  deriveStillness(facts, signals)
}

function deriveMeters(facts: BoilerFacts): void {
  const { raw } = facts
  facts.pressure = raw[PRESSURE] ?? Number.NaN
  facts.pressureRatio = facts.pressure / facts.workingPressure
  facts.steamFlow = raw[STEAM_FLOW] ?? Number.NaN
  facts.fuelPressure = raw[FUEL_PRESSURE] ?? Number.NaN
  facts.forcedDraft = raw[FORCED_DRAFT] ?? Number.NaN
  facts.inducedDraft = raw[INDUCED_DRAFT] ?? Number.NaN
  facts.circulation = raw[CIRCULATION] ?? Number.NaN
  facts.furnacePressure = raw[FURNACE_PRESSURE] ?? Number.NaN
  facts.exhaustTemp = raw[EXHAUST_TEMP] ?? Number.NaN
  facts.o2 = raw[O2] ?? Number.NaN
  facts.co = raw[CO] ?? Number.NaN
  facts.gasLeak = raw[GAS_LEAK] ?? Number.NaN
  facts.outletTemp = raw[OUTLET_TEMP] ?? Number.NaN
  const balanced = !Number.isNaN(facts.inducedDraft)
  facts.o2Limit = balanced ? facts.balancedO2Limit : facts.pressureFiredO2Limit
  facts.overPressureAlarm = raw[OVER_PRESSURE_ALARM] === 1
  facts.state = raw[STATE] ?? Number.NaN
  facts.bypass = raw[BYPASS] === 1
}

/** Drained and stored boilers read low all summer, so rules on water and flue gas ask this first. */
function isHot(facts: BoilerFacts): boolean {
  if (facts.flameSince <= facts.now || facts.fuelSince <= facts.now) return true
  if (!Number.isNaN(facts.state)) return facts.state !== BOILER_STATE.cold
  return facts.now - facts.firedAt <= HOT_AFTER_FIRE_MS || facts.pressure > HOT_PRESSURE
}

/** α at the exhaust that energy rules allow, by fuel and draught; NaN for a fuel that we do not know. */
function mostExcessAir(fuel: FuelKind, balanced: boolean): number {
  if (fuel === 'unknown') return Number.NaN
  return fuel === 'coal' ? 1.65 : balanced ? 1.25 : 1.15
}

/** Biomass is judged like coal. */
function fuelKindOf(fuel = ''): FuelKind {
  if (/oil|油/i.test(fuel)) return 'oil'
  if (/gas|气/i.test(fuel)) return 'gas'
  return /coal|biomass|煤|生物质/i.test(fuel) ? 'coal' : 'unknown'
}

/** The begin of a day in China; NaN for none. */
function startOfDay(day: string | undefined): number {
  return day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00+08:00`)
}

/** O2 (% dry) that belongs to α = 21 / (21 − O2). */
function o2Of(excessAir: number): number {
  return AIR_O2 - AIR_O2 / excessAir
}

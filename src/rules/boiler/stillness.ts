/**
 * Meters that stand still while the boiler works: each counts how long it has said one and the same value under fire,
 * and how much else moved meanwhile. Time without fire does not count: then everything stands.
 */
import { SIGNALS, signalIndex } from '../../model/signals.js'
import { type BoilerFacts, boilerSlots } from './facts.js'
import { isBurning } from './fire.js'
import type { StillMeter, Stillness } from './memory-facts.js'

/**
 * Meters that never stand still under a fire that changes, and the coarsest step at which that is so: a meter that shows
 * no less may stand still and be right. Not those of what is kept at one value, such as the return of a heating system.
 */
const METERS: readonly { name: string; coarsest: number; steamOnly: boolean }[] = [
  { name: 'pressure', coarsest: 0.005, steamOnly: true }, // MPa; closed loops of hot water keep theirs for days
  { name: 'waterLevel', coarsest: 1, steamOnly: true }, // mm
  { name: 'steamTemp', coarsest: 0.2, steamOnly: true }, // °C
  { name: 'outletTemp', coarsest: 0.2, steamOnly: false }, // °C
  { name: 'exhaustTemp', coarsest: 1, steamOnly: false }, // °C
  { name: 'furnaceTemp', coarsest: 1, steamOnly: false }, // °C
  { name: 'furnacePressure', coarsest: 1, steamOnly: false }, // Pa
  { name: 'o2', coarsest: 0.1, steamOnly: false }, // %
]
const SLOTS = METERS.map(({ name }) => boilerSlots.slot(name))
const LEVEL = METERS.findIndex(({ name }) => name === 'waterLevel')
const STEAM_FLOW = boilerSlots.slot('steamFlow')
const FUEL_FLOW = boilerSlots.slot('fuelFlow')
const OUTLET_TEMP = boilerSlots.slot('outletTemp')
/** By catalogue index: which meter, −1 for all else. */
const ofSignal = new Int8Array(SIGNALS.length).fill(-1)
for (const [i, { name }] of METERS.entries()) ofSignal[signalIndex(name) ?? -1] = i

/** What stands still for hours is seen often enough so. */
const EVERY_MS = 5_000
/** What was between two distant readings is not known, so a reading stands for no more. */
const MOST_MS = 300_000
/** Share by which steam or fuel must change to count as one move, as the fire's coming and going does. */
const MOVE = 0.2
/** The same value, said so often: one that is repeated because nothing newer was measured is said less. */
const LEAST_SAID = 20
/** Digits that a meter's value really has: what is beyond them comes from its way through single precision. */
const DIGITS = 6
const SAME = 10 ** -DIGITS

export function deriveStillness(facts: BoilerFacts, signals: readonly number[]): void {
  if (facts.stillness !== null && facts.now - facts.stillness.at < EVERY_MS) return
  facts.stillness ??= createStillness(facts)
  const { stillness } = facts
  noteWork(stillness, facts)
  for (let i = 0; i < signals.length; i++) {
    const meter = ofSignal[signals[i] ?? 0] ?? -1
    if (meter >= 0) noteValue(stillness, meter, facts)
  }
}

function createStillness({ now }: BoilerFacts): Stillness {
  const meter = (): StillMeter => ({
    value: 0,
    since: 0,
    said: 0,
    step: 0,
    fromWorked: 0,
    fromMoves: 0,
    worked: 0,
    moves: 0,
  })
  return { at: now, burning: false, worked: 0, moves: 0, load: 0, meters: METERS.map(meter) }
}

function noteWork(stillness: Stillness, facts: BoilerFacts): void {
  const burning = isBurning(facts)
  if (burning !== stillness.burning) stillness.moves++
  else if (burning) stillness.worked += Math.min(facts.now - stillness.at, MOST_MS)
  stillness.burning = burning
  stillness.at = facts.now
  const steam = facts.raw[STEAM_FLOW] ?? Number.NaN
  const load = Number.isNaN(steam) ? (facts.raw[FUEL_FLOW] ?? Number.NaN) : steam
  if (!(Math.abs(load - stillness.load) > MOVE * Math.max(load, stillness.load))) return
  stillness.moves++
  stillness.load = load
}

function noteValue(stillness: Stillness, i: number, { raw, now, attendedAt }: BoilerFacts): void {
  const meter = stillness.meters[i]
  const value = raw[SLOTS[i] ?? -1] ?? Number.NaN
  if (!meter || Number.isNaN(value)) return
  const moved = Math.abs(value - meter.value)
  const same = meter.said > 0 && moved <= SAME * Math.abs(value) && meter.since > attendedAt
  if (!same) {
    if (meter.said > 0 && moved > 0) meter.step = meter.step > 0 ? Math.min(meter.step, moved) : moved
    meter.value = value
    meter.since = now
    meter.said = 0
    meter.fromWorked = stillness.worked
    meter.fromMoves = stillness.moves
  }
  meter.said++
  // As of what it says itself: one that says nothing is silent, not still.
  meter.worked = stillness.worked - meter.fromWorked
  meter.moves = stillness.moves - meter.fromMoves
}

/** Slots of the meters that stood still for `stillMs` under fire while steam, fuel or fire changed `moves` times. */
export function stillSlots(facts: BoilerFacts, stillMs: number, moves: number): number[] {
  const { stillness } = facts
  const found: number[] = []
  if (stillness === null || stillness.worked < stillMs) return found
  for (let i = 0; i < METERS.length; i++) {
    const meter = stillness.meters[i]
    if (!meter || meter.worked < stillMs || meter.moves < moves || meter.said < LEAST_SAID) continue
    if (meter.since > facts.attendedAt && couldMove(facts, i, meter)) found.push(SLOTS[i] ?? -1)
  }
  return found
}

function couldMove(facts: BoilerFacts, i: number, { value, step }: StillMeter): boolean {
  const kind = METERS[i]
  if (!kind || (kind.steamOnly && isHotWater(facts))) return false
  // Electrodes know a few levels and stand between them, also where nobody stated that they are electrodes.
  if (i === LEVEL && (facts.electrode || step === 0)) return false
  return (step > 0 ? step : stepOf(value)) <= kind.coarsest * (1 + SAME)
}

function isHotWater({ hotWater, raw }: BoilerFacts): boolean {
  return hotWater || !Number.isNaN(raw[OUTLET_TEMP] ?? Number.NaN)
}

/** The last digit of a value that never changed; a 0 tells nothing, it may be all that an unwired input says. */
function stepOf(value: number): number {
  const [, decimals = ''] = String(Number(value.toPrecision(DIGITS))).split('.')
  return value === 0 ? Number.POSITIVE_INFINITY : 10 ** -decimals.length
}

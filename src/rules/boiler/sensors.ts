/**
 * Whether a boiler's thermometers can be believed: water, steam and iron do not change by tens of kelvins in a second,
 * a loose wire does. What leaps is not known until it comes back, or until as much time has passed as it would take.
 */
import { SIGNALS, signalIndex } from '../../model/signals.js'
import { LEAP, noteFault } from '../sensor-faults.js'
import { type BoilerFacts, boilerSlots, THERMOMETERS } from './facts.js'

const SLOTS = THERMOMETERS.map((name) => boilerSlots.slot(name))
/** By catalogue index: which thermometer, −1 for all else. */
const ofSignal = new Int8Array(SIGNALS.length).fill(-1)
for (const [i, name] of THERMOMETERS.entries()) ofSignal[signalIndex(name) ?? -1] = i
/** Closer readings tell noise from a leap no better. */
const SHORTEST_S = 1

export function deriveSensors(facts: BoilerFacts, signals: readonly number[]): void {
  for (let i = 0; i < signals.length; i++) {
    const thermometer = ofSignal[signals[i] ?? 0] ?? -1
    if (thermometer >= 0) judge(facts, thermometer)
  }
}

function judge(facts: BoilerFacts, i: number): void {
  const { raw, believed, believedAt, now } = facts
  const slot = SLOTS[i] ?? 0
  const value = raw[slot] ?? Number.NaN
  if (Number.isNaN(value)) return
  const elapsed = Math.max(SHORTEST_S, (now - (believedAt[i] ?? 0)) / 1000)
  if (Math.abs(value - (believed[i] ?? Number.NaN)) > facts.mostKelvinPerSecond * elapsed) {
    raw[slot] = Number.NaN
    if (facts.leaping[i] !== 1) noteFault(facts, slot, LEAP)
    facts.leaping[i] = 1
    return
  }
  facts.leaping[i] = 0
  believed[i] = value
  believedAt[i] = now
}

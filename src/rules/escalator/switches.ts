/** Safety switches, safety circuit, mains and brake, from signals or from coded events where a device has no such signal. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince, since } from '../facts.js'
import { type EscalatorFacts, escalatorSlots, SAFETY_SWITCHES } from './facts.js'

const slot = escalatorSlots.slot
const CIRCUIT = slot('safetyCircuit')
const MAINS = slot('mainsPower')
const MOTOR = slot('motorOn')
const BRAKE = slot('brakeReleased')
const SWITCH_SLOTS = SAFETY_SWITCHES.map(({ signal }) => slot(signal))
const MAINS_CODES = [EVENT_CODE.mainsLost, EVENT_CODE.escalatorMainsOff] as const
/** A circuit that opens so soon after the last movement opened under way: with one reading a second, it then stands. */
const UNDER_WAY_MS = 3_000

export function deriveSwitches(facts: EscalatorFacts): void {
  const { raw, now } = facts
  for (let i = 0; i < SWITCH_SLOTS.length; i++) {
    const acted = raw[SWITCH_SLOTS[i] ?? -1] === 1
    facts.actedSince[i] = since(facts.actedSince[i] ?? Number.NaN, acted, now)
  }
  const wasOpen = !Number.isNaN(facts.circuitOpenSince)
  facts.circuitOpenSince = since(facts.circuitOpenSince, raw[CIRCUIT] === 0, now)
  const opened = !wasOpen && !Number.isNaN(facts.circuitOpenSince)
  if (opened) facts.brokeRunning = facts.movedAt > 0 && now - facts.movedAt <= UNDER_WAY_MS
  const dark = raw[MAINS] === 0 || codeSince(facts, MAINS_CODES) !== null
  facts.mainsLostSince = since(facts.mainsLostSince, dark, now)
  facts.brakeHeldSince = since(facts.brakeHeldSince, raw[MOTOR] === 1 && raw[BRAKE] === 0, now)
}

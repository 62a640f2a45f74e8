/** Button, mains and safety circuit, from signals or from coded events where a device has no such signal. */
import { EVENT_CODE } from '../../model/signals.js'
import { since } from '../facts.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'

const MAINS = elevatorSlots.slot('mainsPower')
const BUTTON = elevatorSlots.slot('alarmButton')
const SAFETY_CIRCUIT = elevatorSlots.slot('safetyCircuit')
/** Some devices announce that the button was pressed and never that it was released. */
const STALE_ALARM_MS = 600_000

export function deriveSwitches(facts: ElevatorFacts): void {
  const pressed = facts.raw[BUTTON] === 1 || hasCode(facts, EVENT_CODE.alarmButton, STALE_ALARM_MS)
  facts.buttonSince = since(facts.buttonSince, pressed, facts.now)
  if (pressed) facts.buttonAt = facts.now
  const dark = facts.raw[MAINS] === 0 || hasCode(facts, EVENT_CODE.mainsLost)
  facts.mainsLostSince = since(facts.mainsLostSince, dark, facts.now)
  if (dark) facts.mainsLostAt = facts.now
  else facts.landed = false
  facts.safetyCircuitOpen = facts.raw[SAFETY_CIRCUIT] === 0 || hasCode(facts, EVENT_CODE.safetyCircuitBroken)
}

function hasCode(facts: ElevatorFacts, code: number, staleMs = Number.POSITIVE_INFINITY): boolean {
  for (const active of facts.codes) {
    if (active.code === code && facts.now - active.since < staleMs) return true
  }
  return false
}

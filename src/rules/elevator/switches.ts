/** Button, mains and safety circuit, from signals or from coded events where a device has no such signal. */
import { EVENT_CODE } from '../../model/signals.js'
import { since } from '../facts.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'

const MAINS = elevatorSlots.slot('mainsPower')
const BUTTON = elevatorSlots.slot('alarmButton')
const SAFETY_CIRCUIT = elevatorSlots.slot('safetyCircuit')
/** Some devices announce that the button was pressed and never that it was released. */
const STALE_ALARM_MS = 600_000
/** A car that stands no longer than this when the circuit breaks was stopped by it. */
const STOPPING_MS = 2_000

export function deriveSwitches(facts: ElevatorFacts): void {
  const pressed = facts.raw[BUTTON] === 1 || hasCode(facts, EVENT_CODE.alarmButton, STALE_ALARM_MS)
  facts.buttonSince = since(facts.buttonSince, pressed, facts.now)
  if (pressed) facts.buttonAt = facts.now
  const dark = facts.raw[MAINS] === 0 || hasCode(facts, EVENT_CODE.mainsLost)
  facts.mainsLostSince = since(facts.mainsLostSince, dark, facts.now)
  if (dark) facts.mainsLostAt = facts.now
  else facts.landed = false
  deriveCircuit(facts, facts.raw[SAFETY_CIRCUIT] === 0 || hasCode(facts, EVENT_CODE.safetyCircuitBroken))
}

function deriveCircuit(facts: ElevatorFacts, open: boolean): void {
  const underway = facts.motion === 'moving' || facts.now - facts.standingSince <= STOPPING_MS
  // The controller's code says itself that the car was running.
  const broke = open && !Number.isNaN(facts.circuitClosedSince)
  if (broke && (underway || hasCode(facts, EVENT_CODE.safetyCircuitBroken))) facts.circuitBrokeAt = facts.now
  if (!open) facts.circuitBrokeAt = Number.NaN
  facts.safetyCircuitOpen = open
  facts.circuitClosedSince = since(facts.circuitClosedSince, !open, facts.now)
}

function hasCode(facts: ElevatorFacts, code: number, staleMs = Number.POSITIVE_INFINITY): boolean {
  for (const active of facts.codes) {
    if (active.code === code && facts.now - active.since < staleMs) return true
  }
  return false
}

/**
 * What a reading adds to the long memory of a lift. Acts only on signals that came with it, most of them once a run;
 * what is said again of the same stop or moment counts once.
 */
import { SERVICE_MODE } from '../../model/signals.js'
import { openDiary, write } from '../diary.js'
import { deriveBraking } from './braking.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import { SAID } from './said.js'
import { deriveUsage } from './usage.js'
import { deriveVibration } from './vibration.js'

const LEVEL_ERROR = elevatorSlots.slot('levelError')

export function deriveWear(facts: ElevatorFacts, said: number): void {
  if (facts.speed > facts.topSpeed) facts.topSpeed = facts.speed
  // What a mechanic does with the car is not its usual way.
  if (facts.mode === SERVICE_MODE.inspection) return
  if ((said & SAID.counter) !== 0) deriveUsage(facts)
  if ((said & SAID.levelError) !== 0) noteLevel(facts)
  if ((said & SAID.vibration) !== 0) deriveVibration(facts)
  deriveBraking(facts, said)
}

/** Devices that repeat their signals say the same stop again and again; it counts once. */
function noteLevel(facts: ElevatorFacts): void {
  const level = facts.raw[LEVEL_ERROR] ?? Number.NaN
  if (Number.isNaN(level) || facts.motion === 'moving') return
  if (facts.levelling !== null && facts.levelling.latest >= facts.standingSince) return
  facts.levelling ??= openDiary(facts.now, { days: 28, values: 32 })
  write(facts.levelling, level, facts.now, facts.attendedAt)
  facts.wearAt = facts.now
}

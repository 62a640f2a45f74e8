/**
 * How the brake stops the car: the deceleration after it fell, from readings that follow each other closely, and whether
 * a car that stands shut creeps away from its landing.
 */
import { keepTime } from '../facts.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import { SAID } from './said.js'
import type { Braking } from './wear-facts.js'

const BRAKE = elevatorSlots.slot('brakeReleased')
const SPEED = elevatorSlots.slot('speed')
const LEVEL_ERROR = elevatorSlots.slot('levelError')
/** Readings further apart than this do not show the course of a stop. */
const FOLLOWED_MS = 500
/** A drive that stops electrically lets the brake fall on a car that stands; that says nothing of the brake. */
const LEAST_SPEED = 0.1 // m/s
const REST = 0.02 // m/s
/** Stops kept, the most that a judgement may ask for. */
const MOST_STOPS = 50

function createBraking(): Braking {
  return {
    lifted: false,
    fellFrom: 0,
    metres: 0,
    speed: 0,
    at: 0,
    decelerations: [],
    fresh: 0,
    longest: 0,
    usual: 0,
    newest: 0,
    shutSince: 0,
    shutLevel: 0,
    crept: 0,
    creptBefore: 0,
    levelAt: 0,
    foundAt: 0,
  }
}

export function deriveBraking(facts: ElevatorFacts, said: number): void {
  const heard = said & (SAID.brakeReleased | SAID.levelError)
  if (facts.braking === null && heard === 0) return
  facts.braking ??= createBraking()
  const { braking } = facts
  if (braking.foundAt > 0 && facts.attendedAt > braking.foundAt) facts.braking = createBraking()
  if ((said & SAID.speed) !== 0) followStop(facts.braking, facts)
  if ((said & SAID.levelError) !== 0) followCreep(facts.braking, facts)
}

function followStop(braking: Braking, { raw, now }: ElevatorFacts): void {
  const released = raw[BRAKE] ?? Number.NaN
  const speed = Math.abs(raw[SPEED] ?? Number.NaN)
  if (Number.isNaN(released) || Number.isNaN(speed)) return
  if (released === 1) {
    braking.lifted = true
    braking.fellFrom = 0
    return
  }
  if (braking.lifted) {
    braking.lifted = false
    braking.fellFrom = speed >= LEAST_SPEED ? speed : 0
    braking.metres = 0
  } else if (braking.fellFrom > 0) {
    const elapsed = now - braking.at
    braking.metres += (((braking.speed + speed) / 2) * elapsed) / 1000
    if (elapsed > FOLLOWED_MS) braking.fellFrom = 0
    else if (speed < REST) endStop(braking)
  }
  braking.speed = speed
  braking.at = now
}

function endStop(braking: Braking): void {
  keepTime(braking.decelerations, braking.fellFrom ** 2 / (2 * braking.metres), MOST_STOPS)
  braking.fresh++
  braking.longest = Math.max(braking.longest, braking.metres)
  braking.fellFrom = 0
}

/** Load changes only through an open door, so a car that sinks behind a shut one slips through its brake. */
function followCreep(braking: Braking, facts: ElevatorFacts): void {
  const level = facts.raw[LEVEL_ERROR] ?? Number.NaN
  if (Number.isNaN(level) || braking.levelAt === facts.now) return
  braking.levelAt = facts.now
  if (facts.motion !== 'standing' || facts.door !== 'closed') {
    braking.shutSince = 0
    braking.crept = 0
    braking.creptBefore = 0
    return
  }
  const shutSince = Math.max(facts.standingSince, facts.doorClosedSince)
  if (braking.shutSince !== shutSince) {
    braking.shutSince = shutSince
    braking.shutLevel = level
    braking.crept = 0
  }
  braking.creptBefore = braking.crept
  braking.crept = Math.abs(level - braking.shutLevel)
}

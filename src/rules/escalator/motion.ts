/** Whether it runs, which way, and whether its handrails keep up; any signal may be missing. */
import { SERVICE_MODE, SPEED_MODE } from '../../model/signals.js'
import { since } from '../facts.js'
import { type EscalatorFacts, escalatorSlots, type Motion } from './facts.js'

const slot = escalatorSlots.slot
const SPEED = slot('speed')
const DIRECTION = slot('direction')
const SPEED_MODE_SLOT = slot('speedMode')
const MOTOR = slot('motorOn')
const LEFT = slot('handrailSpeedLeft')
const RIGHT = slot('handrailSpeedRight')

const STANDING_SPEED = 0.05 // m/s
const CLEAR_MOTION_SPEED = 0.1 // m/s; below, the sign of a speed sensor is noise
const FASTEST_ESCALATOR = 5 // m/s; no drive reaches it, so what says more is a broken sensor
const DOWN = 2

export function deriveMotion(facts: EscalatorFacts): void {
  const speed = Math.abs(facts.raw[SPEED] ?? Number.NaN)
  facts.speed = speed <= FASTEST_ESCALATOR ? speed : Number.NaN
  const motion = motionOf(facts)
  if (motion === 'moving') facts.movedAt = facts.now
  if (motion === facts.motion) return
  if (motion === 'standing') facts.boardedAt = facts.motion === 'moving' ? facts.passengerAt : 0
  facts.motion = motion
  facts.standingSince = motion === 'standing' ? facts.now : Number.NaN
  facts.movingSince = motion === 'moving' ? facts.now : Number.NaN
}

function motionOf({ raw, speed }: EscalatorFacts): Motion {
  if (!Number.isNaN(speed)) return speed >= STANDING_SPEED ? 'moving' : 'standing'
  const motor = raw[MOTOR] ?? Number.NaN
  if (!Number.isNaN(motor)) return motor === 1 ? 'moving' : 'standing'
  const mode = raw[SPEED_MODE_SLOT] ?? Number.NaN
  if (!Number.isNaN(mode)) return mode === SPEED_MODE.standby ? 'standing' : 'moving'
  const direction = raw[DIRECTION] ?? Number.NaN
  return Number.isNaN(direction) ? 'unknown' : direction === 0 ? 'standing' : 'moving'
}

/** Notes a change of direction. Under inspection people run it both ways; that is no reversal. */
export function deriveHeading(facts: EscalatorFacts): void {
  const signed = facts.raw[SPEED] ?? Number.NaN
  if (signed < -CLEAR_MOTION_SPEED) facts.signedSpeed = true
  if (facts.mode === SERVICE_MODE.inspection) {
    facts.heading = 0
    facts.reverseSince = Number.NaN
    return
  }
  if (!(facts.speed >= CLEAR_MOTION_SPEED)) return
  const heading = headingOf(facts, signed)
  if (facts.heading !== 0 && heading !== facts.heading) {
    facts.reverseSince = since(facts.reverseSince, true, facts.now)
    // One reading may be a slip of the sensor; with the second, this is the way it goes now.
    if (facts.reverseSince === facts.now) return
    facts.reversedAt = facts.reverseSince
    facts.reversalGapMs = facts.reverseSince - facts.headingAt
  }
  facts.heading = heading
  facts.headingAt = facts.now
  facts.reverseSince = Number.NaN
}

/** Devices that send the speed without a sign tell the direction beside it. */
function headingOf({ raw, signedSpeed }: EscalatorFacts, signed: number): number {
  if (signedSpeed || signed < 0) return Math.sign(signed)
  return raw[DIRECTION] === DOWN ? -1 : 1
}

export function deriveHandrails(facts: EscalatorFacts): void {
  const { raw, ratedSpeed, speed } = facts
  const left = Math.abs(raw[LEFT] ?? Number.NaN)
  const right = Math.abs(raw[RIGHT] ?? Number.NaN)
  facts.slowerHandrail = Number.isNaN(left) || right < left ? 1 : 0
  facts.handrailSpeed = facts.slowerHandrail === 1 ? right : left
  const nominal = raw[SPEED_MODE_SLOT] === SPEED_MODE.nominal ? ratedSpeed : Number.NaN
  const steps = Number.isNaN(speed) ? nominal : speed
  facts.stepSpeed = facts.motion === 'moving' && steps >= CLEAR_MOTION_SPEED ? steps : Number.NaN
}

/** Where the car is and whether it moves, from speed, status, floor and zone; any of them may be missing. */
import { keepNewest, since } from '../facts.js'
import { type ElevatorFacts, elevatorSlots, type Motion } from './facts.js'
import { isSpeedStill } from './still-sensors.js'

const CAR_STATUS = elevatorSlots.slot('carStatus')
const ZONE = elevatorSlots.slot('doorZone')
const FLOOR = elevatorSlots.slot('floor')
const SPEED = elevatorSlots.slot('speed')

const STANDING_SPEED = 0.1 // m/s; two samples at or above are motion, one may be noise
const CLEAR_MOTION_SPEED = 0.3 // m/s; one sample is enough
/** A car that "runs" at speed 0 without passing anything stands: the run-time limiter acts no later than this. */
const STALLED_MS = 45_000
const LONG_RUN_MS = 5_000
/** Readings further apart than this leave open which floors were passed between them. */
const FOLLOWED_MS = 10_000
const LOWEST_STOREY = 2.5 // m
const FASTEST_LIFT = 10 // m/s, where the nameplate is not known
const MOST_LEAPS = 4

/** Returns whether the car left the zone with this reading. */
export function derivePlace(facts: ElevatorFacts): boolean {
  const zone = facts.raw[ZONE] ?? Number.NaN
  const floor = facts.raw[FLOOR] ?? Number.NaN
  const left = facts.zone === 1 && zone === 0
  if (left || (facts.zone === 0 && zone === 1) || differs(facts.floor, floor) || facts.passedAt === 0) {
    facts.passedAt = facts.now
  }
  if (differs(facts.floor, floor)) noteLeap(facts, Math.abs(facts.floor - floor))
  noteFloor(facts, floor)
  facts.zone = zone
  facts.floor = floor
  return left
}

/** A car that stands comes to no other floor, whatever its sensor says. */
function noteFloor(facts: ElevatorFacts, floor: number): void {
  if (floor === facts.floor) {
    if (facts.now > facts.readAt) facts.floorSamples++
    return
  }
  const underway = Math.abs(facts.raw[SPEED] ?? Number.NaN) >= STANDING_SPEED || facts.raw[CAR_STATUS] === 1
  facts.floorTravelled = facts.motion === 'moving' || underway
  facts.floorSamples = 1
}

/** More floors than the car can have passed since the last reading: it does not know where it is. */
function noteLeap(facts: ElevatorFacts, floors: number): void {
  const elapsed = facts.now - facts.readAt
  if (elapsed > FOLLOWED_MS) return
  const fastest = Number.isNaN(facts.ratedSpeed) ? FASTEST_LIFT : facts.ratedSpeed
  if (floors <= 1 + Math.ceil(((elapsed / 1000) * fastest) / LOWEST_STOREY)) return
  facts.floorLeaps = keepNewest(facts.floorLeaps, MOST_LEAPS, facts.now)
}

function differs(a: number, b: number): boolean {
  return a !== b && !Number.isNaN(a) && !Number.isNaN(b)
}

export function deriveMotion(facts: ElevatorFacts, hasSpeed: boolean, hasStatus: boolean): void {
  const speed = Math.abs(facts.raw[SPEED] ?? Number.NaN)
  const status = facts.raw[CAR_STATUS] ?? Number.NaN
  facts.runCommandSince = since(facts.runCommandSince, status === 1, facts.now)
  // The same moment said twice is one sample.
  facts.newSpeed = hasSpeed && facts.speedAt !== facts.now
  if (facts.newSpeed) noteRest(facts, speed)
  if (hasSpeed) {
    facts.speed = speed
    facts.speedAt = facts.now
  }
  if (facts.newSpeed) {
    facts.motionSamples = speed >= STANDING_SPEED ? facts.motionSamples + 1 : 0
    facts.fastSamples = speed >= CLEAR_MOTION_SPEED ? facts.fastSamples + 1 : 0
  } else if (Number.isNaN(speed) && hasStatus) {
    facts.fastSamples = status === 1 ? facts.fastSamples + 1 : 0
  }
  facts.speedStill = isFast(facts, speed) && isSpeedStill(facts)
  const motion = motionOf(facts, speed, status)
  if (motion !== facts.motion) {
    facts.motion = motion
    facts.standingSince = motion === 'standing' ? facts.now : Number.NaN
    facts.movingSince = motion === 'moving' ? facts.now : Number.NaN
  }
  if (motion === 'moving' && facts.now - facts.movingSince >= LONG_RUN_MS) facts.longRunAt = facts.now
}

/** From speed to rest between two readings: how fast it was tells a stop that nobody asked for from an arrival. */
function noteRest(facts: ElevatorFacts, speed: number): void {
  if (speed >= STANDING_SPEED || !(facts.speed >= CLEAR_MOTION_SPEED)) return
  facts.stoppedFrom = facts.speed
  facts.stoppedWithinMs = facts.now - facts.speedAt
  facts.stoppedAt = facts.now
}

function isFast({ motionSamples }: ElevatorFacts, speed: number): boolean {
  return speed >= CLEAR_MOTION_SPEED || motionSamples >= 2
}

function motionOf(facts: ElevatorFacts, speed: number, status: number): Motion {
  if (Number.isNaN(speed)) return status === 1 ? 'moving' : status === 0 ? 'standing' : 'unknown'
  if (isFast(facts, speed)) return facts.speedStill ? 'standing' : 'moving'
  if (status === 1 && facts.now - facts.passedAt < STALLED_MS) return 'moving'
  return 'standing'
}

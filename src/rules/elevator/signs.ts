/**
 * What must be so for a pattern of lifts to be worth a look, as bits. Nearly always none of it is, and then a reading
 * costs one number instead of a look at every pattern. A test holds that no pattern sleeps through what it would find.
 */
import type { ElevatorFacts } from './facts.js'
import { newestFrameAt } from './frames.js'
import { UNWEIGHED_STOPS } from './still-sensors.js'

export const SIGN = {
  /** A coded fault or event is under way. */
  code: 1 << 0,
  /** The alarm button is pressed. */
  button: 1 << 1,
  /** The mains are away. */
  dark: 1 << 2,
  /** It stands outside the door zone. */
  betweenFloors: 1 << 3,
  /** It stands at a floor, shut, with somebody inside. */
  shutIn: 1 << 4,
  /** It left a landing, or crept, with its door not closed. */
  escaping: 1 << 5,
  /** It runs with its door not closed. */
  openRun: 1 << 6,
  /** It is faster than its nameplate, or was a moment ago. */
  fast: 1 << 7,
  /** Its floor is none that it has. */
  beyond: 1 << 8,
  /** It came to rest just now. */
  stopped: 1 << 9,
  /** The safety circuit broke under way. */
  circuit: 1 << 10,
  /** It runs and has passed nothing for a while. */
  stalls: 1 << 11,
  /** It has lost its place of late, or ended a run by which that can be told. */
  lost: 1 << 12,
  /** Its door is on its way. */
  doorMoves: 1 << 13,
  /** Its door has shut or turned back since the last run. */
  doorTried: 1 << 14,
  open: 1 << 15,
  /** Its pictures are scored for electric bicycles, of late. */
  pictures: 1 << 16,
  /** A sensor has failed of late. */
  sensors: 1 << 17,
  /** Its long memory has grown just now, or was not looked at for a minute. */
  wear: 1 << 18,
} as const

/** No further may L-EMS and L-EBK be told to look back, and no sooner L-RTL to act. */
const STOPPED_MS = 3_000
const PICTURES_MS = 600_000
const STALLS_MS = 5_000
/** The fewest that L-SNS may ask for. */
const STUCK_STOPS = 20
const WEAR_EVERY_MS = 60_000

export function signsOf(facts: ElevatorFacts): number {
  return signsOfPlace(facts) | signsOfDoor(facts) | signsOfSwitches(facts) | signsOfParts(facts)
}

function signsOfPlace(facts: ElevatorFacts): number {
  const { now, zone, floor, lowestFloor, passage } = facts
  let signs = 0
  if (facts.motion === 'standing') {
    if (zone === 0) signs |= SIGN.betweenFloors
    else if (zone === 1 && facts.door === 'closed' && facts.occupied) signs |= SIGN.shutIn
    if (now - facts.stoppedAt <= STOPPED_MS) signs |= SIGN.stopped
  }
  const fast = facts.speed > facts.ratedSpeed || facts.overspeedSamples > 0
  if (fast || !Number.isNaN(facts.overspeedSince)) signs |= SIGN.fast
  if (floor < lowestFloor || floor >= lowestFloor + facts.floors) signs |= SIGN.beyond
  if (now - Math.max(facts.runCommandSince, facts.passedAt) >= STALLS_MS) signs |= SIGN.stalls
  const apart = passage !== null && (passage.ended || passage.amiss.length > 0)
  if (apart || facts.floorLeaps.length > 0) signs |= SIGN.lost
  return signs
}

function signsOfDoor(facts: ElevatorFacts): number {
  let signs = 0
  if (facts.door === 'open') signs |= SIGN.open
  if (!Number.isNaN(facts.closingSince) || !Number.isNaN(facts.openingSince)) signs |= SIGN.doorMoves
  if (facts.doorCycles.length > 0 || facts.doorReversals.length > 0) signs |= SIGN.doorTried
  if (!Number.isNaN(facts.leftZoneOpenAt) || facts.driftSamples > 0) signs |= SIGN.escaping
  if (!Number.isNaN(facts.openRunSince)) signs |= SIGN.openRun
  return signs
}

function signsOfSwitches(facts: ElevatorFacts): number {
  let signs = 0
  if (facts.codes.length > 0) signs |= SIGN.code
  if (!Number.isNaN(facts.buttonSince)) signs |= SIGN.button
  if (!Number.isNaN(facts.mainsLostSince)) signs |= SIGN.dark
  if (!Number.isNaN(facts.circuitBrokeAt)) signs |= SIGN.circuit
  return signs
}

function signsOfParts(facts: ElevatorFacts): number {
  let signs = 0
  if (facts.frames.length > 0 && facts.now - newestFrameAt(facts) <= PICTURES_MS) signs |= SIGN.pictures
  const stuck = facts.stopsSeen >= STUCK_STOPS || facts.stopsUnseen >= STUCK_STOPS
  const still = facts.unweighedStops >= UNWEIGHED_STOPS || facts.speedStill
  if (stuck || still || facts.sensorFaults.length > 0 || facts.failedSensors.length > 0) signs |= SIGN.sensors
  // What works on weeks can wait for a minute.
  if (facts.now - facts.wearAt >= WEAR_EVERY_MS) facts.wearAt = facts.now
  if (facts.wearAt === facts.now) signs |= SIGN.wear
  return signs
}

/** What the readings of an escalator or a moving walk come to mean: how it runs, what has acted, and who is on it. */
import { createSlots, Facts, NONE } from '../facts.js'
import type { Sensed } from '../sensor-faults.js'

export const escalatorSlots = createSlots('escalator')

export type Motion = 'unknown' | 'standing' | 'moving'

/** Devices that stop it when they act: the signal, true while it has acted, and what is said of it then. */
export const SAFETY_SWITCHES = [
  { signal: 'emergencyStop', key: 'emergency-stop-pressed', witness: 'person' },
  { signal: 'stepMissing', key: 'step-missing', witness: 'machine' },
  { signal: 'combPlate', key: 'comb-plate-acted', witness: 'machine' },
  { signal: 'skirtSwitch', key: 'skirt-switch-acted', witness: 'machine' },
  { signal: 'floorPlate', key: 'floor-plate-open', witness: 'machine' },
  { signal: 'handrailInlet', key: 'handrail-inlet-acted', witness: 'machine' },
  { signal: 'stepChain', key: 'step-chain-acted', witness: 'machine' },
  { signal: 'driveChain', key: 'drive-chain-acted', witness: 'machine' },
  { signal: 'auxiliaryBrake', key: 'auxiliary-brake-acted', witness: 'machine' },
] as const
export type SafetySwitch = (typeof SAFETY_SWITCHES)[number]['signal']

export class EscalatorFacts extends Facts implements Sensed {
  /** After `serviceMode`, or after events 40–43 and 28–29 where the device has no such signal. */
  mode = Number.NaN
  /** When inspection ended: somebody had it in hand. */
  inspectedAt = 0
  motion: Motion = 'unknown'
  /** ms since 1970; NaN while it does not stand, or does not move. */
  standingSince = Number.NaN
  movingSince = Number.NaN
  /** When a reading last said that it moves. */
  movedAt = 0
  /** m/s without its direction, and by the nameplate; NaN where unknown. */
  speed = Number.NaN
  ratedSpeed = Number.NaN
  /** Since when, and in how many readings in a row, it is faster than it may be; NaN and 0 while it is not. */
  overspeedSince = Number.NaN
  overspeedReadings = 0
  /** When that was last judged. */
  overspeedAt = 0
  /** The way it went when it last moved, 1 up, -1 down, 0 unknown, and when that was. */
  heading = 0
  headingAt = 0
  /** Its speed has been below zero, so the sign tells the direction. */
  signedSpeed = false
  /** Since when it seems to go the other way; NaN while it does not, or that is sure. */
  reverseSince = Number.NaN
  /** When it last turned round, and how long before it still went the old way, ms. */
  reversedAt = Number.NaN
  reversalGapMs = Number.NaN
  /** m/s of the slower handrail, NaN where unknown, and which it is: 0 left, 1 right. */
  handrailSpeed = Number.NaN
  slowerHandrail = 0
  /** m/s that the handrails should have; NaN while it stands or nothing tells. */
  stepSpeed = Number.NaN
  slipSince = Number.NaN
  /** By index in `SAFETY_SWITCHES`: since when it has acted, NaN while it has not. */
  actedSince: number[] = SAFETY_SWITCHES.map(() => Number.NaN)
  circuitOpenSince = Number.NaN
  /** The safety circuit opened while it ran. */
  brokeRunning = false
  mainsLostSince = Number.NaN
  /** Since when the motor has been on against a brake that is shut. */
  brakeHeldSince = Number.NaN
  /** When somebody was last seen on it, and what was known of that when it stopped; 0 for never. */
  passengerAt = 0
  boardedAt = 0
  /** m, of the last stop that was measured, and when; NaN where unknown. */
  stopDistance = Number.NaN
  stopDistanceAt = Number.NaN
  /** m, within which a stop must be; NaN where neither stated nor known for its speed. */
  stopDistanceLimit = Number.NaN
  stopDistanceMin = Number.NaN
  /** As `Sensed` says. */
  sensorFaults: readonly number[] = NONE
  failedSensors: readonly number[] = NONE

  constructor() {
    super(escalatorSlots)
  }
}

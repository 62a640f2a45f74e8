/** What the readings of a lift come to mean: moving or standing, since when, doors, zone, switches, and who is inside. */
import { commonFacts, createSlots, type Facts } from '../facts.js'

export const elevatorSlots = createSlots('elevator')

export type DoorState = 'unknown' | 'closed' | 'open' | 'between'
export type Motion = 'unknown' | 'standing' | 'moving'

export interface ElevatorFacts extends Facts {
  /** After `serviceMode`, or after events 40–47 where the device has no such signal. */
  mode: number
  motion: Motion
  /** ms since 1970; NaN while it does not stand, or does not move. */
  standingSince: number
  movingSince: number
  /** Samples in a row at or above `STANDING_SPEED`, and at or above 0.3 m/s. */
  motionSamples: number
  fastSamples: number
  /** When floor or zone last changed, which no standing car can do. */
  passedAt: number
  /** When a run of five seconds or more was last under way. */
  longRunAt: number
  zone: number
  floor: number
  door: DoorState
  /** ms since 1970; NaN when it is not so. */
  doorClosedSince: number
  doorOpenSince: number
  doorNotClosedSince: number
  /** The device tells "open" from "not closed"; one that does not can only say the latter. */
  tellsOpen: boolean
  occupied: boolean
  occupiedSince: number
  /** Presence was first seen long after the doors had shut, so it may be the sensor. */
  presenceDoubtful: boolean
  presenceSamples: number
  presenceSeenSince: number
  /** When presence was last seen. */
  presenceAt: number
  /** People were counted, or seen by a camera. */
  counted: boolean
  /** ms since 1970; NaN while released. */
  buttonSince: number
  buttonAt: number
  mainsLostSince: number
  safetyCircuitOpen: boolean
  /** When the car left the zone with its door not closed; NaN once the door is closed or the zone reached again. */
  leftZoneOpenAt: number
  leftZoneMoving: boolean
  /** m that it crept with the door not closed since it last stood, and over how many samples. */
  driftMetres: number
  driftSamples: number
  /** Stood still with the door not closed: what moves after that was not an arrival. */
  restedOpen: boolean
  /** When inspection ended: somebody had it in hand. */
  inspectedAt: number
  /** Signals come from the lift's controller, not only from a box on the car. */
  controllerLink: boolean
  goods: boolean
  /** m/s without its direction, of the newest reading that had it, and when that was; NaN where it is not known. */
  speed: number
  speedAt: number
  /** m/s, from the nameplate; NaN where unknown. */
  ratedSpeed: number
  /** How many floors, and the number of the lowest; NaN where nobody stated it. */
  floors: number
  lowestFloor: number
  /** Since when, and in how many samples in a row, the car is faster than it may be; ms since 1970, NaN while it is not. */
  overspeedSince: number
  overspeedSamples: number
  /** Since when the controller says that it runs. */
  runCommandSince: number
  /** When the floor last leapt by more than the car can have travelled, newest last. */
  floorLeaps: number[]
  /** Since when the door is on its way; ms since 1970, NaN when it is not. */
  closingSince: number
  openingSince: number
  /** It was fully open since it last was shut. */
  wasOpen: boolean
  /** Since the last run: when the door shut after having been open, and when it turned back while closing. */
  doorCycles: number[]
  doorReversals: number[]
  /** Since the mains went, the car has stood at a landing with its door open. */
  landed: boolean
  /** Has a drive that brings the car to a landing when the mains go. */
  automaticRescue: boolean
}

export function createElevatorFacts(): ElevatorFacts {
  return {
    ...commonFacts(elevatorSlots),
    mode: Number.NaN,
    motion: 'unknown',
    standingSince: Number.NaN,
    movingSince: Number.NaN,
    motionSamples: 0,
    fastSamples: 0,
    passedAt: 0,
    longRunAt: 0,
    zone: Number.NaN,
    floor: Number.NaN,
    door: 'unknown',
    doorClosedSince: Number.NaN,
    doorOpenSince: Number.NaN,
    doorNotClosedSince: Number.NaN,
    tellsOpen: false,
    occupied: false,
    occupiedSince: Number.NaN,
    presenceDoubtful: false,
    presenceSamples: 0,
    presenceSeenSince: Number.NaN,
    presenceAt: 0,
    counted: false,
    buttonSince: Number.NaN,
    buttonAt: 0,
    mainsLostSince: Number.NaN,
    safetyCircuitOpen: false,
    leftZoneOpenAt: Number.NaN,
    leftZoneMoving: false,
    driftMetres: 0,
    driftSamples: 0,
    restedOpen: false,
    inspectedAt: 0,
    controllerLink: false,
    goods: false,
    speed: Number.NaN,
    speedAt: 0,
    ratedSpeed: Number.NaN,
    floors: Number.NaN,
    lowestFloor: Number.NaN,
    overspeedSince: Number.NaN,
    overspeedSamples: 0,
    runCommandSince: Number.NaN,
    floorLeaps: [],
    closingSince: Number.NaN,
    openingSince: Number.NaN,
    wasOpen: false,
    doorCycles: [],
    doorReversals: [],
    landed: false,
    automaticRescue: false,
  }
}

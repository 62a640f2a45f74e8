/**
 * Everything a simulated lift is at one moment. Faults change the causes in here (a broken safety chain, a jammed door),
 * never what is reported: the readings follow from the physics.
 */
import type { Random } from '../random.js'
import type { ControllerEvent } from './device.js'
import type { HouseUse, Passenger } from './lift-traffic.js'
import type { Travel } from './lift-travel.js'

/** What the lift was built as. */
export interface LiftDesign {
  floors: number
  /** m */
  floorHeight: number
  /** m/s */
  ratedSpeed: number
  /** kg */
  ratedLoad: number
  use: HouseUse
  /** Linked to the controller (faults by code, brake, safety chain, load), or a kit of sensors on the car roof. */
  source: 'controller' | 'car-top'
  /** Automatic rescue device: on mains loss the car creeps to a landing on its battery. */
  automaticRescue: boolean
  /** Share of the usual flow of people that comes to this lift, above 0 and at most 1; 1 if absent. */
  traffic?: number
  /** The door begins to open in the last decimetre before the landing. */
  advanceOpening?: boolean
  /** What a terminal makes of the limit switch behind the last floor: its code, a floor beyond the last, or nothing. */
  overTravel?: 'code' | 'floor' | 'unseen'
}

/** Who has the lift: the controller, nobody (locked out), people at the machine, its rescue battery, or the fire recall. */
export type LiftMode = 'automatic' | 'locked-out' | 'inspection' | 'evacuation' | 'fire'

export type LiftPhase = 'parked' | 'opening' | 'open' | 'closing' | 'running' | 'creeping' | 'stopped'

/** How the car moves: on a planned run, at a slow steady speed, on the brake, slipping through it, or not. */
export type LiftMotion = 'rest' | 'run' | 'creep' | 'brake' | 'slip'

/** What is broken. Set and cleared by fault scripts. */
export interface LiftCauses {
  mainsLost: boolean
  safetyCircuitOpen: boolean
  /** The door does not leave, or does not reach, its closed position; `blocked`: something lies in its way. */
  door: 'sound' | 'stays-closed' | 'stays-ajar' | 'blocked'
  /** The controller believes a door closed that is not. */
  lockBypassed: boolean
  /** The drive runs at so many times the speed that it was told, 1 when sound. */
  overspeed: number
  /** The car does not stop at the last floor on its way. */
  stopMissed: boolean
  /** Somebody, or something, is in the door: it stays open. */
  doorHeld: boolean
}

export interface LiftState {
  nowMs: number
  mode: LiftMode
  phase: LiftPhase
  motion: LiftMotion
  /** m above the lowest landing */
  position: number
  /** m/s, up is positive */
  speed: number
  heading: -1 | 0 | 1
  travel: Travel | null
  travelStart: number
  travelFrom: number
  target: number
  /** 0 closed … 1 open */
  door: number
  doorMoving: -1 | 0 | 1
  /** What the door was last told. */
  doorWanted: 'closed' | 'open'
  /** ms of the last command to the door. */
  doorWantedAt: number
  dwellUntil: number
  riders: Passenger[]
  waiting: Passenger[]
  causes: LiftCauses
  alarmUntil: number
  /** ms since which the car has stood outside the unlocking zone, or 0. */
  strandedSince: number
  /** m that the car has slipped. */
  slipped: number
  openEvents: Map<number, string>
  events: ControllerEvent[]
  // What the slow signals say.
  runs: number
  doorCycles: number
  runSeconds: number
  /** Landing error of the last stop, mm. */
  levelError: number
  arrived: boolean
  vibration: [number, number, number]
  motorTemp: number
  roomTemp: number
  slowSaidAt: number
}

/** A car parked, empty and healthy at a random floor. */
export function createLiftState(design: LiftDesign, startMs: number, random: Random): LiftState {
  const floor = random.chance(0.5) ? 1 : random.whole(1, design.floors)
  const runs = random.whole(20_000, 900_000)
  return {
    nowMs: startMs,
    mode: 'automatic',
    phase: 'parked',
    motion: 'rest',
    position: (floor - 1) * design.floorHeight,
    speed: 0,
    heading: 0,
    travel: null,
    travelStart: 0,
    travelFrom: 0,
    target: floor,
    door: 0,
    doorMoving: 0,
    doorWanted: 'closed',
    doorWantedAt: startMs,
    dwellUntil: 0,
    riders: [],
    waiting: [],
    causes: {
      mainsLost: false,
      safetyCircuitOpen: false,
      door: 'sound',
      lockBypassed: false,
      overspeed: 1,
      stopMissed: false,
      doorHeld: false,
    },
    alarmUntil: 0,
    strandedSince: 0,
    slipped: 0,
    openEvents: new Map(),
    events: [],
    runs,
    doorCycles: Math.round(runs * random.between(1.05, 1.3)),
    runSeconds: runs * random.whole(9, 16),
    levelError: 0,
    arrived: false,
    vibration: [0.05, 0.05, 0.09],
    motorTemp: 35,
    roomTemp: 26,
    // Spread over the minute, so that a fleet does not say its slow signals all at once.
    slowSaidAt: startMs - random.whole(0, 59_999),
  }
}

/** Unlocking zone: this far above and below a landing a rescuer, or the controller, may open the doors. */
export const UNLOCKING_ZONE_M = 0.2

/** More than this is not level: the car corrects itself before it opens. */
export const LEVEL_TOLERANCE_M = 0.05

/** Landing nearest to the car, from 1. */
export function floorOf(state: LiftState, design: LiftDesign): number {
  const floor = Math.round(state.position / design.floorHeight) + 1
  return Math.min(Math.max(floor, 1), design.floors)
}

/** m between the car's sill and the nearest landing's, up positive. */
export function offLevel(state: LiftState, design: LiftDesign): number {
  return state.position - (floorOf(state, design) - 1) * design.floorHeight
}

export function inZone(state: LiftState, design: LiftDesign): boolean {
  return Math.abs(offLevel(state, design)) <= UNLOCKING_ZONE_M
}

/** m past the last landing, up or down, from which the limit switch acts. */
export const LIMIT_SWITCH_M = 0.12

/** Past the limit switch: 1 at the top, -1 at the bottom, 0 between them. */
export function overTravel(state: LiftState, design: LiftDesign): -1 | 0 | 1 {
  if (state.position > (design.floors - 1) * design.floorHeight + LIMIT_SWITCH_M) return 1
  return state.position < -LIMIT_SWITCH_M ? -1 : 0
}

/** Nothing can change until somebody comes: parked level, empty and shut, with nothing broken and nothing said. */
export function isSettled(state: LiftState, design: LiftDesign): boolean {
  const { causes } = state
  return (
    state.phase === 'parked' &&
    state.motion === 'rest' &&
    state.waiting.length === 0 &&
    state.riders.length === 0 &&
    state.mode === 'automatic' &&
    state.door === 0 &&
    state.doorWanted === 'closed' &&
    state.doorMoving === 0 &&
    state.heading === 0 &&
    state.alarmUntil <= state.nowMs &&
    state.openEvents.size === 0 &&
    state.strandedSince === 0 &&
    causes.door === 'sound' &&
    !causes.mainsLost &&
    !causes.safetyCircuitOpen &&
    Math.abs(offLevel(state, design)) <= LEVEL_TOLERANCE_M
  )
}

/** kg in the car */
export function massOf(riders: readonly Passenger[]): number {
  let mass = 0
  for (const rider of riders) mass += rider.mass
  return mass
}

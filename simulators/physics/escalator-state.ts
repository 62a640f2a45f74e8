/**
 * Everything a simulated escalator or moving walk is at one moment. Faults change the causes in here (a drive that lets
 * go, a slipping handrail), never what is reported: the readings follow from the physics.
 */
import type { Random } from '../random.js'
import type { ControllerEvent } from './device.js'

export type EscalatorUse = 'shop' | 'metro'

/** What it was built as. */
export interface EscalatorDesign {
  /** m/s */
  nominalSpeed: number
  /** m from landing to landing */
  rise: number
  /** °; a moving walk has 12 or less */
  inclination: number
  /** m */
  stepWidth: number
  direction: 'up' | 'down'
  use: EscalatorUse
  /** What it does while nobody is on it: stands, runs slowly, or runs on. */
  idle: 'stand' | 'slow' | 'run'
  /** m in which a sound brake stops it from nominal speed */
  stopDistance: number
}

/** Who has it: the controller, nobody (locked after a fault), or people at the machine. */
export type EscalatorMode = 'automatic' | 'locked-out' | 'inspection'

/** What is broken. Set and cleared by fault scripts. */
export interface EscalatorCauses {
  mainsLost: boolean
  safetyCircuitOpen: boolean
  emergencyStop: boolean
  stepMissing: boolean
  /** The drive holds the steps, lets them run away downwards or faster, or lets them fall back. */
  drive: 'sound' | 'runs-away' | 'falls-back'
  /** Share of the steps' speed that each handrail loses. */
  slipLeft: number
  slipRight: number
  /** The brake takes so many times its way. */
  brakeWear: number
}

export interface EscalatorState {
  nowMs: number
  mode: EscalatorMode
  /** m/s, up is positive */
  speed: number
  motorOn: boolean
  brakeReleased: boolean
  /** m/s, how fast it was when the brake fell, and m that it has come since. */
  brakedFrom: number
  braked: number
  /** ms of the moments at which those on it step off. */
  riders: number[]
  /** ms when somebody was last on it. */
  busyAt: number
  /** ms since which the protection against overspeed or reversal has seen a reason; 0 for none. */
  protectedSince: number
  /** The code under which the controller locked itself out, 0 for none. */
  lockedBy: number
  causes: EscalatorCauses
  openEvents: Map<number, string>
  events: ControllerEvent[]
  // What the slow signals say.
  passengers: number
  runSeconds: number
  motorTemp: number
  /** m of the last stop on the brake, and whether it has been said. */
  stopDistance: number
  stopSaid: boolean
  slowSaidAt: number
}

/** At rest, empty and healthy. */
export function createEscalatorState(startMs: number, random: Random): EscalatorState {
  return {
    nowMs: startMs,
    mode: 'automatic',
    speed: 0,
    motorOn: false,
    brakeReleased: false,
    brakedFrom: 0,
    braked: 0,
    riders: [],
    busyAt: startMs,
    protectedSince: 0,
    lockedBy: 0,
    causes: {
      mainsLost: false,
      safetyCircuitOpen: false,
      emergencyStop: false,
      stepMissing: false,
      drive: 'sound',
      slipLeft: 0.01,
      slipRight: 0.01,
      brakeWear: random.between(0.9, 1.1),
    },
    openEvents: new Map(),
    events: [],
    passengers: random.whole(100_000, 9_000_000),
    runSeconds: random.whole(3_000_000, 90_000_000),
    motorTemp: 30,
    stopDistance: 0,
    stopSaid: true,
    // Spread over the minute, so that a fleet does not say its slow signals all at once.
    slowSaidAt: startMs - random.whole(0, 59_999),
  }
}

/** 1 up, -1 down. */
export function wayOf({ direction }: EscalatorDesign): 1 | -1 {
  return direction === 'up' ? 1 : -1
}

/** s that a ride takes at nominal speed, with two metres of level steps. */
export function rideSeconds({ rise, inclination, nominalSpeed }: EscalatorDesign): number {
  const length = inclination < 1 ? rise : rise / Math.sin((inclination * Math.PI) / 180)
  return (length + 2) / nominalSpeed
}

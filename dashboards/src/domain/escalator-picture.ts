/**
 * What the picture of an escalator or a moving walk shows, from its latest signals: which way it runs and how fast,
 * whether the handrails keep up, who is on it, what has acted. What is not known is said so, not guessed.
 */
import { SPEED_MODE } from '../../../src/model/signals.js'
import { numberFrom, type ReadSignal } from './lift-picture.js'

/** In the order in which they are named when several have acted. */
const SWITCHES = [
  'emergencyStop',
  'stepMissing',
  'combPlate',
  'skirtSwitch',
  'floorPlate',
  'handrailInlet',
  'stepChain',
  'driveChain',
  'auxiliaryBrake',
] as const

export interface EscalatorPicture {
  /** `runs`: it moves, and nothing tells which way. `standby`: it waits and starts when somebody comes. */
  motion: 'up' | 'down' | 'runs' | 'standing' | 'standby' | 'unknown'
  /** m/s without its direction. */
  speed: number | null
  speedState: 'normal' | 'danger' | 'unknown'
  /** m/s */
  handrails: { left: number | null; right: number | null } | null
  /** A handrail is behind the steps by as much as stops an escalator. */
  handrailBehind: boolean
  /** `null` when nothing tells. */
  people: boolean | null
  /** Signals of the safety switches that have acted. */
  acted: (typeof SWITCHES)[number][]
  circuitOpen: boolean
  mainsPower: boolean | null
  /** ° of its slope, as drawn. */
  slope: number
  /** A moving walk has pallets and hardly a slope. */
  walk: boolean
}

/** m/s; below, it stands. */
const STANDING = 0.05
/** Of the nominal speed, and of the speed of the steps: where the escalator standard stops it. */
const TOO_FAST = 1.15
const TOO_SLOW = 0.85
const USUAL_SLOPE = 30
const STEEPEST_WALK = 12
const STEEPEST = 35

export function drawEscalator(
  read: ReadSignal,
  nameplate: { ratedSpeed?: number | undefined; inclination?: number | undefined },
): EscalatorPicture {
  const signed = numberFrom(read('speed'))
  const speed = signed === null ? null : Math.abs(signed)
  const left = size(numberFrom(read('handrailSpeedLeft')))
  const right = size(numberFrom(read('handrailSpeedRight')))
  const slope = nameplate.inclination ?? USUAL_SLOPE
  const slowest = Math.min(left ?? Number.POSITIVE_INFINITY, right ?? Number.POSITIVE_INFINITY)
  return {
    motion: motionOf(read, signed),
    speed,
    speedState: speedState(speed, nameplate.ratedSpeed),
    handrails: left === null && right === null ? null : { left, right },
    handrailBehind: speed !== null && speed >= STANDING && slowest < TOO_SLOW * speed,
    people: flag(read('passenger')),
    acted: SWITCHES.filter((name) => flag(read(name)) === true),
    circuitOpen: flag(read('safetyCircuit')) === false,
    mainsPower: flag(read('mainsPower')),
    slope: Math.min(slope, STEEPEST),
    walk: slope <= STEEPEST_WALK,
  }
}

function motionOf(read: ReadSignal, signed: number | null): EscalatorPicture['motion'] {
  const mode = numberFrom(read('speedMode'))
  const direction = numberFrom(read('direction'))
  const stands = mode === SPEED_MODE.standby ? 'standby' : 'standing'
  if (signed !== null && Math.abs(signed) < STANDING) return stands
  if (signed !== null && signed < 0) return 'down'
  if (direction === 2) return 'down'
  if (direction === 1 || signed !== null) return 'up'
  if (direction === 0 || mode === SPEED_MODE.standby) return stands
  const motor = flag(read('motorOn'))
  if (mode !== null || motor === true) return 'runs'
  return motor === false ? 'standing' : 'unknown'
}

function speedState(speed: number | null, rated: number | undefined): EscalatorPicture['speedState'] {
  if (speed === null) return 'unknown'
  return rated !== undefined && speed > TOO_FAST * rated ? 'danger' : 'normal'
}

function size(value: number | null): number | null {
  return value === null ? null : Math.abs(value)
}

function flag(value: number | boolean | string | undefined): boolean | null {
  const number = numberFrom(value)
  return number === null ? null : number !== 0
}

/**
 * What the schematic of a lift shows, from its latest signals: where the car stands, how far its doors are open, who is
 * inside. It says "unknown" where a signal is missing instead of drawing a guess.
 */
import { DOOR } from '../../../src/model/signals.js'

export type ReadSignal = (name: string) => number | boolean | string | undefined

export type DoorState = 'closed' | 'open' | 'opening' | 'closing' | 'ajar' | 'unknown'

export interface LiftPicture {
  floor: number | null
  /** The floors the car stands between, lower first, when it is outside the unlocking zone and its direction is known. */
  between: [lower: number, upper: number] | null
  outsideZone: boolean
  moving: boolean
  direction: 'up' | 'down' | 'none'
  door: DoorState
  /** 0 closed … 1 open. */
  doorOpening: number
  /** `null` when nothing tells. */
  occupied: boolean | null
  people: number | null
  /** 0…1 of the rated load. */
  load: number | null
  alarmButton: boolean
  mainsPower: boolean | null
  /** Lowest and highest landing to draw. */
  lowest: number
  highest: number
  /** Height of the car's floor in landings above `lowest`. */
  height: number | null
}

const DOOR_STATES: Record<number, [DoorState, number]> = {
  [DOOR.unknown]: ['unknown', 0],
  [DOOR.closing]: ['closing', 0.5],
  [DOOR.closed]: ['closed', 0],
  [DOOR.opening]: ['opening', 0.5],
  [DOOR.open]: ['open', 1],
  [DOOR.locked]: ['closed', 0],
  [DOOR.ajar]: ['ajar', 0.25],
}

export function numberFrom(value: number | boolean | string | undefined): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'boolean' ? Number(value) : null
}

function switchFrom(value: number | boolean | string | undefined): boolean | null {
  const number = numberFrom(value)
  return number === null ? null : number !== 0
}

export function drawLift(
  read: ReadSignal,
  attributes: { floors?: number | undefined; ratedLoad?: number | undefined },
): LiftPicture {
  const floor = numberFrom(read('floor'))
  const speed = numberFrom(read('speed'))
  const moving = speed === null ? numberFrom(read('carStatus')) === 1 : Math.abs(speed) >= 0.05
  const zone = switchFrom(read('doorZone'))
  const direction = directionOf(numberFrom(read('direction')), speed)
  const [door, doorOpening] = DOOR_STATES[numberFrom(read('door')) ?? DOOR.unknown] ?? ['unknown', 0]
  const outsideZone = zone === false
  const load = numberFrom(read('load'))
  const people = numberFrom(read('peopleCount'))
  const presence = switchFrom(read('passenger'))
  const lowest = Math.min(1, floor ?? 1)
  const highest = Math.max(lowest + (attributes.floors ?? 1) - 1, floor ?? 1, lowest + 1)
  const between = outsideZone && floor !== null ? pairOf(floor, direction) : null
  return {
    floor,
    between,
    outsideZone,
    moving,
    direction,
    door,
    doorOpening,
    occupied: presence ?? (people === null ? null : people > 0),
    people,
    load:
      load === null || !attributes.ratedLoad ? null : Math.max(0, Math.min(1.2, load / attributes.ratedLoad)),
    alarmButton: switchFrom(read('alarmButton')) === true,
    mainsPower: switchFrom(read('mainsPower')),
    lowest,
    highest,
    height: heightOf(floor, between, lowest, highest),
  }
}

function directionOf(code: number | null, speed: number | null): 'up' | 'down' | 'none' {
  if (speed !== null && Math.abs(speed) >= 0.05) return speed > 0 ? 'up' : 'down'
  if (code === 1) return 'up'
  return code === 2 ? 'down' : 'none'
}

function pairOf(floor: number, direction: 'up' | 'down' | 'none'): [number, number] | null {
  if (direction === 'up') return [floor, floor + 1]
  return direction === 'down' ? [floor - 1, floor] : null
}

function heightOf(
  floor: number | null,
  between: [number, number] | null,
  lowest: number,
  highest: number,
): number | null {
  if (floor === null) return null
  const at = between ? (between[0] + between[1]) / 2 : floor
  return Math.max(0, Math.min(highest - lowest, at - lowest))
}

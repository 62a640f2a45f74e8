/** Every name that a rule may use for one kind of equipment: signals, attributes, derived states, and words for codes. */
import { type EquipmentAttributes, type EquipmentKind, LEVEL_SENSORS } from '../../model/equipment.js'
import { BOILER_STATE, DOOR, SERVICE_MODE, SIGNALS, type Signal, SPEED_MODE } from '../../model/signals.js'
import { type BoilerFacts, boilerSlots } from '../boiler/facts.js'
import { type ElevatorFacts, elevatorSlots } from '../elevator/facts.js'
import { type EscalatorFacts, escalatorSlots } from '../escalator/facts.js'
import type { Facts, Slots } from '../facts.js'

/** The values that a number may take; `null` for a unit that fits any. */
export interface Quantity {
  readonly unit: string | null
  readonly low: number
  readonly high: number
}

export interface SignalName extends Quantity {
  readonly type: 'signal'
  readonly name: string
  readonly slot: number
  readonly values: 'number' | 'boolean'
  /** Nothing lies between two whole numbers. */
  readonly whole: boolean
  /** Words for codes, `door == "open"`. */
  readonly words: Readonly<Record<string, number>> | null
}
export interface AttributeName extends Quantity {
  readonly type: 'attribute'
  readonly name: string
  readonly key: keyof EquipmentAttributes
  readonly values: 'number' | 'boolean' | 'text'
  /** The texts it may have, where they are few. */
  readonly texts: readonly string[] | null
}
/** What the readings have come to mean, as the patterns that ship see it. */
export interface StateName extends Quantity {
  readonly type: 'state'
  readonly name: string
  readonly values: 'boolean'
  /** Signals that it is made from; any one of them is enough. */
  readonly from: readonly string[]
  /** 1, 0, NaN unknown. */
  read(facts: Facts): number
}
export type KnownName = SignalName | AttributeName | StateName

const CODE_WORDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  door: DOOR,
  serviceMode: SERVICE_MODE,
  boilerState: BOILER_STATE,
  carStatus: { stopped: 0, running: 1 },
  direction: { none: 0, up: 1, down: 2 },
  speedMode: SPEED_MODE,
}

const positive = { low: 0, high: Number.POSITIVE_INFINITY }

function measure(key: keyof EquipmentAttributes, unit: string, bounds = positive): AttributeName {
  return { type: 'attribute', name: `attributes.${key}`, key, values: 'number', texts: null, unit, ...bounds }
}
function text(key: keyof EquipmentAttributes, texts: readonly string[] | null = null): AttributeName {
  return { ...measure(key, ''), values: 'text', texts }
}

const anywhere = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
const ATTRIBUTES: readonly AttributeName[] = [
  measure('ratedSpeed', 'm/s'),
  measure('ratedLoad', 'kg'),
  measure('floors', ''),
  measure('lowestFloor', '', anywhere),
  { ...measure('automaticRescue', '', { low: 0, high: 1 }), values: 'boolean' },
  measure('railLength', 'm'),
  measure('sheaveDiameter', 'm'),
  measure('roping', ''),
  measure('guideRollerDiameter', 'm'),
  measure('ratedPressure', 'MPa'),
  measure('workingPressure', 'MPa'),
  measure('safetyValveSet', 'MPa'),
  measure('lowWaterLimit', 'mm', anywhere),
  text('levelSensor', LEVEL_SENSORS),
  measure('ignitionTime', 's'),
  measure('capacity', 't/h'),
  measure('fuelPressureSet', 'kPa'),
  measure('ratedOutletTemp', '°C', anywhere),
  measure('rise', 'm'),
  measure('inclination', '°'),
  measure('stepWidth', 'm'),
  measure('stopDistanceLimit', 'm'),
  measure('stopDistanceMin', 'm'),
  text('fuel'),
  text('medium'),
  measure('reportPeriod', 's'),
  text('presenceSource', ['controller', 'car-top', 'camera']),
  text('use', ['passenger', 'goods', 'bed']),
]

function state<F extends Facts>(
  name: string,
  from: readonly string[],
  read: (facts: F) => number,
): StateName {
  // A rule's facts are those of its kind, and a kind has only its own states.
  const ofKind = read as (facts: Facts) => number
  return { type: 'state', name, values: 'boolean', from, read: ofKind, unit: '', low: 0, high: 1 }
}

const STATES: Readonly<Record<EquipmentKind, readonly StateName[]>> = {
  elevator: [
    state<ElevatorFacts>('moving', ['speed', 'carStatus'], ({ motion }) =>
      motion === 'unknown' ? Number.NaN : Number(motion === 'moving'),
    ),
    state<ElevatorFacts>('standing', ['speed', 'carStatus'], ({ motion }) =>
      motion === 'unknown' ? Number.NaN : Number(motion === 'standing'),
    ),
    state<ElevatorFacts>('occupied', ['passenger', 'peopleCount'], ({ occupied }) => Number(occupied)),
  ],
  boiler: [
    state<BoilerFacts>('hot', ['boilerState', 'flame', 'fuelValve', 'pressure'], ({ hot }) => Number(hot)),
  ],
  escalator: [
    state<EscalatorFacts>('moving', ['speed', 'motorOn', 'speedMode', 'direction'], ({ motion }) =>
      motion === 'unknown' ? Number.NaN : Number(motion === 'moving'),
    ),
    state<EscalatorFacts>('standing', ['speed', 'motorOn', 'speedMode', 'direction'], ({ motion }) =>
      motion === 'unknown' ? Number.NaN : Number(motion === 'standing'),
    ),
  ],
}
const SLOTS: Readonly<Record<EquipmentKind, Slots>> = {
  elevator: elevatorSlots,
  boiler: boilerSlots,
  escalator: escalatorSlots,
}

function signalName(signal: Signal, kind: EquipmentKind): SignalName {
  const { name, unit, min, max, type } = signal
  return {
    type: 'signal',
    name,
    slot: SLOTS[kind].slot(name),
    values: type === 'boolean' ? 'boolean' : 'number',
    whole: type !== 'number',
    words: CODE_WORDS[name] ?? null,
    unit: unit === '' ? null : unit,
    low: min,
    high: max,
  }
}

function namesOf(kind: EquipmentKind): ReadonlyMap<string, KnownName> {
  const signals = SIGNALS.filter(({ kinds }) => kinds.includes(kind)).map((one) => signalName(one, kind))
  return new Map([...signals, ...ATTRIBUTES, ...STATES[kind]].map((name) => [name.name, name]))
}

/** By kind and name. */
export const NAMES: Readonly<Record<EquipmentKind, ReadonlyMap<string, KnownName>>> = {
  elevator: namesOf('elevator'),
  boiler: namesOf('boiler'),
  escalator: namesOf('escalator'),
}

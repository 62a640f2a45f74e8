/**
 * What is watched: the kinds of special equipment, their ids, attributes and shards.
 * Everything else in the house speaks of equipment in these words.
 */

/** Kinds with a measurement of their own in the history. The catalogue classes of the registry map onto these. */
export const EQUIPMENT_KINDS = ['elevator', 'boiler', 'escalator'] as const
export type EquipmentKind = (typeof EQUIPMENT_KINDS)[number]

/** Words that routes use in the place of an id, so that no equipment may be called so. */
const RESERVED_IDS = new Set(['lookup', 'import'])
const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/
export const EQUIPMENT_ID_PATTERN = ID_PATTERN.source

export function isEquipmentId(id: string): boolean {
  return ID_PATTERN.test(id) && !RESERVED_IDS.has(id)
}

/** How a device's switches and codes are coded; `plain` is 0/1, JSON booleans and our own codes. */
export const PROFILES = ['plain', 'gbt24476', 'shanghai', 'one-two'] as const
export type Profile = (typeof PROFILES)[number]

/** How the level of a boiler is measured: electrode levels jump between fixed steps and are constant in between. */
export const LEVEL_SENSORS = ['transmitter', 'electrode'] as const

/** The technical data that rules need. Every field is optional: a rule that lacks one says so instead of guessing. */
export interface EquipmentAttributes {
  /** m/s; of an escalator its nominal speed */
  ratedSpeed?: number
  /** kg */
  ratedLoad?: number
  floors?: number
  /** Number that the device gives to the lowest floor, 1 unless stated. */
  lowestFloor?: number
  /** Has a drive that brings the car to a landing when the mains go. */
  automaticRescue?: boolean
  /** m, from one joint of the guide rails to the next */
  railLength?: number
  /** m; and how many metres of rope run over the sheave for one of the car, 1 unless stated */
  sheaveDiameter?: number
  roping?: number
  /** m */
  guideRollerDiameter?: number
  /** MPa, from the nameplate */
  ratedPressure?: number
  /** MPa, what the safety valves are set for; below the nameplate on a derated boiler */
  workingPressure?: number
  /** MPa, the lower of the safety valves */
  safetyValveSet?: number
  /** mm from normal water level; the lowest safe level */
  lowWaterLimit?: number
  levelSensor?: (typeof LEVEL_SENSORS)[number]
  /** s */
  ignitionTime?: number
  /** t/h */
  capacity?: number
  /** kPa, what the fuel train is set to */
  fuelPressureSet?: number
  /** °C, of a hot-water boiler */
  ratedOutletTemp?: number
  /** m, of an escalator from landing to landing */
  rise?: number
  /** ° against the level; a moving walk has 12 or less */
  inclination?: number
  /** m, the nominal width of a step or pallet */
  stepWidth?: number
  /** m, the longest and the shortest way in which an escalator may come to rest */
  stopDistanceLimit?: number
  stopDistanceMin?: number
  fuel?: string
  medium?: string
  /** MJ per m³ (gas) or kg of fuel, its lower heating value */
  fuelHeat?: number
  /** %, what the maker or the last energy test states */
  designEfficiency?: number
  /** Days (YYYY-MM-DD) on which the safety valves and the pressure gauges were last checked. */
  safetyValveCheckedOn?: string
  gaugeCheckedOn?: string
  /** s between two readings, if the keeper states it */
  reportPeriod?: number
  /** Where presence comes from: decides whether a trap may be ordered without a second witness (goods and bed lifts: count or camera). */
  presenceSource?: 'controller' | 'car-top' | 'camera'
  use?: 'passenger' | 'goods' | 'bed'
  /** The maker's designation of its type: rules may be set for all of one model. */
  model?: string
}

/** What the journal tells the rules about an equipment, written whenever it changes. */
export interface EquipmentFacts {
  id: string
  kind: EquipmentKind
  profile: Profile
  attributes: EquipmentAttributes
  /** Organisation that maintains it. */
  maintainer?: string
  /** Rises with every change, so that an older copy never replaces a newer one. */
  version: number
}

/** Every equipment belongs to one of this many shards; a shard is the unit of order and ownership. */
export const SHARDS = 64

/** FNV-1a over the id, spread over the shards. The journal on disk depends on it: never change it. */
export function shardOf(equipmentId: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < equipmentId.length; i++) {
    hash ^= equipmentId.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0) % SHARDS
}

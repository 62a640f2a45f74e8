/**
 * Which names a device may use for a catalogue signal and how its values are coded: one table for each kind of
 * equipment and profile, built once. A name that is not in the table is an unknown signal and is kept as it came.
 */
import { EQUIPMENT_KINDS, type EquipmentKind, PROFILES, type Profile } from '../model/equipment.js'
import { SIGNALS, type Signal } from '../model/signals.js'

/**
 * How a value is read. `number`: as it is. `switch`: JSON boolean, 0 or 1. `one-two`: JSON boolean, 1 = yes, 2 = no.
 * `closed-*`: "door closed" of GB/T 24476, which becomes `door`; only the JSON boolean means the same everywhere.
 */
export type Coding = 'number' | 'switch' | 'one-two' | 'closed' | 'closed-zero-one' | 'closed-one-two'

/** A name in a payload: the catalogue signal that it means, and how to read it. */
export interface Field {
  readonly signal: number
  readonly coding: Coding
  /** Under which the value is kept when its coding cannot be known: never the catalogue name, whose type is fixed. */
  readonly rawName: string
}

export type Dialect = ReadonlyMap<string, Field>

/** GB/T 24476 names that mean a catalogue signal as they are. `Door_Status` is not one of them: see `doorFields`. */
const ALIASES: Readonly<Record<string, string>> = {
  Service_Mode: 'serviceMode',
  Car_Status: 'carStatus',
  Car_Direction: 'direction',
  Door_Zone: 'doorZone',
  Car_Position: 'floor',
  Passenger_Status: 'passenger',
}

const doorClosedCoding: Readonly<Record<Profile, Coding>> = {
  plain: 'closed',
  gbt24476: 'closed-zero-one',
  shanghai: 'closed-zero-one',
  'one-two': 'closed-one-two',
}

function doorFields(profile: Profile, door: number): [string, Field][] {
  const closed = doorClosedCoding[profile]
  // Shanghai extends Door_Status, and only it, to the seven codes that `door` has.
  const status = profile === 'shanghai' ? 'number' : closed
  return [
    ['Door_Status', { signal: door, coding: status, rawName: 'Door_Status' }],
    ['Door_Close_Status', { signal: door, coding: closed, rawName: 'Door_Close_Status' }],
  ]
}

function buildDialect(kind: EquipmentKind, profile: Profile): Dialect {
  const fields = new Map<string, Field>()
  for (const [index, signal] of SIGNALS.entries()) {
    if (!signal.kinds.includes(kind)) continue
    const coding = codingOf(signal, profile)
    fields.set(signal.name, { signal: index, coding, rawName: `${signal.name}Raw` })
    for (const [alias, name] of Object.entries(ALIASES)) {
      if (name === signal.name) fields.set(alias, { signal: index, coding, rawName: alias })
    }
    if (signal.name === 'door')
      for (const [name, field] of doorFields(profile, index)) fields.set(name, field)
  }
  return fields
}

function codingOf(signal: Signal, profile: Profile): Coding {
  if (signal.type !== 'boolean') return 'number'
  return profile === 'one-two' ? 'one-two' : 'switch'
}

const dialects = Object.fromEntries(
  EQUIPMENT_KINDS.map((kind) => [
    kind,
    Object.fromEntries(PROFILES.map((profile) => [profile, buildDialect(kind, profile)])),
  ]),
) as Record<EquipmentKind, Record<Profile, Dialect>>

/** The names that an equipment of this kind and profile may use. */
export function dialectOf(kind: EquipmentKind, profile: Profile): Dialect {
  return dialects[kind][profile]
}

/**
 * Which names a device may use for a catalogue signal and how its values are coded: one table for each kind of
 * equipment and profile, built once from the catalogue. A name that is not in the table is an unknown signal and is kept
 * as it came.
 */
import { EQUIPMENT_KINDS, type EquipmentKind, PROFILES, type Profile } from '../model/equipment.js'
import { type Coding, namesOf } from '../model/signals.js'

/** A name in a payload: the catalogue signal that it means, and how to read it. */
export interface Field {
  readonly signal: number
  readonly coding: Coding
  /** The value of the signal is so many times what came. */
  readonly scale: number
  /** Under which the value is kept when its coding cannot be known: never the catalogue name, whose type is fixed. */
  readonly rawName: string
  /** What the same value tells besides. */
  readonly also?: Field
}

export type Dialect = ReadonlyMap<string, Field>

function buildDialect(kind: EquipmentKind, profile: Profile): Dialect {
  return new Map(
    namesOf(kind, profile).map(({ name, index, coding, scale, alias, also }): [string, Field] => {
      const rawName = alias ? name : `${name}Raw`
      const second = also && { signal: also.index, coding: also.coding, scale: 1, rawName }
      return [name, { signal: index, coding, scale, rawName, ...(second ? { also: second } : {}) }]
    }),
  )
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

/**
 * The type of every signal as the history keeps it: the catalogue fixes its own, an unknown signal keeps the type that
 * was stored first. Other types are set aside before they are sent, because stores drop them without saying which.
 */
import { EQUIPMENT_KINDS, type EquipmentKind } from '../model/equipment.js'
import type { SignalValue } from '../model/reading.js'
import { SIGNALS } from '../model/signals.js'

/** `other`: the store holds the signal as something that no value of ours is. */
export type StoredType = 'number' | 'boolean' | 'string' | 'other'

export interface LearntType {
  kind: EquipmentKind
  name: string
  type: StoredType
}

export interface SignalTypes {
  /** The type that a signal must have, or `undefined` while it was never seen. */
  typeOf(kind: EquipmentKind, name: string): StoredType | undefined
  /** The signals of a kind that the store reported, with a type that is one of ours. */
  namesOf(kind: EquipmentKind): string[]
  /** True when the value may be stored; the first value of an unknown signal decides its type. */
  accepts(kind: EquipmentKind, name: string, value: SignalValue): boolean
  /** The types that the store itself reports now; they count before everything else. Returns whether they were news. */
  heed(reported: readonly LearntType[]): boolean
  /** Types decided since the last call, to be kept with the write. */
  takeNew(): LearntType[]
}

export function storedTypeOf(value: SignalValue): StoredType {
  const type = typeof value
  return type === 'boolean' || type === 'string' ? type : 'number'
}

/** The type in which a catalogue signal is stored: switches are booleans, all else are numbers. */
export function catalogueType(signal: number): StoredType {
  return SIGNALS[signal]?.type === 'boolean' ? 'boolean' : 'number'
}

export function createSignalTypes(known: readonly LearntType[] = []): SignalTypes {
  /** By kind and name. The catalogue's types and those decided by first values. */
  const decided = new Map<string, StoredType>()
  let reported = new Map<string, StoredType>()
  let fresh: LearntType[] = []
  for (const [index, { name }] of SIGNALS.entries()) {
    for (const kind of EQUIPMENT_KINDS) decided.set(keyOf(kind, name), catalogueType(index))
  }
  for (const { kind, name, type } of known) decided.set(keyOf(kind, name), type)

  function typeOf(kind: EquipmentKind, name: string): StoredType | undefined {
    const key = keyOf(kind, name)
    return reported.get(key) ?? decided.get(key)
  }

  return {
    typeOf,
    namesOf(kind) {
      const own = [...reported].filter(([key, type]) => key.startsWith(`${kind}/`) && type !== 'other')
      return own.map(([key]) => key.slice(kind.length + 1))
    },
    accepts(kind, name, value) {
      const type = storedTypeOf(value)
      const expected = typeOf(kind, name)
      if (expected !== undefined) return expected === type
      decided.set(keyOf(kind, name), type)
      fresh.push({ kind, name, type })
      return true
    },
    heed(types) {
      const next = new Map<string, StoredType>()
      for (const { kind, name, type } of types) {
        const key = keyOf(kind, name)
        // One name with several types: the store takes ours as long as one of them is ours.
        const others = next.get(key)
        next.set(key, others !== undefined && others !== type ? (decided.get(key) ?? others) : type)
      }
      const news = [...next].some(([key, type]) => type !== (reported.get(key) ?? decided.get(key)))
      reported = next
      return news
    },
    takeNew() {
      const taken = fresh
      fresh = []
      return taken
    },
  }
}

function keyOf(kind: EquipmentKind, name: string): string {
  return `${kind}/${name}`
}

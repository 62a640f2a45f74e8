/**
 * Who is who for those that read the journal: kind, profile, attributes and clock of every equipment, fed by its
 * `equipment` records. The rules and the history's catch-up each keep one, so that a record needs nothing but itself.
 */
import { type EquipmentFacts, shardOf } from '../model/equipment.js'
import { type Clock, createClock } from './time.js'

export interface EquipmentEntry {
  /** 0, 1, 2 … in order of appearance: an index for what others keep about it. */
  readonly index: number
  readonly id: string
  readonly shard: number
  facts: EquipmentFacts
  clock: Clock
}

export interface EquipmentDirectory {
  readonly size: number
  get(id: string): EquipmentEntry | undefined
  /** Registers or changes. An older version never replaces a newer one. */
  apply(facts: EquipmentFacts): EquipmentEntry
  all(): Iterable<EquipmentEntry>
}

export function createDirectory(): EquipmentDirectory {
  const entryById = new Map<string, EquipmentEntry>()
  return {
    get size() {
      return entryById.size
    },
    get: (id) => entryById.get(id),
    apply(facts) {
      const known = entryById.get(facts.id)
      if (known) {
        if (facts.version >= known.facts.version) known.facts = facts
        return known
      }
      const entry: EquipmentEntry = {
        index: entryById.size,
        id: facts.id,
        shard: shardOf(facts.id),
        facts,
        clock: createClock(),
      }
      entryById.set(facts.id, entry)
      return entry
    },
    all: () => entryById.values(),
  }
}

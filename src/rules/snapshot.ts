/**
 * The snapshot of one equipment: who it is, its clock, its link and its watch, as one JSON array that begins with its
 * format version. A version newer than ours stops the reader loudly instead of being misread.
 */
import type { EquipmentDirectory, EquipmentEntry } from '../codecs/directory.js'
import { type Clock, createClock } from '../codecs/time.js'
import { TesheError } from '../errors.js'
import type { EquipmentFacts } from '../model/equipment.js'
import type { Machine } from './condition.js'
import { createLink, type Link } from './link.js'
import type { LinkWatch } from './silence.js'
import { restoreFields, type SavedWatch } from './state.js'

const FORMAT = 1

interface Snapshot {
  facts: EquipmentFacts
  clock: Clock
  link: Link | null
  linkMachine: Machine | null
  watch: SavedWatch | null
}

type Saved = [
  format: number,
  facts: EquipmentFacts,
  clock: unknown[],
  link: unknown[] | null,
  linkMachine: Machine | null,
  watch: SavedWatch | null,
]

export function writeSnapshot(
  id: string,
  entry: EquipmentEntry | undefined,
  link: LinkWatch | undefined,
  watch: SavedWatch | null,
): string {
  if (!entry) throw new TesheError('EQUIPMENT_UNKNOWN', [id])
  const saved: Saved = [
    FORMAT,
    entry.facts,
    Object.values(entry.clock),
    link ? Object.values(link.link) : null,
    link?.machine ?? null,
    watch,
  ]
  return JSON.stringify(saved)
}

export function readSnapshot(snapshot: string): Snapshot {
  const [format, facts, clock, link, linkMachine, watch] = JSON.parse(snapshot) as Saved
  if (format > FORMAT) throw new TesheError('SNAPSHOT_FORMAT_NEWER', [facts?.id ?? 'unknown', format, FORMAT])
  return {
    facts,
    clock: restoreFields(createClock(), clock),
    link: link && restoreFields(createLink(), link),
    linkMachine,
    watch,
  }
}

export function restoreEntry({ facts, clock }: Snapshot, directory: EquipmentDirectory): EquipmentEntry {
  const entry = directory.apply(facts)
  entry.clock = clock
  return entry
}

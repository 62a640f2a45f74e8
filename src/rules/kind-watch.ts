/** What the watch over one kind of equipment offers to the engine, and what it asks of it. */
import type { TimedEvent, TimedReading } from '../codecs/decode.js'
import type { EquipmentEntry } from '../codecs/directory.js'
import type { Evidence, FindingStage } from '../model/finding.js'
import type { Mark } from '../model/mark.js'
import type { JournalRecord } from '../model/record.js'
import type { Listener, Machine } from './condition.js'
import type { Facts } from './facts.js'
import type { Lane } from './lane.js'
import type { Observability } from './messages.js'
import type { Sight } from './observability.js'
import type { OwnRules } from './own-watch.js'
import type { PatternHead } from './pattern.js'
import type { RulesInForce } from './rules-in-force.js'
import type { SavedWatch } from './state.js'

/** One equipment under watch. */
export interface Watch<F extends Facts> {
  readonly entry: EquipmentEntry
  main: Lane<F>
  side: Lane<F> | null
  plan: Plan
  /** How often it was judged by this plan; `evaluated`, by pattern, counts those before. */
  looks: number
  evaluated: number[]
  /** After the patterns. */
  own: OwnRules
  sight: Sight
  /** What people say is going on there. */
  marks: Mark[]
}

/** What an equipment is judged by. Equipment that shows the same and has no parameters of its own shares one. */
export interface Plan {
  /** Indexes of the observable patterns. */
  readonly due: readonly number[]
  /** For each of them: the signs that wake it. */
  readonly signs: readonly number[]
  /** By pattern. */
  readonly parameters: readonly Readonly<Record<string, number>>[]
}
export const NO_PLAN: Plan = { due: [], signs: [], parameters: [] }

export interface WatchCounts {
  readings: number
  evaluations: number
  disbelieved: number
}

/** Adds to a machine what only those who hear of it need to know. */
export type Completion = (machine: Machine, stage: FindingStage) => void

/** What the watch asks of the engine around it. */
export interface WatchSurroundings {
  counts: WatchCounts
  /** The rules by which an equipment is judged at this place of its stream. */
  rulesOf(entry: EquipmentEntry): RulesInForce
  /** ms by which a reading may be late before it is late data. */
  lateLimitMs: number
  /** ms of silence after which readings are too old for equipment rules. */
  oldAfterMs(entry: EquipmentEntry): number
  /** Something about it changed that a snapshot must hold, and ticks may matter now. */
  follow(entry: EquipmentEntry): void
  /** `before` completes a machine that is about to be reported. */
  listenerOf(entry: EquipmentEntry, pattern: PatternHead, position: number, before?: Completion): Listener
}

/** The watch over one kind, whatever its facts are. */
export interface KindWatch {
  readings(entry: EquipmentEntry, readings: readonly TimedReading[], record: JournalRecord): void
  event(entry: EquipmentEntry, event: TimedEvent, record: JournalRecord): void
  attendance(entry: EquipmentEntry, mark: Mark, record: JournalRecord): void
  /** `resumedAt`: when the ticks came back after an absence, 0 if they never were away. Returns whether it looked. */
  tick(entry: EquipmentEntry, arrival: number, position: number, resumedAt: number): boolean
  /** Something is pending or firing, so ticks matter. */
  active(entry: EquipmentEntry): boolean
  /** Attributes changed. */
  refresh(entry: EquipmentEntry): void
  /** These shards are judged by other rules from this record on. */
  changeRules(shards: ReadonlySet<number>, record: JournalRecord): void
  observability(entry: EquipmentEntry): Observability[]
  /** What was last known of it, for whoever finds it silent. */
  lastSeen(entry: EquipmentEntry): Evidence[]
  save(entry: EquipmentEntry): SavedWatch | null
  restore(entry: EquipmentEntry, saved: SavedWatch): void
}

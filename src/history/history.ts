/**
 * Seam: the history, a projection of the journal into time series.
 * `embedded.ts` keeps it in DuckDB, `influx1.ts` and `influx2.ts` in InfluxDB. One contract suite runs over all.
 */
import type { HistoryBlock } from '../model/block.js'
import type { Cursor } from '../model/cursor.js'
import type { EquipmentKind } from '../model/equipment.js'
import type { SignalValue } from '../model/reading.js'
import type { KeptWindow } from '../model/retention.js'
import type { CopyOptions } from './embedded-copy.js'
import type { Rebuilding } from './rebuild.js'

/**
 * `[ms, value]` for stored values, and for the last text of a bucket. `[ms, value, min, max]` for numbers, switches and
 * codes otherwise: of a bucket, which starts at `ms` and whose last value is `value`; or, while no more values are stored
 * than asked for, of each of them, at its own `ms`. Where only minutes or hours are left, they take the place of values.
 */
export type SeriesPoint =
  | [ms: number, value: SignalValue]
  | [ms: number, value: number, min: number, max: number]

export interface RangeQuery {
  kind: EquipmentKind
  equipment: string
  signals: string[]
  /** ms since 1970, inclusive. */
  from: number
  /** ms since 1970, exclusive. */
  to: number
  /**
   * At most so many points a signal, with min and max so that no spike vanishes; every value that is still stored; or
   * a bucket for each whole minute or hour that holds values.
   */
  points: number | 'raw' | 'minute' | 'hour'
}

export interface StoredEvent {
  ts: number
  code: number
  active: boolean
  key: string | null
}

/** Why a value was put beside the history instead of into it. Closed list; metric label. */
export const SET_ASIDE_REASONS = [
  /** An unknown signal of another type than the one first stored. */
  'type',
  /** Older than what the store still takes. */
  'too-old',
  /** A name that the store cannot carry. */
  'name',
  /** The store itself refused the point, with its words. */
  'refused',
] as const
export type SetAsideReason = (typeof SET_ASIDE_REASONS)[number]

/** Values set aside since the store was first opened, by reason. */
export type SetAsideCounts = Readonly<Record<SetAsideReason, number>>

export interface Upkeep {
  /** ms since 1970. */
  now: number
  /** False until the windows to keep are known: then nothing goes. */
  drop: boolean
  /** Ends the work after the step it is at; what is left comes next time. */
  signal?: AbortSignal
}

export interface HistoryStore {
  readonly name: string
  /** ms that rows may wait to be written together with others: a store that pays for each write and each series wants more at once. */
  readonly gatherMs: number
  /** How far the store has come; rows at or below it are skipped when they are written again. */
  cursor(): Cursor
  /** Stores a block and moves the cursor with it. Throws `HISTORY_UNAVAILABLE` when nothing was stored; then the block is offered again. */
  write(block: HistoryBlock): Promise<void>
  /** Every signal asked for has an entry, in order of time; one that was never stored has none in it. */
  series(query: RangeQuery): Promise<Record<string, SeriesPoint[]>>
  /** The newest `limit` events of `from` (inclusive) to `to` (exclusive), newest first; a repeated event appears once. */
  events(equipment: string, from: number, to: number, limit: number): Promise<StoredEvent[]>
  setAside(): SetAsideCounts
  /** Every value of these windows stays for good; replaces what was said of the same incidents. Saying it again changes nothing. */
  keep(windows: readonly KeptWindow[]): Promise<void>
  /** Work for a quiet moment: closed hours become minutes and hours, and with `drop` what is older than its retention goes. */
  maintain(work: Upkeep): Promise<void>
  close(): Promise<void>
}

/** A store as its owner has it, the history thread or a command while no service runs. */
export interface OwnedStore extends HistoryStore {
  /** What a rebuild from the journal needs of it. */
  readonly rebuilding: Rebuilding
  /** Copies the store as it stands at one moment into a file of its own; `null` where that is the server's business. */
  readonly copy: ((options: Omit<CopyOptions, 'connection'>) => Promise<void>) | null
}

/**
 * Seam: the history, a projection of the journal into time series.
 * `embedded.ts` keeps it in DuckDB, `influx1.ts` and `influx2.ts` in InfluxDB. One contract suite runs over all.
 */
import type { HistoryBlock } from '../model/block.js'
import type { Cursor } from '../model/cursor.js'
import type { EquipmentKind } from '../model/equipment.js'
import type { SignalValue } from '../model/reading.js'

/** `[ms, value]` for stored values, `[ms, value, min, max]` for a bucket whose `value` is its last. */
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
  /** At most so many points a signal, with min and max so that no spike vanishes; or every stored value. */
  points: number | 'raw'
}

export interface StoredEvent {
  ts: number
  code: number
  active: boolean
  key: string | null
}

export interface HistoryStore {
  readonly name: string
  /** How far the store has come; rows at or below it are skipped when they are written again. */
  cursor(): Cursor
  /** Stores a block and moves the cursor with it. Throws `HISTORY_UNAVAILABLE` when nothing was stored; then the block is offered again. */
  write(block: HistoryBlock): Promise<void>
  series(query: RangeQuery): Promise<Record<string, SeriesPoint[]>>
  events(equipment: string, from: number, to: number, limit: number): Promise<StoredEvent[]>
  /** Work for a quiet moment: sorting closed hours, dropping what is older than the retention. */
  maintain(now: number): Promise<void>
  close(): Promise<void>
}

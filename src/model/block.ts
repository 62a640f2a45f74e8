/**
 * Readings and events on their way to the history, as columns: shaped once where the message is decoded,
 * handed to the history thread without copying.
 */
import type { Cursor } from './cursor.js'
import type { EquipmentKind } from './equipment.js'
import type { SignalValue } from './reading.js'

/** Rows of one kind of equipment. Row i: `equipment[equipmentIndex[i]]` at `ts[i]`; a missing value is NaN. */
export interface KindColumns {
  kind: EquipmentKind
  rows: number
  /** Dictionary of the ids in this block. */
  equipment: string[]
  equipmentIndex: Uint32Array
  /** ms since 1970, the corrected event time. */
  ts: Float64Array
  shard: Uint8Array
  position: Float64Array
  /** Only the signals that occur; `signal` is a catalogue index. */
  columns: { signal: number; values: Float64Array }[]
}

/** A signal outside the catalogue. */
export interface ExtraRow {
  kind: EquipmentKind
  equipment: string
  ts: number
  shard: number
  position: number
  name: string
  value: SignalValue
}

export interface EventRow {
  equipment: string
  ts: number
  shard: number
  position: number
  code: number
  active: boolean
  key: string | null
}

/** What lies in the journal between two cursors, for some shards. Rows at or below a store's own cursor are skipped by it. */
export interface HistoryBlock {
  /** The shards it speaks of; the others' positions in `from` and `to` mean nothing. */
  shards: number[]
  from: Cursor
  to: Cursor
  readings: KindColumns[]
  extras: ExtraRow[]
  events: EventRow[]
}

/**
 * Shapes readings and events into columns for the history, in the rule worker and in the same pass as the rules.
 * Hot path: a reading costs one dictionary look-up and one store per value; arrays are handed over, never copied.
 */
import type { Transferable } from 'node:worker_threads'
import type { EventRow, ExtraRow, HistoryBlock, KindColumns } from '../model/block.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import { EQUIPMENT_KINDS, type EquipmentKind } from '../model/equipment.js'
import type { ExtraValue } from '../model/reading.js'
import { SIGNALS } from '../model/signals.js'

const FIRST_ROWS = 256

export interface BlockBuilder {
  /** Where the block starts. Called once; afterwards every block starts where the one before ended. */
  begin(cursor: Cursor): void
  /** `ts` is the corrected event time in ms; `values[i]` belongs to the catalogue index `signals[i]`. */
  addReading(
    kind: EquipmentKind,
    equipment: string,
    ts: number,
    shard: number,
    position: number,
    signals: readonly number[],
    values: readonly number[],
    extras: readonly ExtraValue[] | null,
  ): void
  addEvent(event: EventRow): void
  /** Rows of all sorts since the last `take`. */
  rows(): number
  /** True when the capacity is reached and `take` is due; nothing is lost if it comes later. */
  full(): boolean
  /** The block up to `to`, which the next one starts from; `null` when there is nothing to tell, not even a moved cursor. */
  take(to: Cursor): HistoryBlock | null
}

/** Columns of one kind while they grow. */
interface Growing {
  kind: EquipmentKind
  rows: number
  room: number
  indexByEquipment: Map<string, number>
  equipmentIndex: Uint32Array
  ts: Float64Array
  shard: Uint8Array
  position: Float64Array
  /** By catalogue index; `null` while the signal has not occurred. */
  columns: (Float64Array | null)[]
}

/** `capacity` is the number of readings after which a block is due. */
export function createBlockBuilder({
  shards,
  capacity,
}: {
  shards: readonly number[]
  capacity: number
}): BlockBuilder {
  const from = createCursor()
  let growing = new Map<EquipmentKind, Growing>()
  let extras: ExtraRow[] = []
  let events: EventRow[] = []
  let rows = 0

  function columnsOf(kind: EquipmentKind): Growing {
    let columns = growing.get(kind)
    if (!columns) {
      columns = createGrowing(kind, Math.min(FIRST_ROWS, capacity))
      growing.set(kind, columns)
    }
    return columns
  }

  function moved(to: Cursor): boolean {
    for (const shard of shards) if ((to[shard] ?? 0) > (from[shard] ?? 0)) return true
    return false
  }

  return {
    begin: (cursor) => from.set(cursor),
    addReading(kind, equipment, ts, shard, position, signals, values, more) {
      if (signals.length > 0) {
        rows++
        const columns = columnsOf(kind)
        if (columns.rows === columns.room) grow(columns)
        const row = columns.rows++
        let index = columns.indexByEquipment.get(equipment)
        if (index === undefined) {
          index = columns.indexByEquipment.size
          columns.indexByEquipment.set(equipment, index)
        }
        columns.equipmentIndex[row] = index
        columns.ts[row] = ts
        columns.shard[row] = shard
        columns.position[row] = position
        for (let i = 0; i < signals.length; i++) {
          const signal = signals[i] as number
          const column = columns.columns[signal] ?? addColumn(columns, signal)
          column[row] = values[i] as number
        }
      }
      if (more) {
        for (const { name, value } of more) {
          rows++
          extras.push({ kind, equipment, ts, shard, position, name, value })
        }
      }
    },
    addEvent(event) {
      rows++
      events.push(event)
    },
    rows: () => rows,
    full: () => rows >= capacity,
    take(to) {
      if (rows === 0 && !moved(to)) return null
      const readings: KindColumns[] = []
      for (const kind of EQUIPMENT_KINDS) {
        const columns = growing.get(kind)
        if (columns) readings.push(finish(columns))
      }
      const block: HistoryBlock = {
        shards: [...shards],
        from: createCursor(from),
        to: createCursor(to),
        readings,
        extras,
        events,
      }
      from.set(to)
      growing = new Map()
      extras = []
      events = []
      rows = 0
      return block
    },
  }
}

/** The buffers of a block that a message may carry over without copying. */
export function transferList(block: HistoryBlock): Transferable[] {
  const buffers: Transferable[] = [block.from.buffer as ArrayBuffer, block.to.buffer as ArrayBuffer]
  for (const { equipmentIndex, ts, shard, position, columns } of block.readings) {
    for (const array of [equipmentIndex, ts, shard, position]) buffers.push(array.buffer as ArrayBuffer)
    for (const { values } of columns) buffers.push(values.buffer as ArrayBuffer)
  }
  return buffers
}

function createGrowing(kind: EquipmentKind, room: number): Growing {
  return {
    kind,
    rows: 0,
    room,
    indexByEquipment: new Map(),
    equipmentIndex: new Uint32Array(room),
    ts: new Float64Array(room),
    shard: new Uint8Array(room),
    position: new Float64Array(room),
    columns: SIGNALS.map(() => null),
  }
}

function addColumn(growing: Growing, signal: number): Float64Array {
  const column = new Float64Array(growing.room).fill(Number.NaN)
  growing.columns[signal] = column
  return column
}

function grow(growing: Growing): void {
  const room = growing.room * 2
  const equipmentIndex = new Uint32Array(room)
  equipmentIndex.set(growing.equipmentIndex)
  growing.equipmentIndex = equipmentIndex
  const shard = new Uint8Array(room)
  shard.set(growing.shard)
  growing.shard = shard
  growing.ts = enlarge(growing.ts, room, 0)
  growing.position = enlarge(growing.position, room, 0)
  for (let signal = 0; signal < growing.columns.length; signal++) {
    const column = growing.columns[signal]
    if (column) growing.columns[signal] = enlarge(column, room, Number.NaN)
  }
  growing.room = room
}

function enlarge(array: Float64Array, room: number, filler: number): Float64Array {
  const larger = new Float64Array(room)
  larger.set(array)
  if (filler !== 0) larger.fill(filler, array.length)
  return larger
}

function finish(growing: Growing): KindColumns {
  const { kind, rows } = growing
  const columns: KindColumns['columns'] = []
  for (let signal = 0; signal < growing.columns.length; signal++) {
    const column = growing.columns[signal]
    if (column) columns.push({ signal, values: column.subarray(0, rows) })
  }
  return {
    kind,
    rows,
    equipment: [...growing.indexByEquipment.keys()],
    equipmentIndex: growing.equipmentIndex.subarray(0, rows),
    ts: growing.ts.subarray(0, rows),
    shard: growing.shard.subarray(0, rows),
    position: growing.position.subarray(0, rows),
    columns,
  }
}

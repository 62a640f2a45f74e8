/** Blocks written as the tests speak: readings by name, positions by hand. */
import { createBlockBuilder } from '../../src/history/blocks.js'
import type { HistoryBlock } from '../../src/model/block.js'
import { createCursor } from '../../src/model/cursor.js'
import { type EquipmentKind, SHARDS, shardOf } from '../../src/model/equipment.js'
import type { SignalValue } from '../../src/model/reading.js'
import { signalIndex } from '../../src/model/signals.js'

export const EVERY_SHARD_OF_ALL = Array.from({ length: SHARDS }, (_, shard) => shard)

export interface TestReading {
  equipment: string
  ts: number
  position: number
  kind?: EquipmentKind
  values: Record<string, SignalValue>
}

export interface TestEvent {
  equipment: string
  ts: number
  position: number
  code: number
  active: boolean
  key?: string
}

/** All shards from position `from` (0) to `to` (the highest position that occurs). */
export function blockOf({
  readings = [],
  events = [],
  from = 0,
  to = Math.max(from, ...[...readings, ...events].map((row) => row.position)),
}: {
  readings?: TestReading[]
  events?: TestEvent[]
  from?: number
  to?: number
}): HistoryBlock {
  const builder = createBlockBuilder({ shards: EVERY_SHARD_OF_ALL, capacity: 1 << 20 })
  builder.begin(createCursor(new Array(SHARDS).fill(from)))
  for (const { equipment, ts, position, kind = 'elevator', values } of readings) {
    const signals: number[] = []
    const numbers: number[] = []
    const extras: { name: string; value: SignalValue }[] = []
    for (const [name, value] of Object.entries(values)) {
      const signal = signalIndex(name)
      if (signal === undefined || typeof value === 'string') extras.push({ name, value })
      else {
        signals.push(signal)
        numbers.push(Number(value))
      }
    }
    const more = extras.length > 0 ? extras : null
    builder.addReading(kind, equipment, ts, shardOf(equipment), position, signals, numbers, more)
  }
  for (const { equipment, ts, position, code, active, key = null } of events) {
    builder.addEvent({ equipment, ts, shard: shardOf(equipment), position, code, active, key })
  }
  const block = builder.take(createCursor(new Array(SHARDS).fill(to)))
  if (!block) throw new Error('the test asked for a block that says nothing')
  return block
}

import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { createBlockBuilder, transferList } from '../../src/history/blocks.js'
import { bytesOf, mergeBlocks, rowsOf } from '../../src/history/merge-blocks.js'
import type { HistoryBlock } from '../../src/model/block.js'
import { createCursor } from '../../src/model/cursor.js'
import { signalIndex } from '../../src/model/signals.js'

const speed = signalIndex('speed') ?? -1
const load = signalIndex('load') ?? -1
const pressure = signalIndex('pressure') ?? -1

function builderAt(position: number, capacity = 4) {
  const builder = createBlockBuilder({ shards: [1, 2], capacity })
  builder.begin(createCursor([0, position, position]))
  return builder
}

test('columns hold only what occurs, and NaN where a reading lacks it', () => {
  const builder = builderAt(0)
  builder.addReading('elevator', 'A', 10, 1, 1, [speed], [1.5], null)
  builder.addReading('elevator', 'B', 11, 2, 1, [load], [80], [{ name: 'vendor', value: 'x' }])
  builder.addReading('boiler', 'C', 12, 1, 2, [pressure], [0.8], null)
  builder.addReading('elevator', 'A', 13, 1, 3, [], [], [{ name: 'only', value: true }])
  const block = builder.take(createCursor([0, 3, 1]))
  expect(block?.readings.map(({ kind, rows }) => [kind, rows])).toEqual([
    ['elevator', 2],
    ['boiler', 1],
  ])
  const lifts = block?.readings[0]
  expect(lifts?.equipment).toEqual(['A', 'B'])
  expect(lifts?.columns.map(({ signal, values }) => [signal, [...values]])).toEqual([
    [speed, [1.5, Number.NaN]],
    [load, [Number.NaN, 80]],
  ])
  expect([...(lifts?.position ?? [])]).toEqual([1, 1])
  expect(block?.extras.map(({ equipment, name, value }) => [equipment, name, value])).toEqual([
    ['B', 'vendor', 'x'],
    ['A', 'only', true],
  ])
  expect(block && rowsOf(block)).toBe(5)
})

test('the next block starts where the last one ended; without news there is none', () => {
  const builder = builderAt(5)
  expect(builder.take(createCursor([99, 5, 5]))).toBeNull()
  const moved = builder.take(createCursor([0, 6, 5]))
  expect([moved?.from[1], moved?.to[1]]).toEqual([5, 6])
  builder.addEvent({ equipment: 'A', ts: 1, shard: 1, position: 7, code: 90, active: true, key: null })
  const next = builder.take(createCursor([0, 7, 5]))
  expect([next?.from[1], next?.to[1], next?.events.length]).toEqual([6, 7, 1])
})

test('more readings than the capacity make it full and lose nothing', () => {
  const builder = builderAt(0, 4)
  for (let i = 1; i <= 1000; i++) {
    builder.addReading('elevator', `L-${i % 3}`, i, 1, i, i % 2 ? [speed] : [load], [i], null)
    expect(builder.full()).toBe(i >= 4)
  }
  const columns = builder.take(createCursor([0, 1000, 0]))?.readings[0]
  expect(columns?.rows).toBe(1000)
  for (const { signal, values } of columns?.columns ?? []) {
    for (const [row, value] of values.entries()) {
      expect(value).toBe((row + 1) % 2 === (signal === speed ? 1 : 0) ? row + 1 : Number.NaN)
    }
  }
})

test('a block goes over a port without copying and arrives whole', async () => {
  const builder = builderAt(0)
  builder.addReading('elevator', 'A', 10, 1, 1, [speed, load], [1.5, 3], null)
  const block = builder.take(createCursor([0, 1, 0]))
  if (!block) throw new Error('no block')
  const expected = structuredClone(block)
  const { port1, port2 } = new MessageChannel()
  const arrived = new Promise<HistoryBlock>((resolve) => port2.once('message', resolve))
  port1.postMessage(block, transferList(block))
  expect(block.readings[0]?.ts.length).toBe(0)
  expect(await arrived).toEqual(expected)
  port1.close()
})

test('merged blocks keep their order and span from the first to the last', () => {
  const builder = builderAt(0)
  const blocks: HistoryBlock[] = []
  for (let position = 1; position <= 3; position++) {
    builder.addReading('elevator', 'A', position, 1, position, [speed], [position], null)
    const block = builder.take(createCursor([0, position, position]))
    if (block) blocks.push(block)
  }
  const merged = mergeBlocks(blocks)
  expect([merged.from[1], merged.to[1], merged.shards]).toEqual([0, 3, [1, 2]])
  expect(merged.readings.flatMap(({ position }) => [...position])).toEqual([1, 2, 3])
  expect(bytesOf(merged)).toBeGreaterThan(0)
})

import { expect, test } from 'vitest'
import { createBacklogMeter, recordsBehind } from '../../src/history/backlog.js'
import { createCursor } from '../../src/model/cursor.js'
import { SHARDS } from '../../src/model/equipment.js'

const at = (position: number) => createCursor(new Array(SHARDS).fill(position))

test('records behind: all of them when every shard waits, a part when one does', () => {
  expect(recordsBehind(6400, at(0))).toBe(6400)
  const one = at(6400)
  one[3] = 0
  expect(recordsBehind(6400, one)).toBe(100)
  expect(recordsBehind(0, at(10))).toBe(0)
})

test('away => null; draining => the time left at the rate of the last half minute; fresh => 0', () => {
  const meter = createBacklogMeter()
  expect(meter({ at: 0, head: 1000, cursor: at(900), lagMs: 100 })).toEqual({ records: 100, drainSeconds: 0 })
  for (let s = 1; s <= 20; s++) {
    const backlog = meter({ at: s * 1000, head: 1000 + s * 1000, cursor: at(900), lagMs: s * 1000 + 5000 })
    expect(backlog).toEqual({ records: 100 + s * 1000, drainSeconds: null })
  }
  // It stores 3000 a second while 1000 come: 2000 fewer each second.
  let last = { records: 0, drainSeconds: null as number | null }
  for (let s = 1; s <= 60; s++) {
    const head = 200_000 + s * 1000
    last = meter({ at: 60_000 + s * 1000, head, cursor: at(s * 3000), lagMs: 60_000 })
  }
  expect(last.records).toBe(80_000)
  expect(last.drainSeconds).toBeCloseTo(40)
})

import { describe, expect, test } from 'vitest'
import { createLatest } from '../../src/live/latest.js'
import { SIGNALS, signalIndex } from '../../src/model/signals.js'
import { frameOf } from './frames.js'

const T = 1_795_290_000_000

describe('latest values', () => {
  test('an equipment that was never heard has no state', () => {
    const latest = createLatest()
    latest.slot('EL1')
    expect(latest.state('EL1')).toBeNull()
    expect(latest.state('EL2')).toBeNull()
  })

  test('switches read as booleans, numbers as numbers, each with its own time', () => {
    const latest = createLatest()
    latest.push(frameOf([{ id: 'EL1', arrival: T + 40, ts: T, values: { speed: 1.5, doorZone: 1 } }]))
    latest.push(frameOf([{ id: 'EL1', arrival: T + 90, ts: T + 50, values: { doorZone: 0 } }]))
    expect(latest.state('EL1')).toEqual({
      online: true,
      arrival: T + 90,
      signals: { speed: { value: 1.5, at: T }, doorZone: { value: false, at: T + 50 } },
    })
  })

  test('newer => older: a late value does not replace a newer one', () => {
    const latest = createLatest()
    latest.push(frameOf([{ id: 'EL1', ts: T + 1000, values: { floor: 7 } }], T + 1000))
    latest.push(frameOf([{ id: 'EL1', ts: T, values: { floor: 3, speed: 0 } }], T + 1100))
    expect(latest.state('EL1')?.signals).toEqual({
      floor: { value: 7, at: T + 1000 },
      speed: { value: 0, at: T },
    })
  })

  test('a time that has not come yet gives way to what the frame tells', () => {
    const latest = createLatest()
    const year = 365 * 86_400_000
    latest.push(frameOf([{ id: 'EL1', ts: T + year, values: { floor: 7 } }], T))
    const since = latest.mark()
    latest.push(frameOf([{ id: 'EL1', ts: T + 1000, values: { floor: 3 } }], T + 1100))
    latest.push(frameOf([{ id: 'EL1', ts: T + 500, values: { floor: 2 } }], T + 1200))
    expect(latest.changedRow(latest.slot('EL1'), since, null, true)[3]).toEqual({ floor: [3, T + 1000] })
  })

  test('mark => push => changed: only what came after the mark, merged over several frames', () => {
    const latest = createLatest()
    latest.push(frameOf([{ id: 'EL1', ts: T, values: { floor: 1, speed: 0, door: 2 } }]))
    const since = latest.mark()
    const slot = latest.slot('EL1')
    expect(latest.changed(slot, since)).toBe(false)
    latest.push(frameOf([{ id: 'EL1', ts: T + 1, values: { floor: 2 } }]))
    latest.push(frameOf([{ id: 'EL1', ts: T + 2, values: { floor: 3, speed: 0 } }]))
    expect(latest.changed(slot, since)).toBe(true)
    expect(latest.changedRow(slot, since, null, false)[3]).toEqual({ floor: [3, T + 2], speed: [0, T + 2] })
    expect(latest.changedRow(slot, since, null, true)[3]).toEqual({ floor: [3, T + 2] })
  })

  test('a first value of zero is a change', () => {
    const latest = createLatest()
    const since = latest.mark()
    latest.push(frameOf([{ id: 'EL1', ts: T, values: { speed: 0 } }]))
    expect(latest.changedRow(latest.slot('EL1'), since, null, true)[3]).toEqual({ speed: [0, T] })
  })

  test('a row may be narrowed to some signals', () => {
    const latest = createLatest()
    latest.push(frameOf([{ id: 'EL1', ts: T, values: { floor: 1, speed: 0 } }]))
    const only = new Uint8Array(SIGNALS.length)
    only[signalIndex('floor') ?? 0] = 1
    expect(latest.wholeRow(latest.slot('EL1'), only)).toEqual(['EL1', 1, T, { floor: [1, T] }])
  })

  test('growing keeps every value', () => {
    const latest = createLatest({ capacity: 2 })
    for (let i = 0; i < 100; i++) latest.push(frameOf([{ id: `EL${i}`, ts: T, values: { floor: i } }]))
    expect(latest.size()).toBe(100)
    for (let i = 0; i < 100; i++) expect(latest.state(`EL${i}`)?.signals.floor?.value).toBe(i)
  })
})

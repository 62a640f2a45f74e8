/** Clocks, ages and numbers as they are read at three in the morning. */
import { describe, expect, test } from 'vitest'
import { withMillis } from '../../dashboards/src/api/incident-times.js'
import {
  ageOf,
  formatCountdown,
  formatDuration,
  formatNumber,
  fullAddress,
  isStale,
  unitOf,
} from '../../dashboards/src/domain/format.js'

test.each([
  [192_000, '03:12'],
  [191_001, '03:12'],
  [1, '00:01'],
  [0, '00:00'],
  [-999, '00:00'],
  [-61_000, '−01:01'],
  [3_912_000, '1:05:12'],
])('%i ms left reads %s', (left, text) => {
  expect(formatCountdown(left)).toBe(text)
})

test('a duration never runs backwards', () => {
  expect(formatDuration(-5000)).toBe('00:00')
  expect(formatDuration(312_900)).toBe('05:12')
})

test.each([
  [400, { unit: 'now', count: 0 }],
  [59_999, { unit: 'seconds', count: 59 }],
  [60_000, { unit: 'minutes', count: 1 }],
  [3_600_000, { unit: 'hours', count: 1 }],
  [200_000_000, { unit: 'days', count: 2 }],
] as const)('%i ms old', (ms, age) => {
  expect(ageOf(ms)).toEqual(age)
})

describe('numbers', () => {
  test.each([
    ['pressure', 1.2345, '1.234'],
    ['speed', -1.6, '-1.60'],
    ['speed', -0.001, '0.00'],
    ['waterLevel', -61.6, '-62'],
    ['ph', 10.26, '10.3'],
    ['somethingElse', 1.23456, '1.235'],
    ['o2', Number.NaN, '–'],
  ])('%s %d reads %s', (name, value, text) => {
    expect(formatNumber(name, value)).toBe(text)
  })
  test('fuel has the unit of its kind', () => {
    expect(unitOf('fuelFlow', '天然气')).toBe('m³/h')
    expect(unitOf('fuelFlow', 'coal')).toBe('kg/h')
  })
})

test('three periods without news are stale; without a known period, three minutes', () => {
  expect(isStale(0, 29_000, 10)).toBe(false)
  expect(isStale(0, 31_000, 10)).toBe(true)
  expect(isStale(0, 4_000, 1)).toBe(false)
  expect(isStale(0, 179_000)).toBe(false)
  expect(isStale(0, 181_000)).toBe(true)
})

test('a district that the address names is not said twice', () => {
  expect(fullAddress('西工区', '西工区中州中路1号')).toBe('西工区中州中路1号')
  expect(fullAddress('西工区', '中州中路1号')).toBe('西工区 中州中路1号')
  expect(fullAddress('西工区', null)).toBe('西工区')
})

test('times of a reply become ms wherever they stand, other texts stay', () => {
  const reply = {
    openedAt: '2026-11-21T14:02:31.000Z',
    number: '20261121-0042',
    attention: { since: '2026-11-21T14:02:32.000Z', reason: 'no-answer', reasons: ['no-answer'] },
    evidence: [{ key: 'door-shut', at: '2026-11-21T14:02:30.000Z', value: '2026' }],
    times: { releasedAt: null },
  }
  expect(withMillis(reply)).toEqual({
    openedAt: 1_795_269_751_000,
    number: '20261121-0042',
    attention: { since: 1_795_269_752_000, reason: 'no-answer', reasons: ['no-answer'] },
    evidence: [{ key: 'door-shut', at: 1_795_269_750_000, value: '2026' }],
    times: { releasedAt: null },
  })
})

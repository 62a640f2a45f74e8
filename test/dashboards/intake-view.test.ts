/** What the intake says of a device, as an operator reads it at three in the morning. */
import { describe, expect, test } from 'vitest'
import { backlogLines } from '../../dashboards/src/domain/backlog-lines.js'
import {
  countsOf,
  formatBytes,
  idsIn,
  payloadHex,
  payloadText,
  perSecond,
  readClock,
  spanOf,
} from '../../dashboards/src/domain/intake-view.js'
import type { Backlog } from '../../src/live/events.js'

const clock = (offsetMs: number, more: object = {}) => ({ offsetMs, known: true, fault: null, ...more })

test.each([
  {
    name: 'our clock ahead by 12 s: the device is slow',
    offset: 12_000,
    is: 'slow',
    count: 12,
    unit: 'seconds',
  },
  {
    name: 'our clock behind by 3 min: the device is fast',
    offset: -180_000,
    is: 'fast',
    count: 3,
    unit: 'minutes',
  },
  { name: 'eight hours: a wrong time zone', offset: 28_800_000, is: 'slow', count: 8, unit: 'hours' },
])('$name', ({ offset, is, count, unit }) => {
  expect(readClock(clock(offset))).toEqual({ is, span: { count, unit } })
})

test('a clock that nobody can judge yet is not called right', () => {
  expect(readClock(null)).toEqual({ is: 'unknown' })
  expect(readClock(clock(0, { known: false }))).toEqual({ is: 'unknown' })
  expect(readClock(clock(900))).toEqual({ is: 'right' })
  expect(readClock(clock(900, { known: false, fault: 'ahead' }))).toEqual({ is: 'ahead' })
})

test.each([
  [0, 'milliseconds', 0],
  [999, 'milliseconds', 999],
  [119_000, 'seconds', 119],
  [120_000, 'minutes', 2],
  [7_199_000, 'minutes', 120],
  [86_400_000, 'hours', 24],
  [7 * 86_400_000, 'days', 7],
] as const)('%i ms reads in %s', (ms, unit, count) => {
  expect(spanOf(ms)).toEqual({ unit, count })
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [20e9, '20 GB'],
])('%i bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

describe('the beginning of a payload, a character a byte', () => {
  const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
  test('UTF-8 is read as it is; a character cut in two at the end is left away', () => {
    expect(payloadText(latin1('{"名":1}'))).toBe('{"名":1}')
    expect(payloadText(latin1('{"名').slice(0, -1))).toBe('{"')
  })
  test('what cannot be printed is a dot, so that nothing acts on the page', () => {
    expect(payloadText('a\u0000\u001b[2J')).toBe('a··[2J')
    expect(payloadText('\u00ff\u00fe')).toBe('··')
  })
  test('bytes are pairs of digits', () => {
    expect(payloadHex('{"\u00ff')).toBe('7b 22 ff')
    expect(payloadHex('aaa', 2)).toBe('61 61 …')
  })
})

test('reasons come most first, and what never happened is left away', () => {
  expect(countsOf({ a: 1, b: 0, c: 7 })).toEqual([
    ['c', 7],
    ['a', 1],
  ])
})

test('ids are taken as people paste them, each once', () => {
  expect(idsIn(' E1, E2\nE3；E1、E4 ')).toEqual(['E1', 'E2', 'E3', 'E4'])
  expect(idsIn(' \n')).toEqual([])
})

test('a rate is nothing while the time stands or the count went back', () => {
  expect(perSecond(100, 5100, 1000)).toBe(5000)
  expect(perSecond(100, 101, 1000)).toBe(1)
  expect(perSecond(100, 200, 0)).toBeNull()
  expect(perSecond(200, 100, 1000)).toBeNull()
})

describe('the bar of a service that is behind', () => {
  const well: Backlog = {
    at: 0,
    journal: 'writing',
    reason: null,
    rulesLagMs: 20,
    historyLagMs: 900,
    historyBehind: 4000,
    historyDrainSeconds: null,
  }
  test('the pace of batches is no news', () => {
    expect(backlogLines(well)).toEqual([])
  })
  test('history away => draining: records, how old, and how long it takes', () => {
    const away = { ...well, historyLagMs: 600_000, historyBehind: 3_000_000 }
    expect(backlogLines(away)).toEqual([
      { key: 'historyBehind', span: { unit: 'minutes', count: 10 }, records: 3_000_000, drain: null },
    ])
    expect(backlogLines({ ...away, historyDrainSeconds: 240 })).toMatchObject([
      { drain: { unit: 'minutes', count: 4 } },
    ])
  })
  test('a journal that refuses comes first', () => {
    const lines = backlogLines({ ...well, journal: 'refusing', reason: 'ENOSPC', rulesLagMs: 9000 })
    expect(lines.map((line) => line.key)).toEqual(['refusing', 'rulesBehind'])
    expect(lines[0]).toMatchObject({ reason: 'ENOSPC' })
  })
})

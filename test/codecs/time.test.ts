/** The clock of an equipment: a constantly wrong clock is live, a backlog is late, and what cannot be a time is not used as one. */
import { expect, test } from 'vitest'
import { createClock, createMoment, type Moment, observe, offsetOf } from '../../src/codecs/time.js'

const NOW = 1_795_276_800_000
const HOUR = 3_600_000

/** Feeds `[arrival, ts]`, both in seconds from NOW, and returns what each meant. */
function watch(samples: [arrival: number, ts: number | null][], clock = createClock()): Moment[] {
  return samples.map(([arrival, ts]) => ({
    ...observe(clock, ts === null ? null : NOW + ts * 1000, NOW + arrival * 1000, createMoment()),
  }))
}
const every = (from: number, to: number, ahead: number): [number, number][] =>
  Array.from({ length: to - from }, (_, i) => [from + i, from + i + ahead])

test('a clock that is right is live and known from the first message', () => {
  expect(watch([[0.05, 0]])[0]).toEqual({ ts: NOW, lag: 0, paced: false, known: true, fault: null })
})

test('a message without ts takes its arrival', () => {
  expect(watch([[7, null]])[0]).toMatchObject({ ts: NOW + 7000, lag: 0, known: true, fault: null })
})

test('a clock constantly eight hours behind is live, and known after ten minutes', () => {
  const moments = watch(every(0, 601, -8 * 3600))
  expect(moments.every(({ lag, fault }) => lag === 0 && fault === null)).toBe(true)
  expect(moments[599]?.known).toBe(false)
  expect(moments[600]?.known).toBe(true)
  expect(moments[600]?.ts).toBe(NOW + (600 - 8 * 3600) * 1000)
})

test('a backlog is late by its age, and comes faster than it was recorded', () => {
  const clock = createClock()
  watch(every(0, 10, 0), clock)
  const late = watch(
    Array.from({ length: 50 }, (_, i) => [3600 + i * 0.01, 10 + i]),
    clock,
  )
  expect(late[0]?.lag).toBe(3590_000)
  expect(late.slice(1).every(({ paced, fault }) => !paced && fault === null)).toBe(true)
})

test('after a jump back of the clock, messages are late but come at their own pace', () => {
  const clock = createClock()
  watch(every(0, 60, 0), clock)
  const moments = watch(every(60, 70, -3600), clock)
  expect(moments.map(({ paced }) => paced)).toEqual([false, false, false, ...Array(7).fill(true)])
  expect(moments.at(-1)?.lag).toBe(HOUR)
})

test('a ts over five minutes ahead is not used, four minutes is', () => {
  const clock = createClock()
  watch(every(0, 10, 0), clock)
  expect(watch([[10, 10 + 301]], clock)[0]).toMatchObject({ ts: NOW + 10_000, fault: 'ahead', lag: 0 })
  expect(offsetOf(clock)).toBe(0)
  expect(watch([[11, 11 + 240]], clock)[0]).toMatchObject({ ts: NOW + 251_000, fault: null })
})

test('a backlog of a device that was never met keeps its times, at any speed', () => {
  const recorded = Array.from({ length: 50 }, (_, i): [number, number] => [i * 0.01, i * 600 - 5e7])
  const moments = watch(recorded)
  expect(moments.map(({ ts, fault }) => [ts, fault])).toEqual(
    recorded.map(([, ts]) => [NOW + ts * 1000, null]),
  )
  expect(moments.every(({ known }) => !known)).toBe(true)
})

test('a slow clock that is set right is right at once', () => {
  const clock = createClock()
  watch(every(0, 601, -8 * 3600), clock)
  expect(watch([[601, 600.9]], clock)[0]).toMatchObject({
    ts: NOW + 600_900,
    lag: 0,
    known: true,
    fault: null,
  })
})

test('a clock that stays an hour ahead is adopted once enough readings agree', () => {
  const clock = createClock()
  const moments = watch(every(0, 20, 3600), clock)
  expect(moments[0]).toMatchObject({ fault: 'ahead', ts: NOW })
  expect(moments[9]?.fault).toBe('ahead')
  expect(moments[10]).toMatchObject({ fault: null, lag: 0, known: false })
  expect(offsetOf(clock)).toBe(-HOUR)
})

test('a burst of future readings in one message moves no clock', () => {
  const clock = createClock()
  watch(every(0, 10, 0), clock)
  const moments = watch(
    Array.from({ length: 100 }, () => [10, 4000]),
    clock,
  )
  expect(moments.every(({ fault }) => fault === 'ahead')).toBe(true)
})

test('a ts before 2010 is not used; at its own pace it is live', () => {
  const clock = createClock()
  const unset = (s: number): [number, number] => [s, s - NOW / 1000]
  const moments = watch([0, 1, 2, 3, 4].map(unset), clock)
  expect(moments[0]).toMatchObject({ ts: NOW, fault: 'ancient', known: false })
  expect(moments[4]).toMatchObject({ ts: NOW + 4000, fault: 'ancient', known: true })
})

test('the offset is the smallest of 24 hours, and older ones are forgotten', () => {
  const clock = createClock()
  watch([[0, -1]], clock)
  watch(
    Array.from({ length: 24 }, (_, h) => [h * 3600 + 10, h * 3600 + 5]),
    clock,
  )
  expect(offsetOf(clock)).toBe(1000)
  watch([[24 * 3600 + 10, 24 * 3600 + 5]], clock)
  expect(offsetOf(clock)).toBe(5000)
  expect(clock.lows.length).toBeLessThanOrEqual(24)
})

test('a clock goes into JSON and back unchanged', () => {
  const clock = createClock()
  watch(every(0, 50, -30), clock)
  const copy = JSON.parse(JSON.stringify(clock)) as typeof clock
  expect(watch(every(50, 60, -30), copy)).toEqual(watch(every(50, 60, -30), clock))
})

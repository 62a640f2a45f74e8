/** The clock of an equipment: a constantly wrong clock is live, a backlog is late, and what cannot be a time is not used as one. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Clock,
  createClock,
  createMoment,
  hear,
  type Moment,
  observe,
  observePast,
  offsetOf,
  viewOf,
} from '../../src/codecs/time.js'

const NOW = 1_795_276_800_000
const HOUR = 3_600_000

/** Feeds `[arrival, ts]`, both in seconds from NOW, and returns what each meant. */
function watch(samples: [arrival: number, ts: number | null][], clock = createClock()): Moment[] {
  return samples.flatMap(([arrival, ts]) => message(clock, arrival, [ts]))
}

/** One message with readings of these times, oldest first. */
function message(clock: Clock, arrival: number, times: (number | null)[]): Moment[] {
  const at = NOW + arrival * 1000
  const newest = times.at(-1) ?? null
  if (newest !== null) hear(clock, NOW + newest * 1000, at)
  return times.map((ts) => observe(clock, ts === null ? null : NOW + ts * 1000, at, createMoment()))
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

describe('batches', () => {
  const batch = (from: number, ahead: number) => Array.from({ length: 10 }, (_, i) => from + i + ahead)

  test('after a jump back of the clock, batches are late but come at their own pace', () => {
    const clock = createClock()
    for (let s = 0; s < 60; s += 10) message(clock, s + 9, batch(s, 0))
    const moments = [60, 70, 80, 90].map((s) => message(clock, s + 9, batch(s, -3600)))
    expect(moments.map((readings) => readings.every(({ paced }) => paced))).toEqual([
      false,
      false,
      false,
      true,
    ])
    expect(moments.flat().every(({ lag }) => lag >= HOUR)).toBe(true)
  })

  test('a backlog of batches is not paced', () => {
    const clock = createClock()
    for (let s = 0; s < 60; s += 10) message(clock, s + 9, batch(s, 0))
    const moments = [60, 70, 80, 90, 100].flatMap((s, i) => message(clock, 3600 + i, batch(s, 0)))
    expect(moments.every(({ paced, fault }) => !paced && fault === null)).toBe(true)
  })

  test('a backlog in one message that ends with the present: only its end is live', () => {
    const clock = createClock()
    watch(every(0, 10, 0), clock)
    const moments = message(
      clock,
      1000,
      Array.from({ length: 990 }, (_, i) => 11 + i),
    )
    const late = moments.filter(({ lag }) => lag > 120_000)
    expect(late).toHaveLength(869)
    expect(late.every(({ paced }) => !paced)).toBe(true)
  })
})

describe('clocks that were set', () => {
  test('a clock that ran ahead and was set right is right after ten minutes', () => {
    const clock = createClock()
    watch(every(0, 60, 240), clock)
    const moments = watch(every(60, 700, 0), clock)
    expect(moments[0]?.lag).toBe(240_000)
    expect(moments.at(-1)).toMatchObject({ lag: 0, known: true, paced: true })
    expect(offsetOf(clock)).toBe(0)
  })

  test('so is one that had stood an hour ahead', () => {
    const clock = createClock()
    watch(every(0, 1000, 3600), clock)
    expect(offsetOf(clock)).toBe(-HOUR)
    watch(every(1000, 1700, 0), clock)
    expect(offsetOf(clock)).toBe(0)
  })

  test('a backlog never sets a clock, however long it is', () => {
    const clock = createClock()
    watch(every(0, 60, 0), clock)
    watch(
      Array.from({ length: 3600 }, (_, i) => [7200 + i * 0.5, 60 + i]),
      clock,
    )
    expect(offsetOf(clock)).toBe(0)
  })

  test('a fleet that jumps: every clock goes its own way', () => {
    const jumps = [-7200, -60, 0, 60, 7200]
    const fleet = jumps.map(() => createClock())
    for (const clock of fleet) watch(every(0, 60, 0), clock)
    const after = fleet.map((clock, i) => watch(every(60, 800, jumps[i] ?? 0), clock))
    expect(after.map((moments) => moments.at(-1)?.lag)).toEqual([7_200_000, 60_000, 0, 0, 0])
    expect(after.every((moments) => moments.at(-1)?.paced)).toBe(true)
    expect(fleet.map(offsetOf)).toEqual([0, 0, 0, -60_000, -7_200_000])
  })
})

describe('what the device itself calls past', () => {
  test('is read by the clock and teaches it nothing', () => {
    const clock = createClock()
    watch(every(0, 60, -30), clock)
    const before = JSON.stringify(clock)
    const past = (ts: number | null) =>
      observePast(clock, ts === null ? null : NOW + ts * 1000, NOW + 60_000, createMoment())
    expect(past(-3600)).toEqual({
      ts: NOW - HOUR,
      lag: HOUR + 30_000,
      paced: false,
      known: true,
      fault: null,
    })
    expect(past(60)).toMatchObject({ ts: NOW + 60_000, lag: 0 })
    expect(past(3600)).toMatchObject({ ts: NOW + 60_000, fault: 'ahead' })
    expect(past(-NOW / 1000)).toMatchObject({ ts: NOW + 60_000, fault: 'ancient' })
    expect(past(null)).toMatchObject({ ts: NOW + 60_000, fault: null })
    expect(JSON.stringify(clock)).toBe(before)
  })
})

test('the clock as people are shown it', () => {
  const clock = createClock()
  expect(viewOf(clock, NOW)).toEqual({
    offset: 0,
    known: false,
    lag: null,
    fault: null,
    ahead: 0,
    ancient: 0,
  })
  watch([...every(0, 60, -3600), [60, -3600]], clock)
  expect(viewOf(clock, NOW + 60_000)).toMatchObject({ offset: HOUR, known: false, lag: 60_000, fault: null })
  expect(viewOf(clock, NOW + 700_000)).toMatchObject({ offset: HOUR, known: true })
  watch([[61, 8000]], clock)
  expect(viewOf(clock, NOW + 61_000)).toMatchObject({ known: false, fault: 'ahead', ahead: 1 })
})

describe('whatever the times are', () => {
  /** Messages in the order of their arrival, at most an hour apart, with times near ours, far away or none. */
  const near = fc.integer({ min: -20 * 60_000, max: 4 * 60_000 })
  const anywhere = fc.oneof(near, fc.integer({ min: -NOW, max: NOW }), fc.constant(null))
  const story = (skew: fc.Arbitrary<number | null>) =>
    fc.array(fc.tuple(fc.integer({ min: 0, max: HOUR }), skew), { minLength: 1, maxLength: 120 })

  function tell(
    steps: [number, number | null][],
    look: (moment: Moment, arrival: number, ts: number | null) => void,
  ) {
    const clock = createClock()
    let arrival = NOW
    for (const [wait, skew] of steps) {
      arrival += wait
      const ts = skew === null ? null : arrival + skew
      if (ts !== null) hear(clock, ts, arrival)
      look({ ...observe(clock, ts, arrival, createMoment()) }, arrival, ts)
    }
    return clock
  }

  test("a time is the device's own or the arrival, never ahead by over five minutes after offset, and no lag is negative", () => {
    fc.assert(
      fc.property(story(anywhere), (steps) => {
        const clock = tell(steps, (moment, arrival, ts) => {
          expect(moment.lag).toBeGreaterThanOrEqual(0)
          expect(moment.ts).toBe(moment.fault === null && ts !== null ? ts : arrival)
          if (ts !== null && ts < Date.UTC(2010)) expect(moment.fault).toBe('ancient')
          if (moment.fault !== null) expect(moment.lag).toBe(0)
        })
        expect(clock.hours).toHaveLength(clock.lows.length)
        expect(clock.lows.length).toBeLessThanOrEqual(25)
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  test('the offset is the smallest (arrival − ts) of 24 hours, to the hour', () => {
    fc.assert(
      fc.property(story(near), (steps) => {
        const seen: [arrival: number, behind: number][] = []
        const clock = tell(steps, (_moment, arrival, ts) => seen.push([arrival, arrival - (ts ?? arrival)]))
        const [now = 0] = seen.at(-1) ?? []
        const since = Math.floor(now / HOUR) - 24
        const window = seen.filter(([arrival]) => Math.floor(arrival / HOUR) > since)
        expect(offsetOf(clock)).toBe(Math.min(...window.map(([, behind]) => behind)))
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  test('the same messages teach the same, also across a snapshot', () => {
    fc.assert(
      fc.property(story(anywhere), fc.nat(120), (steps, cut) => {
        const whole: Moment[] = []
        tell(steps, (moment) => whole.push(moment))
        let clock = createClock()
        let arrival = NOW
        const parted = steps.map(([wait, skew], i) => {
          if (i === cut) clock = JSON.parse(JSON.stringify(clock)) as Clock
          arrival += wait
          const ts = skew === null ? null : arrival + skew
          if (ts !== null) hear(clock, ts, arrival)
          return { ...observe(clock, ts, arrival, createMoment()) }
        })
        expect(parted).toEqual(whole)
      }),
      { seed: 3, numRuns: 200 },
    )
  })
})

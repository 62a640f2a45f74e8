/** What every history store keeps for how long, and how it answers over the border. Run over each on its real engine. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryStore, RangeQuery, SeriesPoint } from '../../src/history/history.js'
import { HOUR_MS, MINUTE_MS } from '../../src/history/resolution.js'
import type { RetentionSettings } from '../../src/model/retention.js'
import { waitFor } from '../helpers/wait-for.js'
import { blockOf, type TestReading } from './block-of.js'

const DAY_MS = 24 * HOUR_MS
/** Counters keep a quarter of the minutes, so 20 days ago they have hours only. */
export const SHORT: RetentionSettings = { rawDays: 2, minuteDays: 60, hourDays: 365 }
const STEP_MS = 10_000
const FLEET = 8

export function describeRetention(name: string, open: () => Promise<HistoryStore>): void {
  describe(name, () => {
    // Servers drop by their own clock, so everything stands around now.
    const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + 30 * MINUTE_MS
    const old = Math.floor((now - 20 * DAY_MS) / HOUR_MS) * HOUR_MS
    const near = now - 30 * MINUTE_MS - 5 * HOUR_MS
    const kept = { from: old + HOUR_MS, to: old + HOUR_MS + 20 * MINUTE_MS }
    const written = new Map<string, [ms: number, speed: number][]>()
    let store: HistoryStore
    let position = 0

    function readings(equipment: string, from: number, count: number): TestReading[] {
      const random = fc.sample(fc.integer({ min: -9000, max: 9000 }), { numRuns: count, seed: position + 1 })
      const known = written.get(equipment) ?? []
      written.set(equipment, known)
      return random.map((thousandths, i) => {
        const ts = from + i * STEP_MS
        const speed = thousandths / 1000
        known.push([ts, speed])
        const values = {
          speed,
          doorZone: i === 700,
          runs: i,
          vendorA: speed,
          note: `n${i}`,
          vibrationX: speed,
        }
        return { equipment, ts, position: ++position, values }
      })
    }
    async function write(...rows: TestReading[]): Promise<void> {
      const first = rows[0]?.position ?? 1
      await store.write(blockOf({ readings: rows, from: first - 1 }))
    }
    const ask = (more: Partial<RangeQuery>) =>
      store.series({
        kind: 'elevator',
        equipment: 'R-0',
        signals: ['speed'],
        from: old,
        to: old + 3 * HOUR_MS,
        points: 'raw',
        ...more,
      })
    const speeds = (equipment: string, from: number, to: number) =>
      (written.get(equipment) ?? []).filter(([ts]) => ts >= from && ts < to).map(([, speed]) => speed)
    const bounds = (points: readonly SeriesPoint[] | undefined) => [
      Math.min(...(points ?? []).map((point) => Number(point[2] ?? point[1]))),
      Math.max(...(points ?? []).map((point) => Number(point[3] ?? point[1]))),
    ]

    beforeAll(async () => {
      store = await open()
      for (let i = 0; i < FLEET; i++) {
        await write(...readings(`R-${i}`, old, 1080), ...readings(`R-${i}`, near, 1440))
      }
      const event = { equipment: 'R-0', ts: old + 5, position: ++position, code: 90, active: true, key: 'k' }
      await store.write(blockOf({ events: [event], from: position - 1 }))
    })
    afterAll(() => store?.close())

    test('closed hours are rolled up, and no value goes before the windows to keep are known', async () => {
      const before = await ask({ points: 7, signals: ['speed', 'doorZone', 'runs', 'vendorA', 'note'] })
      await waitFor('rolled up', async () => {
        await store.maintain({ now, drop: false })
        return (await ask({ points: 'hour', signals: ['runs'] })).runs?.length === 3
      })
      const after = await ask({ points: 7, signals: ['speed', 'doorZone', 'runs', 'vendorA', 'note'] })
      expect(bounds(after.speed)).toEqual(bounds(before.speed))
      expect(after.doorZone?.map(([, , , max]) => max)).toEqual(before.doorZone?.map(([, , , max]) => max))
      expect(after.vendorA).toHaveLength(7)
      expect(after.note).toHaveLength(7)
      expect((await ask({})).speed).toHaveLength(1080)
      // Twenty-seven minutes: every bucket is made of whole minutes, so nothing differs from buckets of values.
      const whole = { points: 6, to: old + 3 * HOUR_MS - 18 * MINUTE_MS }
      const width = 27 * MINUTE_MS
      const series = await ask(whole)
      expect(series.speed).toEqual(
        Array.from({ length: 6 }, (_, i) => {
          const own = speeds('R-0', old + i * width, old + (i + 1) * width)
          return [old + i * width, own.at(-1), Math.min(...own), Math.max(...own)]
        }),
      )
    })

    test('what is older than its retention goes, every value of a window around an incident stays', async () => {
      const window = { incident: 'I-1', equipment: 'R-0', spans: [kept] }
      await store.keep([{ ...window, spans: [{ from: old, to: old + MINUTE_MS }] }])
      await store.keep([window])
      await store.keep([window])
      await waitFor('values are gone', async () => {
        await store.maintain({ now, drop: true })
        return (await ask({ equipment: 'R-1' })).speed?.length === 0
      })
      const expected = (written.get('R-0') ?? []).filter(([ts]) => ts >= kept.from && ts < kept.to)
      expect((await ask({})).speed).toEqual(expected)
      expect(expected).toHaveLength(120)
      // In the window every value comes at its own time, though points are asked for.
      const close = await ask({ ...kept, points: 120 })
      expect(close.speed).toEqual(expected.map(([ts, speed]) => [ts, speed, speed, speed]))
      const events = await store.events('R-0', old, now, 10)
      expect(events).toEqual([{ ts: old + 5, code: 90, active: true, key: 'k' }])
    })

    test('each class is kept for its own time: minutes of measures, hours of counters', async () => {
      const signals = ['speed', 'runs', 'vibrationX', 'doorZone']
      const series = await ask({ equipment: 'R-1', points: 5000, signals })
      expect(series.speed).toHaveLength(180)
      expect(series.vibrationX).toHaveLength(180)
      expect(series.doorZone).toHaveLength(180)
      expect(series.runs).toEqual(
        [0, 1, 2].map((hour) => [old + hour * HOUR_MS, hour * 360 + 359, hour * 360, hour * 360 + 359]),
      )
      const minutes = await ask({ equipment: 'R-1', points: 'minute', to: old + 2 * MINUTE_MS })
      expect(minutes.speed).toEqual(
        [0, 1].map((i) => {
          const own = speeds('R-1', old + i * MINUTE_MS, old + (i + 1) * MINUTE_MS)
          return [old + i * MINUTE_MS, own.at(-1), Math.min(...own), Math.max(...own)]
        }),
      )
    })

    test('any range in any number of points holds its least and greatest value, over every border', async () => {
      const time = fc.oneof(
        fc.integer({ min: old - HOUR_MS, max: old + 4 * HOUR_MS }),
        fc.integer({ min: near - HOUR_MS, max: now }),
      )
      const asked = fc.record({
        equipment: fc.integer({ min: 0, max: FLEET - 1 }).map((i) => `R-${i}`),
        ends: fc.tuple(time, time).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
        points: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5000 })),
        signal: fc.constantFrom('speed', 'vibrationX', 'vendorA'),
      })
      await fc.assert(
        fc.asyncProperty(asked, async ({ equipment, ends, points, signal }) => {
          const answer = (await ask({ equipment, ...ends, points, signals: [signal] }))[signal] ?? []
          expect(answer.length).toBeLessThanOrEqual(points)
          for (const [i, [ms]] of answer.entries()) {
            expect(ms).toBeGreaterThanOrEqual(ends.from)
            expect(ms).toBeLessThan(ends.to)
            expect(ms).toBeGreaterThan(answer[i - 1]?.[0] ?? Number.NEGATIVE_INFINITY)
          }
          const own = speeds(equipment, ends.from, ends.to)
          if (own.length === 0) return
          const [least, greatest] = bounds(answer)
          expect(least).toBeLessThanOrEqual(Math.min(...own))
          expect(greatest).toBeGreaterThanOrEqual(Math.max(...own))
          // Where every value is left, nothing from outside the range is in it.
          if (ends.from < near) return
          expect([least, greatest]).toEqual([Math.min(...own), Math.max(...own)])
        }),
        { numRuns: 120 },
      )
    })

    test('a value that comes late to a closed hour is seen at once and rolled up with it', async () => {
      const ts = near + HOUR_MS + 12_345
      const late = { equipment: 'R-2', ts, position: ++position, values: { speed: 77 } }
      const again = { equipment: 'R-2', ts: near + HOUR_MS, position: ++position, values: { speed: -99 } }
      await write(late, again)
      const range = { equipment: 'R-2', from: near, to: near + 3 * HOUR_MS, points: 3 }
      const seen = await ask(range)
      expect(bounds(seen.speed)).toEqual([-99, 77])
      await store.maintain({ now, drop: true })
      expect(await ask(range)).toEqual(seen)
      expect((await ask({ ...range, points: 'minute' })).speed?.[60]).toMatchObject({ 2: -99, 3: 77 })
    })
  })
}

/** What the long-term patterns reckon with: days of China, medians of many values, slopes, usual days, heat. */
import { expect, test } from 'vitest'
import { flueLoss, steamHeat } from '../../src/rules/boiler/efficiency.js'
import { dayOf, daysFrom, dayToJudge, medianOf, openDiary, slopeOf, write } from '../../src/rules/diary.js'
import { createUsual, takeDay } from '../../src/rules/usual.js'

const MIDNIGHT = Date.parse('2026-11-22T00:00:00+08:00')
const HOUR = 3_600_000

test('a day is one of China, and ends with the first value of the next', () => {
  expect(dayOf(MIDNIGHT) - dayOf(MIDNIGHT - 1)).toBe(1)
  const diary = openDiary(MIDNIGHT, { days: 2, values: 8 })
  for (let hour = 0; hour < 24; hour++) write(diary, hour, MIDNIGHT + hour * HOUR)
  expect(dayToJudge(diary)).toBeNull()
  write(diary, 99, MIDNIGHT + 24 * HOUR)
  expect(dayToJudge(diary)).toMatchObject({ count: 24, mean: 11.5 })
  expect(dayToJudge(diary)).toBeNull()
  for (let day = 2; day < 6; day++) write(diary, 1, MIDNIGHT + day * 24 * HOUR)
  expect(daysFrom(diary, 0)).toHaveLength(2)
})

test('of many values a few are kept, spread over the day, and their median is that of all', () => {
  const diary = openDiary(MIDNIGHT, { days: 1, values: 32 })
  for (let i = 0; i < 1440; i++) write(diary, i, MIDNIGHT + i * 60_000)
  expect(diary.kept.length).toBeLessThan(32)
  expect(Math.abs(medianOf(diary.kept) - 720)).toBeLessThan(50)
})

test("a visit takes the day's values away; only one that answers a finding begins a new story", () => {
  const diary = openDiary(MIDNIGHT, { days: 5, values: 8 })
  write(diary, 1, MIDNIGHT)
  write(diary, 2, MIDNIGHT + 24 * HOUR)
  write(diary, 3, MIDNIGHT + 26 * HOUR, MIDNIGHT + 25 * HOUR)
  expect([diary.count, diary.days.length > 0]).toEqual([1, true])
  diary.foundAt = MIDNIGHT + 27 * HOUR
  write(diary, 3, MIDNIGHT + 29 * HOUR, MIDNIGHT + 28 * HOUR)
  expect(diary).toMatchObject({ count: 1, days: [], foundAt: 0 })
})

test('a slope knows how sure it is', () => {
  const straight = [0, 1, 2, 3, 4].map((day) => ({ day, value: 2 * day }))
  expect(slopeOf(straight)).toEqual({ perDay: 2, error: 0 })
  const noise = [3, -3, 3, -3, 3, -3].map((value, day) => ({ day, value }))
  const slope = slopeOf(noise)
  expect(Math.abs(slope?.perDay ?? 9)).toBeLessThan(3 * (slope?.error ?? 0))
})

test('a strange day is not learnt, however many there are', () => {
  const usual = createUsual()
  for (let day = 0; day < 10; day++) takeDay(usual, 100 + (day % 2), 200, 7)
  for (let day = 0; day < 30; day++) takeDay(usual, 150, usual.mean * 1.2, 7)
  expect(usual.mean).toBeCloseTo(100.5, 1)
  expect(usual).toMatchObject({ days: 10, strange: 30 })
})

test('heat: the flue gas loss of the reference case, and steam as the tables have it', () => {
  expect(flueLoss('gas', 130, 3.5)).toBeCloseTo(6.07, 2)
  expect(steamHeat(0.7, Number.NaN)).toBeCloseTo(2768, 0)
  // 2.5 MPa absolute and 350 °C: 3125 kJ/kg.
  expect(Math.abs(steamHeat(2.4, 350) - 3125)).toBeLessThan(25)
})

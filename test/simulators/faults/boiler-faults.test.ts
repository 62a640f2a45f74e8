import { expect, test } from 'vitest'
import { BOILER, boiler, play } from '../play.js'

const devices = [boiler('B1')]
const LOWEST = BOILER.lowWaterLimit

test('low-water: the level passes the lowest safe level, and the fuel is off before it does', () => {
  const played = play({ devices, minutes: 12, faults: ['low-water@30s+3m:B1'] })
  const low = played.readings('B1').filter(({ waterLevel }) => Number(waterLevel) < LOWEST)
  expect(low.length).toBeGreaterThan(60)
  for (const reading of low)
    expect(reading).toMatchObject({ lowWaterAlarm: true, fuelValve: false, flame: false })
  expect(played.at('over')).toBeGreaterThan(0)
  expect(played.readings('B1').at(-1)).toMatchObject({ lowWaterAlarm: false, flame: true })
})

test('interlock-failed: fuel and flame are still on more than two seconds below the lowest safe level', () => {
  const played = play({ devices, minutes: 15, faults: ['interlock-failed@30s+60s:B1'] })
  const burning = played
    .readings('B1')
    .filter(({ waterLevel, fuelValve, flame }) => Number(waterLevel) < LOWEST && fuelValve && flame)
  expect(burning.length).toBeGreaterThan(30)
  expect(played.at('over')).toBeGreaterThan(0)
})

test.each([
  { until: 'stop', low: 1.008, high: 1.016 },
  { until: 'cut', low: 1.016, high: 1.025 },
  { until: 'valve', low: 1.03, high: 1.06 },
])(
  'over-pressure until $until: the pressure peaks between $low and $high of the working pressure',
  ({ until, low, high }) => {
    const played = play({ devices, minutes: 20, faults: [`over-pressure@30s+5m:B1,until=${until}`] })
    const peak =
      Math.max(...played.readings('B1').map(({ pressure }) => Number(pressure))) / BOILER.workingPressure
    expect(peak).toBeGreaterThanOrEqual(low)
    expect(peak).toBeLessThan(high)
    expect(played.readings('B1').some(({ overPressureAlarm }) => overPressureAlarm)).toBe(true)
    expect(played.at('over')).toBeGreaterThan(0)
  },
)

test('over-pressure: the burner is off within two seconds of the first step', () => {
  const readings = play({ devices, minutes: 12, faults: ['over-pressure@30s+3m:B1'] }).readings('B1')
  const first = readings.findIndex(({ overPressureAlarm }) => overPressureAlarm)
  expect(readings[first + 2]).toMatchObject({ fuelValve: false, flame: false })
})

test('flame-out: an established flame is lost and the fuel valve stays open for seconds', () => {
  const played = play({ devices, minutes: 12, faults: ['flame-out@30s+20s:B1'] })
  const holding = played.at('holding')
  const before = played.readings('B1').filter(({ ts }) => ts > holding - 11_000 && ts < holding - 500)
  expect(before.length).toBeGreaterThanOrEqual(10)
  for (const reading of before) expect(reading).toMatchObject({ flame: true, fuelValve: true })
  const lost = played.readings('B1').filter(({ ts }) => ts > holding + 1_000 && ts < holding + 20_000)
  for (const reading of lost)
    expect(reading).toMatchObject({ flame: false, fuelValve: true, flameOutAlarm: true })
  expect(played.readings('B1').at(-1)).toMatchObject({ flameOutAlarm: false })
})

test('flame-out with valve=closes: the flame guard cuts the fuel, no reading shows fuel without flame for two seconds', () => {
  const readings = play({ devices, minutes: 6, faults: ['flame-out@30s+20s:B1,valve=closes'] }).readings('B1')
  const alarm = readings.findIndex(({ flameOutAlarm }) => flameOutAlarm)
  expect(alarm).toBeGreaterThan(0)
  expect(readings[alarm]).toMatchObject({ fuelValve: false, flame: false })
  expect(readings[alarm - 2]).toMatchObject({ flame: true })
})

test('power-cut: the boiler trips, stays off when the mains return, and burns again after a person has reset it', () => {
  const played = play({ devices, minutes: 30, faults: ['power-cut@5m+3m:S1'] })
  const dark = played
    .readings('B1')
    .filter(({ ts }) => ts > played.at('holding') + 1000 && ts < played.at('over'))
  expect(dark.length).toBeGreaterThan(200)
  for (const reading of dark) expect(reading).toMatchObject({ fuelValve: false, flame: false })
  expect(played.readings('B1').some(({ ts, flame }) => ts > played.at('over') && flame)).toBe(true)
})

/** The schematics draw what the signals say, and say so when they say nothing. */
import { describe, expect, test } from 'vitest'
import { drawBoiler } from '../../dashboards/src/domain/boiler-picture.js'
import { drawLift } from '../../dashboards/src/domain/lift-picture.js'

const from = (values: Record<string, number | boolean>) => (name: string) => values[name]

describe('lift', () => {
  test('between floors with a known direction: both floors are named and the car hangs between them', () => {
    const picture = drawLift(from({ floor: 7, doorZone: false, direction: 1, speed: 0, passenger: true }), {
      floors: 12,
    })
    expect(picture.between).toEqual([7, 8])
    expect(picture.height).toBe(6.5)
    expect(picture.moving).toBe(false)
  })
  test('outside the zone without a direction: no guess between which floors', () => {
    const picture = drawLift(from({ floor: 7, doorZone: false, direction: 0, speed: 0 }), { floors: 12 })
    expect(picture.between).toBeNull()
    expect(picture.outsideZone).toBe(true)
  })
  test('nothing known: no car, doors not observable, presence unknown', () => {
    const picture = drawLift(() => undefined, {})
    expect(picture).toMatchObject({
      floor: null,
      height: null,
      door: 'unknown',
      occupied: null,
      mainsPower: null,
    })
  })
  test('a door code of 0 is not observable, 5 is closed, 6 is ajar', () => {
    expect([0, 5, 6].map((door) => drawLift(from({ door }), {}).door)).toEqual(['unknown', 'closed', 'ajar'])
  })
  test('cellar floors and a wrong number of floors still find their place', () => {
    expect(drawLift(from({ floor: -2 }), { floors: 3 })).toMatchObject({ lowest: -2, height: 0 })
    expect(drawLift(from({ floor: 20 }), { floors: 3 })).toMatchObject({ highest: 20, height: 19 })
  })
})

describe('boiler', () => {
  const nameplate = { workingPressure: 1.25, safetyValveSet: 1.3, lowWaterLimit: -75 }
  test.each([
    [1.2, 'normal'],
    [1.25, 'attention'],
    [1.261, 'danger'],
  ])('at %d MPa the pressure is %s', (pressure, state) => {
    expect(drawBoiler(from({ pressure }), nameplate).pressureState).toBe(state)
  })
  test.each([
    [-20, 'normal'],
    [-60, 'attention'],
    [-80, 'danger'],
  ])('at %d mm the level is %s', (waterLevel, state) => {
    expect(drawBoiler(from({ waterLevel }), nameplate).levelState).toBe(state)
  })
  test('the low-water switch outweighs a level that looks well', () => {
    expect(drawBoiler(from({ waterLevel: 0, lowWaterAlarm: true }), nameplate).levelState).toBe('danger')
  })
  test('without a nameplate there are no marks and no verdict', () => {
    expect(drawBoiler(from({ pressure: 3 }), {})).toMatchObject({
      marks: [],
      pressureState: 'normal',
      lowLimit: null,
    })
  })
})

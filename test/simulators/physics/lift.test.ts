import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLift } from '../../../simulators/physics/lift.js'
import { inZone, type LiftDesign, massOf } from '../../../simulators/physics/lift-state.js'
import { DOOR, signalIndex } from '../../../src/model/signals.js'
import { LIFT, NOON } from '../play.js'

const designs: fc.Arbitrary<LiftDesign> = fc.record({
  floors: fc.integer({ min: 2, max: 40 }),
  floorHeight: fc.constantFrom(2.8, 2.9, 3.3, 3.8),
  ratedSpeed: fc.constantFrom(0.63, 1, 1.5, 1.75, 2, 2.5, 4),
  ratedLoad: fc.constantFrom(320, 630, 1000, 1600),
  use: fc.constantFrom('residential', 'office', 'public'),
  source: fc.constantFrom('controller', 'car-top'),
  automaticRescue: fc.boolean(),
})

test('in normal operation no lift is too fast, overloaded, or open outside its zone, and none reports a fault', () => {
  fc.assert(
    fc.property(designs, fc.integer({ min: 0, max: 23 }), fc.string(), (design, hour, seed) => {
      const lift = createLift({ design, seed, startMs: NOON + hour * 3_600_000 })
      for (let tick = 0; tick < 12_000; tick++) {
        lift.step(100)
        const { state } = lift
        // Plain comparisons: a matcher call a tick would take longer than the lift.
        const well =
          Math.abs(state.speed) <= design.ratedSpeed &&
          (state.door === 0 || (inZone(state, design) && state.motion === 'rest')) &&
          massOf(state.riders) <= design.ratedLoad
        if (!well) expect({ tick, speed: state.speed, door: state.door, position: state.position }).toBeNull()
      }
      expect(lift.takeEvents()).toEqual([])
    }),
    { numRuns: 25 },
  )
})

test('what the sensors say is named, typed and ranged as the catalogue has it', () => {
  const lift = createLift({ design: LIFT, seed: 'names', startMs: NOON })
  const seen = new Set<string>()
  for (let second = 0; second < 3600; second++) {
    lift.step(1000)
    for (const name of Object.keys(lift.sample())) seen.add(name)
  }
  for (const name of seen) expect(signalIndex(name), name).toBeDefined()
  expect([...seen].sort()).toEqual(
    [
      ...[
        'serviceMode',
        'carStatus',
        'direction',
        'doorZone',
        'floor',
        'door',
        'passenger',
        'peopleCount',
        'speed',
      ],
      ...['mainsPower', 'alarmButton', 'load', 'safetyCircuit', 'brakeReleased', 'levelError', 'vibrationX'],
      ...['vibrationY', 'vibrationZ', 'runs', 'doorCycles', 'motorTemp', 'machineRoomTemp', 'runHours'],
    ].sort(),
  )
})

test('an hour at noon: people ride, doors run through their states, counters rise, levelling stays within 10 mm', () => {
  const lift = createLift({ design: LIFT, seed: 'noon', startMs: NOON })
  const before = { runs: lift.state.runs, cycles: lift.state.doorCycles }
  const doors = new Set<unknown>()
  let riders = 0
  for (let second = 0; second < 3600; second++) {
    lift.step(1000)
    const sample = lift.sample()
    doors.add(sample.door)
    riders = Math.max(riders, Number(sample.peopleCount))
    expect(Math.abs(Number(sample.levelError ?? 0))).toBeLessThanOrEqual(10)
    if (sample.carStatus === 1) expect(sample.door).toBe(DOOR.locked)
  }
  expect(lift.state.runs - before.runs).toBeGreaterThan(20)
  expect(lift.state.doorCycles - before.cycles).toBeGreaterThan(20)
  expect(riders).toBeGreaterThan(0)
  expect([...doors].sort()).toEqual([DOOR.closing, DOOR.closed, DOOR.opening, DOOR.open, DOOR.locked])
})

test('morning and evening peaks carry more people than the night', () => {
  const runsIn = (hour: number) => {
    const lift = createLift({ design: LIFT, seed: 'day', startMs: NOON - 12 * 3_600_000 + hour * 3_600_000 })
    const before = lift.state.runs
    lift.step(3_600_000)
    return lift.state.runs - before
  }
  expect(runsIn(7)).toBeGreaterThan(4 * runsIn(2))
  expect(runsIn(18)).toBeGreaterThan(4 * runsIn(2))
})

test('the same seed gives the same hour, however the steps are cut', () => {
  const state = (steps: number[]) => {
    const lift = createLift({ design: LIFT, seed: 'cut', startMs: NOON })
    for (const step of steps) lift.step(step)
    return JSON.stringify([lift.state, lift.sample()])
  }
  const whole = state([3_600_000])
  expect(state(Array.from({ length: 3600 }, () => 1000))).toBe(whole)
  expect(state(Array.from({ length: 36_000 }, () => 100))).toBe(whole)
})

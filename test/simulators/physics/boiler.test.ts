import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Boiler, createBoiler } from '../../../simulators/physics/boiler.js'
import { PRESSURE_STEPS } from '../../../simulators/physics/boiler-burner.js'
import { type BoilerDesign, levelOf } from '../../../simulators/physics/boiler-state.js'
import { BOILER_STATE, signalIndex } from '../../../src/model/signals.js'
import { BOILER, NOON } from '../play.js'

const designs: fc.Arbitrary<BoilerDesign> = fc.record({
  medium: fc.constantFrom('steam', 'steam', 'hot-water'),
  capacity: fc.constantFrom(1, 2, 4, 10),
  workingPressure: fc.constantFrom(0.8, 1, 1.25),
  safetyValveSet: fc.constant(1.3),
  lowWaterLimit: fc.constant(-75),
  levelSensor: fc.constantFrom('transmitter', 'electrode'),
  fuel: fc.constantFrom('natural-gas', 'light-oil'),
  prePurge: fc.constantFrom(25, 60),
  hours: fc.constantFrom('always', 'day'),
})

test('24 hours of load swings: level and pressure keep their bands, nothing trips, B-LLW, B-OVP and B-FFL have no reason', () => {
  fc.assert(
    fc.property(designs, fc.string(), (design, seed) => {
      const boiler = createBoiler({ design, seed, startMs: NOON })
      let flameless = 0
      for (let second = 0; second < 86_400; second++) {
        boiler.step(1000)
        const { state } = boiler
        const sample = boiler.sample()
        flameless = sample.fuelValve && !sample.flame ? flameless + 1 : 0
        // Plain comparisons: a matcher call a second would take longer than the boiler.
        const calm =
          state.trip === 'none' &&
          Math.abs(levelOf(state, design)) < 48 &&
          Number(sample.waterLevel ?? 0) > design.lowWaterLimit &&
          Number(sample.pressure) < design.workingPressure * 0.98 &&
          !(sample.lowWaterAlarm || sample.overPressureAlarm || sample.flameOutAlarm) &&
          flameless <= 5
        if (!calm) expect({ second, trip: state.trip, flameless, sample }).toBeNull()
      }
    }),
    { numRuns: 6 },
  )
})

test('what the sensors say is named as the catalogue has it', () => {
  for (const medium of ['steam', 'hot-water'] as const) {
    const boiler = createBoiler({ design: { ...BOILER, medium }, seed: 'names', startMs: NOON })
    for (let second = 0; second < 120; second++) {
      boiler.step(1000)
      for (const name of Object.keys(boiler.sample())) expect(signalIndex(name), name).toBeDefined()
    }
  }
})

test('from cold: purge of at least the set time, ignition, raising, running', () => {
  const boiler = createBoiler({ design: BOILER, seed: 'cold', startMs: NOON, initial: 'cold' })
  const states: unknown[] = []
  let purgedMs = 0
  for (let tick = 0; tick < 3_600 * 10 * 2; tick++) {
    boiler.step(100)
    if (boiler.state.burner === 'pre-purge') purgedMs += 100
    if (tick % 10 === 0) {
      const { boilerState } = boiler.sample()
      if (states.at(-1) !== boilerState) states.push(boilerState)
    }
  }
  expect(purgedMs).toBeGreaterThanOrEqual(BOILER.prePurge * 1000)
  expect(states).toEqual([BOILER_STATE.ignition, BOILER_STATE.raising, BOILER_STATE.running])
})

test('the flame guard closes the fuel within a second, latches, and purges afterwards', () => {
  const boiler = firing()
  boiler.state.causes.flameBlownOut = true
  boiler.step(1000)
  expect(boiler.state).toMatchObject({ trip: 'flame-out', fuelValve: false, burner: 'post-purge', fan: true })
  boiler.state.causes.flameBlownOut = false
  boiler.step(3_600_000)
  expect(boiler.state.trip).toBe('flame-out')
})

test('pressure steps in their order: burner stop, cut that latches, safety valve', () => {
  const peaks = (bypass: Partial<Boiler['state']['causes']>) => {
    const boiler = firing()
    Object.assign(boiler.state.causes, { controlStuck: true, demandLost: true, ...bypass })
    let peak = 0
    for (let tick = 0; tick < 12_000; tick++) {
      boiler.step(100)
      peak = Math.max(peak, boiler.state.pressure)
    }
    return { share: peak / BOILER.workingPressure, trip: boiler.state.trip }
  }
  const stop = peaks({})
  expect(stop.share).toBeGreaterThanOrEqual(PRESSURE_STEPS.interlock)
  expect(stop).toMatchObject({ trip: 'none' })
  expect(stop.share).toBeLessThan(PRESSURE_STEPS.cut)

  const cut = peaks({ firstPressureSwitchBypassed: true })
  expect(cut).toMatchObject({ trip: 'over-pressure' })
  expect(cut.share).toBeLessThan(1.025)

  const valve = peaks({ firstPressureSwitchBypassed: true, secondPressureSwitchBypassed: true })
  expect(valve.share).toBeGreaterThanOrEqual(1.04)
  expect(valve.share).toBeLessThan(1.06)
})

test('the same seed gives the same day, however the steps are cut', () => {
  const state = (stepMs: number) => {
    const boiler = createBoiler({ design: BOILER, seed: 'cut', startMs: NOON })
    for (let left = 3_600_000; left > 0; left -= stepMs) boiler.step(stepMs)
    return JSON.stringify([boiler.state, boiler.sample()])
  }
  expect(state(100)).toBe(state(3_600_000))
})

function firing(): Boiler {
  const boiler = createBoiler({ design: BOILER, seed: 'fire', startMs: NOON })
  for (let tick = 0; tick < 72_000 && !boiler.state.flame; tick++) boiler.step(100)
  boiler.step(20_000)
  return boiler
}

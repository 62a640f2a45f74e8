import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEscalator } from '../../../simulators/physics/escalator.js'
import type { EscalatorDesign } from '../../../simulators/physics/escalator-state.js'
import { signalIndex } from '../../../src/model/signals.js'
import { ESCALATOR, NOON } from '../play.js'

const designs: fc.Arbitrary<EscalatorDesign> = fc.record({
  nominalSpeed: fc.constantFrom(0.5, 0.65),
  rise: fc.constantFrom(4.5, 9, 12),
  inclination: fc.constantFrom(12, 30, 35),
  stepWidth: fc.constant(1),
  direction: fc.constantFrom('up', 'down'),
  use: fc.constantFrom('shop', 'metro'),
  idle: fc.constantFrom('stand', 'slow', 'run'),
  stopDistance: fc.constant(0.6),
})

test('in normal operation none is too fast or goes the wrong way, and none reports a fault', () => {
  fc.assert(
    fc.property(designs, fc.integer({ min: 0, max: 23 }), fc.string(), (design, hour, seed) => {
      const escalator = createEscalator({ design, seed, startMs: NOON + hour * 3_600_000 })
      const way = design.direction === 'up' ? 1 : -1
      for (let tick = 0; tick < 12_000; tick++) {
        escalator.step(100)
        const along = escalator.state.speed * way
        // Plain comparisons: a matcher call a tick would take longer than the escalator.
        if (!(along >= 0 && along <= design.nominalSpeed + 1e-9)) expect({ tick, along }).toBeNull()
      }
      expect(escalator.takeEvents()).toEqual([])
    }),
    { numRuns: 25 },
  )
})

test('what the sensors say is named as the catalogue has it, and a stop is measured once', () => {
  // In the quiet hour after opening it stands between visitors.
  const escalator = createEscalator({ design: ESCALATOR, seed: 'names', startMs: NOON - 2 * 3_600_000 })
  const stops: unknown[] = []
  for (let second = 0; second < 3600; second++) {
    escalator.step(1000)
    const sample = escalator.sample()
    for (const name of Object.keys(sample)) expect(signalIndex(name), name).toBeDefined()
    if (sample.stopDistance !== undefined) stops.push(sample.stopDistance)
  }
  expect(stops.length).toBeGreaterThan(0)
  for (const way of stops) expect(way).toBeCloseTo(ESCALATOR.stopDistance, 0)
})

test('a shop carries people in the evening and stands at night', () => {
  const peopleIn = (hour: number) => {
    const escalator = createEscalator({
      design: { ...ESCALATOR, idle: 'run' },
      seed: 'day',
      startMs: NOON - 12 * 3_600_000 + hour * 3_600_000,
    })
    const before = escalator.state.passengers
    escalator.step(3_600_000)
    return { people: escalator.state.passengers - before, speed: escalator.state.speed }
  }
  expect(peopleIn(18).people).toBeGreaterThan(300)
  expect(peopleIn(2)).toEqual({ people: 0, speed: 0 })
})

test('the same seed gives the same hour, however the steps are cut', () => {
  const state = (steps: number[]) => {
    const escalator = createEscalator({ design: ESCALATOR, seed: 'cut', startMs: NOON })
    for (const step of steps) escalator.step(step)
    return JSON.stringify([escalator.state, escalator.sample()])
  }
  const whole = state([3_600_000])
  expect(state(Array.from({ length: 3600 }, () => 1000))).toBe(whole)
})

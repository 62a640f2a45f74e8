import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planTravel, positionAt, speedAt } from '../../../simulators/physics/lift-travel.js'

const travels = fc
  .record({
    distance: fc.double({ min: 0.05, max: 120, noNaN: true }),
    speed: fc.double({ min: 0.25, max: 6, noNaN: true }),
    acceleration: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
    jerk: fc.double({ min: 0.3, max: 2, noNaN: true }),
  })
  .map((limits) => ({ limits, travel: planTravel(limits.distance, limits) }))

test('a run ends exactly at its floor, and never goes back on the way', () => {
  fc.assert(
    fc.property(travels, ({ limits, travel }) => {
      expect(positionAt(travel, travel.duration)).toBe(limits.distance)
      let before = 0
      for (let i = 0; i <= 200; i++) {
        const position = positionAt(travel, (travel.duration * i) / 200)
        expect(position).toBeGreaterThanOrEqual(before - 1e-9)
        before = position
      }
    }),
    { numRuns: 60 },
  )
})

test('speed, acceleration and jerk stay within their limits', () => {
  fc.assert(
    fc.property(travels, ({ limits, travel }) => {
      const dt = travel.duration / 2000
      const speeds = Array.from({ length: 2001 }, (_, i) => speedAt(travel, i * dt))
      const accelerations = speeds.slice(1).map((speed, i) => (speed - (speeds[i] ?? 0)) / dt)
      const jerks = accelerations.slice(1).map((value, i) => Math.abs(value - (accelerations[i] ?? 0)) / dt)
      expect(Math.max(...speeds)).toBeLessThanOrEqual(limits.speed + 1e-9)
      expect(Math.max(...accelerations.map(Math.abs))).toBeLessThanOrEqual(limits.acceleration * 1.001 + 1e-6)
      expect(Math.max(...jerks)).toBeLessThanOrEqual(limits.jerk * 1.01 + 1e-3)
    }),
    { numRuns: 40 },
  )
})

test('position is what the speed adds up to', () => {
  fc.assert(
    fc.property(travels, ({ limits, travel }) => {
      const dt = travel.duration / 4000
      let way = 0
      for (let i = 0; i < 4000; i++) way += speedAt(travel, (i + 0.5) * dt) * dt
      expect(way).toBeCloseTo(limits.distance, 2)
    }),
    { numRuns: 30 },
  )
})

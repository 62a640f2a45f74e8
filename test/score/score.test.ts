/** The score itself: it finds what is plainly there, blames nothing on a quiet week, and counts as statistics books do. */
import { expect, test } from 'vitest'
import { MONTH_MS } from '../../simulators/mix/nuisances.js'
import { leastEvents, mostEvents, shareOf } from './bounds.js'
import { playStreet } from './calm.js'
import { SCORED_PATTERNS } from './injections.js'
import { playFault } from './recall.js'
import { addUp, type Part, printScore } from './table.js'

const FAULTS = 4

test.each(SCORED_PATTERNS)('%s: a few injected faults become real, and most are found in time', (pattern) => {
  const outcomes = Array.from({ length: FAULTS }, (_, index) => playFault(pattern, 'few', index))
  const real = outcomes.filter(({ result }) => result !== 'never')
  expect(real.length).toBeGreaterThan(FAULTS / 2)
  const rescued = real.filter(({ result }) => result === 'found' || result === 'other')
  expect(rescued.length, JSON.stringify(outcomes)).toBeGreaterThanOrEqual(real.length / 2)
})

test('the same seed plays the same fault', () => {
  expect(playFault('L-TRAP-1', 'same', 3)).toEqual(playFault('L-TRAP-1', 'same', 3))
})

test('half a day of one street sends no crew, but to a button that is tried', () => {
  const calm = playStreet('quiet', 1, MONTH_MS / 60)
  expect(calm.readings).toBeGreaterThan(5_000)
  const sent = calm.calls.filter(
    ({ consequence, pattern }) => consequence === 'dispatch' && pattern !== 'L-TRAP-3',
  )
  expect(sent).toEqual([])
})

test('parts add up to one table', () => {
  const outcomes = Array.from({ length: 2 }, (_, index) => playFault('L-TRAP-3', 'few', index))
  const part: Part = { seed: 'few', outcomes, liftMonths: 10, readings: 1, calmSeconds: 1, calls: [] }
  const lines: string[] = []
  printScore(addUp([part, part]), (line) => lines.push(line))
  expect(lines[0]).toBe('seed few: 4 injected faults, 20.0 lift-months of calm')
  expect(lines.find((line) => line.startsWith('L-TRAP-3'))).toMatch(/^L-TRAP-3 +4 +4 /)
})

test('bounds are those of the tables', () => {
  expect(shareOf(300, 300).low).toBeCloseTo(0.9878, 4)
  expect(shareOf(8, 10).low).toBeCloseTo(0.4439, 4)
  expect(shareOf(8, 10).high).toBeCloseTo(0.9748, 4)
  expect(mostEvents(0)).toBeCloseTo(2.9957, 4)
  expect(mostEvents(4)).toBeCloseTo(10.2416, 3)
  expect(leastEvents(4)).toBeCloseTo(1.0899, 3)
})

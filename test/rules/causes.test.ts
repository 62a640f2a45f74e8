/** The guess at a cause: told by stories, it comes out in the order in which a person would name them. */
import { expect, test } from 'vitest'
import { CAUSES, type LikelyCause } from '../../src/model/causes.js'
import { EQUIPMENT_KINDS } from '../../src/model/equipment.js'
import { rankCauses } from '../../src/rules/causes/rank.js'
import { journalOf, run, type Signals, type Step } from './timeline.js'

const AT_FLOOR: Signals = {
  serviceMode: 1,
  speed: 0,
  doorZone: true,
  door: 4,
  passenger: true,
  floor: 3,
  mainsPower: true,
  load: 200,
}
const SHUT: Step = { at: 40, signals: { door: 2 } }
const RUN: Step = { at: 42, signals: { speed: 1.5, doorZone: false } }
const STOP: Step = { at: 50, signals: { speed: 0 } }
/** Between 5 s and 35 s the door closes and turns back. */
const RUBBISH: Step[] = [5, 15, 25, 35].flatMap((at) => [
  { at: at - 4, signals: { door: 1 } },
  { at, signals: { door: 3 } },
  { at: at + 2, signals: { door: 4 } },
])

function guessOf(steps: Step[], kind: 'elevator' | 'boiler' = 'elevator'): LikelyCause[] {
  const attributes =
    kind === 'elevator'
      ? { presenceSource: 'controller' as const, ratedLoad: 1000 }
      : { lowWaterLimit: -75, fuelPressureSet: 10 }
  const records = journalOf({ kind, attributes, steps, until: 300 })
  const whole = run(records).findings
  // A restart in the middle of a story changes nothing.
  expect(run(records, [60, 120]).findings).toEqual(whole)
  const told = whole.findLast(({ stage, priority }) => stage === 'ordered' && priority < 'P2')
  return told?.causes ?? []
}

test.each<{ name: string; steps: Step[]; first: string; evidence: string[] }>([
  {
    name: 'rubbish in the door, then a car that stays shut',
    steps: [{ at: 0, signals: AT_FLOOR }, ...RUBBISH, SHUT],
    first: 'door-rubbish',
    evidence: ['door-reversals'],
  },
  {
    name: 'the mains go under way',
    steps: [{ at: 0, signals: AT_FLOOR }, SHUT, RUN, { at: 50, signals: { speed: 0, mainsPower: false } }],
    first: 'power-cut',
    evidence: ['mains-lost'],
  },
  {
    name: 'the mains go and come back before the trap is certain',
    steps: [
      { at: 0, signals: AT_FLOOR },
      SHUT,
      RUN,
      { at: 50, signals: { speed: 0, mainsPower: false } },
      { at: 60, signals: { mainsPower: true } },
    ],
    first: 'power-cut',
    evidence: ['mains-lost'],
  },
  {
    name: 'more in the car than it may carry',
    steps: [{ at: 0, signals: { ...AT_FLOOR, load: 1200 } }, SHUT, RUN, STOP],
    first: 'overload',
    evidence: ['overloaded'],
  },
  {
    name: 'an electric bicycle was wheeled in',
    steps: [{ at: 0, signals: AT_FLOOR }, { at: 10, event: { code: 37, key: 'b' } }, SHUT, RUN, STOP],
    first: 'electric-bicycle',
    evidence: ['electric-bicycle-seen'],
  },
  {
    name: 'code 5: it moved by itself',
    steps: [
      { at: 0, signals: AT_FLOOR },
      { at: 20, event: { code: 5, key: 'u' } },
    ],
    first: 'brake',
    evidence: ['controller-code'],
  },
  {
    name: 'a mechanic left an hour ago',
    steps: [{ at: 0, signals: AT_FLOOR, attendance: 'in' }, { at: 20, attendance: 'out' }, SHUT, RUN, STOP],
    first: 'after-repair',
    evidence: ['recent-visit'],
  },
  {
    name: 'nothing known',
    steps: [{ at: 0, signals: AT_FLOOR }, SHUT, RUN, STOP],
    first: 'unknown',
    evidence: [],
  },
])('$name', ({ steps, first, evidence }) => {
  const guess = guessOf(steps)
  expect(guess).toHaveLength(3)
  expect(guess[0]).toMatchObject({ cause: first, evidence })
  expect(guess.map(({ share }) => share)).toEqual([...guess.map(({ share }) => share)].sort((a, b) => b - a))
})

test('nothing known is said to be so, and what was ruled out is not guessed', () => {
  const guess = guessOf([{ at: 0, signals: AT_FLOOR }, SHUT, RUN, STOP])
  expect(guess[0]?.share).toBeGreaterThan(0.5)
  // The mains were on all the time.
  expect(guess.map(({ cause }) => cause)).not.toContain('power-cut')
})

test('a boiler that loses its water with the pump standing: the pump', () => {
  const hot = { waterLevel: 0, fuelValve: true, flame: true, feedPump: true }
  const guess = guessOf(
    [
      { at: 0, signals: hot },
      { at: 60, signals: { waterLevel: -90, feedPump: false } },
      { at: 61, signals: { fuelValve: false, flame: false } },
    ],
    'boiler',
  )
  expect(guess[0]).toMatchObject({ cause: 'feed-pump', evidence: ['feed-pump-off'] })
})

// Nobody has published what escalators fail of.
const GUESSED = EQUIPMENT_KINDS.filter((kind) => kind !== 'escalator')

test.each(GUESSED)('the shares of a guess add up to 1, before and after clues: %s', (kind) => {
  const sum = (guess: LikelyCause[]) => guess.reduce((all, { share }) => all + share, 0)
  const published = Object.values(CAUSES).filter((one) => one.kind === kind)
  expect(published.reduce((all, { share }) => all + share, 0)).toBeCloseTo(1)
  expect(sum(rankCauses(kind, []))).toBeCloseTo(1)
  const clue = { key: 'mains-lost', factors: { 'power-cut': 30, 'boiler-power-cut': 30 } }
  expect(sum(rankCauses(kind, [clue]))).toBeCloseTo(1)
  expect(rankCauses(kind, [clue])[0]?.cause).toContain('power-cut')
})

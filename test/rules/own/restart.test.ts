/** A restart of ours anywhere changes nothing: what a rule remembers goes through JSON and means the same. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRule } from '../../../src/rules/own/compile.js'
import { type Message, play, readings, ruleOf, ruleText } from './play.js'

const RULES = [
  'rate(machineRoomTemp, 1m) > 2 or max(machineRoomTemp, 2m) - min(machineRoomTemp, 2m) > 5',
  'mean(machineRoomTemp, 3m) > 35 and share(passenger, 2m) > 0.3',
  'count(passenger, 5m) >= 4 or changed(floor) and held(passenger, 10s)',
  'sequence(passenger, floor > 5, 40s) or sequence(event(41), absent(floor, 1m), 5m)',
  'absent(floor, 30s) and not silent(1m)',
  'machineRoomTemp > baseline(when(passenger, machineRoomTemp), 2m) + 2 * deviation(machineRoomTemp, 2m)',
  'held(not changed(machineRoomTemp) and count(changed(floor), 1m) >= 1, 20s)',
].map((raise) => ruleText({ raise, clear: 'held(not passenger, 10s)', for: '5s', clearFor: '3s' }))

const temperature = fc.oneof(fc.integer({ min: 20, max: 50 }), fc.constant(Number.NaN))
const message = fc.record({
  gap: fc.constantFrom(0.2, 1, 3, 10, 10, 45, 700),
  signals: fc.record(
    { machineRoomTemp: temperature, passenger: fc.boolean(), floor: fc.integer({ min: 1, max: 8 }) },
    { requiredKeys: [] },
  ),
  event: fc.option(fc.record({ code: fc.constant(41), active: fc.boolean() }), { freq: 5 }),
})
const stories = fc.array(message, { minLength: 5, maxLength: 60 }).map((list) => {
  let at = 0
  return list.map(({ gap, signals, event }): Message => {
    at += gap
    return event ? { at, event } : { at, signals }
  })
})

describe.each(RULES)('%s', (text) => {
  test('the same looks, whole or cut anywhere', () => {
    const cuts = fc.uniqueArray(fc.nat({ max: 200 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(stories, cuts, (messages, restarts) => {
        const whole = play(text, messages)
        const cut = play(text, messages, { restarts })
        expect(cut.trace).toEqual(whole.trace)
        expect(cut.stages).toEqual(whole.stages)
      }),
      { numRuns: 60 },
    )
  })
})

test('a state of other functions over time is begun anew, one of the same goes on', () => {
  const before = compileRule(ruleOf(ruleText({ raise: 'mean(speed, 1m) > 1' })))
  const same = compileRule(ruleOf(ruleText({ raise: 'mean( speed, 60s ) > 2', for: '1m' })))
  const other = compileRule(ruleOf(ruleText({ raise: 'mean(speed, 2m) > 1' })))
  const state = before.createState()
  state.cells[0]?.push(1, Number.NaN, 0, 0)
  const saved: unknown = JSON.parse(JSON.stringify(state))
  expect(same.restoreState(saved)).toEqual(state)
  expect(other.restoreState(saved)).toEqual(other.createState())
  expect(other.restoreState(undefined)).toEqual(other.createState())
  expect(before.fingerprint).not.toBe(same.fingerprint)
})

test('memory is bounded, whatever comes in', () => {
  const raise =
    'rate(speed, 1h) > 1 or mean(speed, 1h) > 1 or min(speed, 1h) > 1 or count(speed > 0, 1h) > 1 or baseline(speed, 1h) > 1'
  const { trace } = play(
    ruleText({ raise }),
    readings(0, 10_000, 1, (s) => ({ speed: (s % 2) - 0.5 })),
  )
  expect(trace.at(-1)?.length).toBeLessThan(10_000)
})

test('a clock that goes back is the same moment', () => {
  const text = ruleText({ raise: 'rate(machineRoomTemp, 10s) > 1' })
  const there = [0, 5, 10].map((at): Message => ({ at, signals: { machineRoomTemp: 20 + at } }))
  expect(
    play(text, [...there.slice(0, 2), { at: 4, signals: { machineRoomTemp: 30 } }, ...there.slice(2)]).turns,
  ).toEqual([[10, true]])
})

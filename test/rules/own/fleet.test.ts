/** Before a draft goes live: what it needs to see, and on how much of the fleet it would fire as things are. */
import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../../src/rules/catalogue.js'
import { compileRule } from '../../../src/rules/own/compile.js'
import { firesOnEverything, type SampleReading } from '../../../src/rules/own/fires-on-everything.js'
import { ruleOf, ruleText } from './play.js'

describe('needs', () => {
  const needsOf = (raise: string, clear?: string) =>
    compileRule(ruleOf(ruleText({ raise, ...(clear ? { clear } : {}) }))).needs

  test.each([
    ['machineRoomTemp > 40 and overload', [['machineRoomTemp'], ['overload']]],
    ['machineRoomTemp > 40 or overload', [['machineRoomTemp', 'overload']]],
    ['floor > 3 and (machineRoomTemp > 40 or overload)', [['floor'], ['machineRoomTemp', 'overload']]],
    ['floor > 3 or floor < 1 and overload', [['floor']]],
    ['not (floor > 3 and overload)', [['floor', 'overload']]],
    ['speed > attributes.ratedSpeed', [['speed'], ['attributes.ratedSpeed']]],
    ['speed > 1 and door == 4 or load > 5 and overload', [['speed & door', 'load & overload']]],
    ['moving and event(41)', [['event.41'], ['speed', 'carStatus']]],
    ['sequence(event(41), speed == 0, 30s)', [['event.41'], ['speed']]],
    ['absent(door, 5m)', [['door']]],
  ])('%s', (raise, needs) => {
    expect(needsOf(raise)).toEqual(needs)
  })

  test('what ends a finding is needed too', () => {
    expect(needsOf('floor > 3', 'overload')).toEqual([['floor'], ['overload']])
  })
})

describe('the share of a fleet on which a rule would fire', () => {
  const fleet: SampleReading[] = [20, 25, 30, 41].map((machineRoomTemp) => ({
    values: { machineRoomTemp, door: 2, speed: 0 },
    attributes: {},
  }))
  const deaf: SampleReading = { values: { door: 2 }, attributes: {} }
  const shareOf = (raise: string) =>
    firesOnEverything(ruleOf(ruleText({ raise })), [...fleet, deaf], CATALOGUE.elevator)

  test.each([
    ['machineRoomTemp > 40', { judged: 4, fires: 1 }],
    ['held(machineRoomTemp > 22, 7d)', { judged: 4, fires: 3 }],
    ['rate(machineRoomTemp, 1m) < 0.1', { judged: 4, fires: 4 }],
    ['rate(machineRoomTemp, 1d) < 0.1', { judged: 4, fires: 4 }],
    ['mean(machineRoomTemp, 3m) > 22', { judged: 4, fires: 3 }],
    ['max(machineRoomTemp, 500ms) > 22', { judged: 4, fires: 3 }],
    ['count(changed(machineRoomTemp), 1h) < 1', { judged: 4, fires: 4 }],
    ['machineRoomTemp > baseline(machineRoomTemp, 7d) + 1', { judged: 4, fires: 0 }],
    ['baseline(machineRoomTemp, 7d) > 22', { judged: 4, fires: 3 }],
    ['absent(door, 5m)', { judged: 5, fires: 0 }],
    ['door == "closed" and standing', { judged: 4, fires: 4 }],
  ])('%s', (raise, share) => {
    expect(shareOf(raise)).toEqual(share)
  })
})

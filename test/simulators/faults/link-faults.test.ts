import { expect, test } from 'vitest'
import type { DeviceAction } from '../../../simulators/message.js'
import { boiler, lift, NOON, play, type Said } from '../play.js'

const devices = [lift('E1')]
const sound = () => play({ devices, minutes: 5 }).readings('E1')
const payloads = (actions: readonly DeviceAction[]) =>
  actions.flatMap((action) => (action.type === 'publish' ? [action.payload] : []))

test('network-loss: the connection drops, then everything said meanwhile comes in order with its own times', () => {
  const { actions } = play({ devices, minutes: 5, faults: ['network-loss@1m+2m:E1'] })
  const drop = actions.findIndex(({ type }) => type === 'drop')
  expect(actions.map(({ type }) => type).filter((type) => type !== 'publish')).toEqual([
    'connect',
    'drop',
    'connect',
  ])
  expect(actions[drop + 1]).toMatchObject({ type: 'connect' })
  expect(payloads(actions)).toEqual(payloads(play({ devices, minutes: 5 }).actions))
})

test('clock-skew: every time is wrong by the same amount, everything else is as it would be', () => {
  const readings = play({ devices, minutes: 5, faults: ['clock-skew@0s:E1,by=-2h'] }).readings('E1')
  const late = readings.slice(2).map((reading) => ({ ...reading, ts: reading.ts + 2 * 3_600_000 }))
  expect(late).toEqual(sound().slice(2))
})

test('clock-jump: the clock jumps ahead, and back when it is set right', () => {
  const times = play({ devices, minutes: 5, faults: ['clock-jump@1m+2m:E1,by=10m'] })
    .readings('E1')
    .map(({ ts }) => ts)
  const steps = times.slice(1).map((ts, i) => ts - (times[i] ?? 0))
  expect(steps.filter((step) => step !== 1000)).toEqual([601_000, -599_000])
})

test('stuck-sensor: one signal stands still while the others move', () => {
  const readings = play({
    devices,
    minutes: 20,
    faults: ['stuck-sensor@1m+18m:E1,signal=floor,value=7'],
  }).readings('E1')
  const stuck = readings.filter(({ ts }) => ts > NOON + 62_000 && ts < NOON + 18 * 60_000)
  const values = (name: string, of: readonly Said[]) => new Set(of.map((reading) => reading[name])).size
  expect(values('floor', stuck)).toBe(1)
  expect(stuck[0]?.floor).toBe(7)
  expect(values('speed', stuck)).toBeGreaterThan(3)
})

test('stuck-sensor on a boiler: the water level keeps the value that it had', () => {
  const readings = play({
    devices: [boiler('B1')],
    minutes: 20,
    faults: ['stuck-sensor@1m+18m:B1'],
  }).readings('B1')
  const stuck = readings.filter(({ ts }) => ts > NOON + 62_000 && ts < NOON + 18 * 60_000)
  expect(new Set(stuck.map(({ waterLevel }) => waterLevel)).size).toBe(1)
  expect(new Set(readings.map(({ waterLevel }) => waterLevel)).size).toBeGreaterThan(10)
})

test('duplicate-delivery: every message of the time is there twice, the same', () => {
  const readings = play({ devices, minutes: 5, faults: ['duplicate-delivery@1m+2m:E1'] }).readings('E1')
  const counts = new Map<number, number>()
  for (const { ts } of readings) counts.set(ts, (counts.get(ts) ?? 0) + 1)
  expect([...counts.values()].filter((count) => count === 2).length).toBe(120)
  expect([...new Map(readings.map((reading) => [reading.ts, reading])).values()]).toEqual(sound())
})

test('out-of-order: the same messages, none lost, some before earlier ones', () => {
  const { actions } = play({ devices, minutes: 5, faults: ['out-of-order@1m+2m:E1'] })
  const regular = payloads(play({ devices, minutes: 5 }).actions)
  expect(payloads(actions)).not.toEqual(regular)
  expect(payloads(actions).sort()).toEqual(regular.sort())
})

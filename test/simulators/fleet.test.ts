import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { demoFaults } from '../../simulators/demo-faults.js'
import { demoFleet } from '../../simulators/demo-fleet.js'
import { createFleet } from '../../simulators/fleet.js'
import { boiler, lift, NOON, play } from './play.js'

const MINUTES = 4

/** Hash over every byte that a demo city of this seed says in some minutes, with its faults. */
function stream(options: { seed: string; pieceMs: number }): string {
  const hash = createHash('sha256')
  const fleet = createFleet({
    devices: demoFleet({ seed: options.seed, lifts: 60, boilers: 8 }).devices,
    seed: options.seed,
    startMs: NOON,
    periodMs: 1000,
    faults: demoFaults({ seed: options.seed, everyMs: 2_000 }),
    emit: (action) => hash.update(JSON.stringify(action)),
  })
  for (let at = 0; at <= MINUTES * 60_000; at += options.pieceMs) fleet.advance(NOON + at)
  return hash.digest('hex')
}

test('same seed and clock: the same bytes, whether time comes in pieces of 20 ms or all at once', () => {
  const whole = stream({ seed: 'a', pieceMs: MINUTES * 60_000 })
  expect(stream({ seed: 'a', pieceMs: 20 })).toBe(whole)
  expect(stream({ seed: 'a', pieceMs: 1_250 })).toBe(whole)
})

test('another seed gives other bytes', () => {
  expect(stream({ seed: 'b', pieceMs: MINUTES * 60_000 })).not.toBe(
    stream({ seed: 'a', pieceMs: MINUTES * 60_000 }),
  )
})

test('devices are staggered evenly over the report period, and each keeps it', () => {
  const devices = Array.from({ length: 50 }, (_, i) => lift(`E${i}`))
  const played = play({ devices, minutes: 1, periodMs: 5_000 })
  const firsts = devices.map(({ id }) => (played.readings(id)[0]?.ts ?? 0) - NOON)
  expect(Math.max(...firsts)).toBeLessThan(6_000)
  for (const second of [0, 1, 2, 3, 4]) {
    expect(firsts.filter((first) => first >= second * 1000 && first < (second + 1) * 1000).length).toBe(10)
  }
  const gaps = played.readings('E7').map(({ ts }, i, all) => (all[i + 1]?.ts ?? ts + 5_000) - ts)
  expect(new Set(gaps)).toEqual(new Set([5_000]))
})

test('with a report period of a minute events still go out within a second', () => {
  const played = play({
    devices: [lift('E1')],
    minutes: 4,
    periodMs: 60_000,
    faults: ['alarm-button@90s+4s:E1'],
  })
  expect(played.readings('E1').length).toBeLessThan(6)
  const [pressed] = played.events('E1')
  const index = played.actions.findIndex((a) => a.type === 'publish' && a.topic === 'event')
  const nextReading = played.actions
    .slice(index)
    .flatMap((a) =>
      a.type === 'publish' && a.topic === 'telemetry' ? [JSON.parse(a.payload).ts as number] : [],
    )[0]
  expect(nextReading).toBeGreaterThan((pressed?.ts ?? 0) + 1_000)
})

test('readings are those of the contract: ts first, 14 signals and a few slow ones', () => {
  const played = play({ devices: [lift('E1'), boiler('B1')], minutes: 10 })
  const sizes = played.readings('E1').map((reading) => Object.keys(reading).length - 1)
  expect(Math.min(...sizes)).toBe(14)
  const first = played.actions.find((action) => action.type === 'publish')
  expect(first).toMatchObject({ payload: expect.stringMatching(/^\{"ts":\d{13},"/) })
})

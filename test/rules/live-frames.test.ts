/** Which value is the latest: late ones never win, and a clock that ran ahead and was set back freezes nothing. */
import { expect, test } from 'vitest'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import type { LiveFrame } from '../../src/model/frame.js'
import { signalAt } from '../../src/model/signals.js'
import { createLiveFrames } from '../../src/rules/live-frames.js'
import { START } from './timeline.js'

const YEAR = 365 * 86_400_000

function createHouse() {
  const directory = createDirectory()
  directory.apply({ id: 'EL-1', kind: 'elevator', profile: 'plain', attributes: {}, version: 1 })
  const decoder = createDecoder({ directory })
  const frames = createLiveFrames({ online: () => true })
  let position = 0
  return (at: number, json: unknown) => {
    const arrival = START + at * 1000
    const payload = Buffer.from(JSON.stringify(json))
    const head = {
      position: ++position,
      shard: 0,
      kind: 'telemetry' as const,
      equipment: 'EL-1',
      packetId: 0,
    }
    const decoded = decoder.decode({ ...head, arrival, payload })
    if (decoded.type !== 'readings') return expect.unreachable()
    for (const reading of decoded.readings) frames.note(decoded.entry, reading, arrival)
    return valuesOf(frames.take(arrival))
  }
}

function valuesOf(frame: LiveFrame | null): Record<string, number> {
  const signals = [...(frame?.signals ?? [])]
  return Object.fromEntries(signals.map((signal, i) => [signalAt(signal).name, frame?.values[i] ?? 0]))
}

const ts = (at: number, ahead = 0) => START + at * 1000 + ahead

test('a late value does not replace a newer one', () => {
  const send = createHouse()
  expect(send(100, { ts: ts(100), floor: 9 })).toEqual({ floor: 9 })
  expect(send(101, { ts: ts(50), floor: 3, speed: 0 })).toEqual({ speed: 0 })
})

test.each([
  ['a year', YEAR],
  ['four minutes', 240_000],
])('a clock that ran ahead by %s and was put right does not freeze the values', (_name, ahead) => {
  const send = createHouse()
  for (let at = 0; at < 30; at++) send(at, { ts: ts(at, ahead), floor: 1 })
  expect(send(30, { ts: ts(30), floor: 2 })).toEqual({ floor: 2 })
  expect(send(31, { ts: ts(31), floor: 3 })).toEqual({ floor: 3 })
  expect(send(32, { ts: ts(20), floor: 4 })).toEqual({})
})

test('a clock set back to a wrong time comes through once it keeps pace', () => {
  const send = createHouse()
  for (let at = 0; at < 30; at++) send(at, { ts: ts(at, YEAR), floor: 1 })
  for (let at = 30; at < 40; at++) send(at, { ts: ts(at, -3_600_000), floor: at })
  expect(send(40, { ts: ts(40, -3_600_000), floor: 40 })).toEqual({ floor: 40 })
})

test('the backlog of a device whose clock stands ahead does not replace what is newer', () => {
  const send = createHouse()
  for (let at = 0; at < 3600; at += 10) send(at, { ts: ts(at, 600_000), floor: 7 })
  const backlog = Array.from({ length: 100 }, (_, i) => ({ ts: ts(1000 + i, 600_000), floor: 2 }))
  expect(send(3600, backlog)).toEqual({})
  expect(send(3601, { ts: ts(3601, 600_000), floor: 8 })).toEqual({ floor: 8 })
})

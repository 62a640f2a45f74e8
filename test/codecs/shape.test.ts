/** One record, decoded once: rows for the history with corrected times, and the meaning for the rules. */
import { expect, test } from 'vitest'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { createShaper } from '../../src/codecs/shape.js'
import type { EquipmentFacts } from '../../src/model/equipment.js'
import type { RecordKind } from '../../src/model/record.js'
import { signalIndex } from '../../src/model/signals.js'

const NOW = 1_795_276_800_000
const LIFT: EquipmentFacts = { id: 'EL-1', kind: 'elevator', profile: 'plain', attributes: {}, version: 1 }

function createHouse() {
  const rows: unknown[] = []
  const decoder = createDecoder({ directory: createDirectory() })
  const shaper = createShaper({
    decoder,
    sink: {
      reading: (...row) => rows.push(['reading', ...row]),
      event: (...row) => rows.push(['event', ...row]),
    },
  })
  let position = 0
  const take = (kind: RecordKind, value: unknown, equipment = 'EL-1') =>
    shaper.shape({
      position: ++position,
      shard: 5,
      kind,
      equipment,
      arrival: NOW,
      packetId: 0,
      payload: Buffer.from(JSON.stringify(value)),
    })
  return { rows, decoder, take }
}

test('a reading becomes a row with its catalogue signals', () => {
  const { rows, take } = createHouse()
  take('equipment', LIFT)
  take('telemetry', { ts: NOW - 5, speed: 1.5, colour: 'red' })
  expect(rows).toEqual([
    [
      'reading',
      'elevator',
      'EL-1',
      NOW - 5,
      5,
      2,
      [signalIndex('speed')],
      [1.5],
      [{ name: 'colour', value: 'red' }],
    ],
  ])
})

test('a time that cannot be used is kept beside the arrival', () => {
  const { rows, take, decoder } = createHouse()
  take('equipment', LIFT)
  take('telemetry', { ts: 12, speed: 0 })
  take('event', { ts: NOW + 3_600_000, code: 90, active: true, key: 'a' })
  expect(rows).toEqual([
    [
      'reading',
      'elevator',
      'EL-1',
      NOW,
      5,
      2,
      [signalIndex('speed')],
      [0],
      [{ name: 'deviceTs', value: 12 }],
    ],
    ['event', 'EL-1', NOW, 5, 3, 90, true, 'a'],
  ])
  expect(decoder.counts.times).toEqual({ ahead: 1, ancient: 1 })
})

test('events of one millisecond are as many as they have codes, keys and phases', () => {
  const { rows, take, decoder } = createHouse()
  take('equipment', LIFT)
  const said: [code: number, key: string | null, active: boolean][] = [
    [90, 'a', true],
    [90, 'b', true],
    [90, 'a', false],
    [4, 'a', true],
    [4, null, true],
  ]
  for (const [code, key, active] of said) take('event', { ts: NOW, code, key, active })
  expect(rows.map((row) => (row as unknown[]).slice(2))).toEqual(
    said.map(([code, key, active], i) => [NOW, 5, i + 2, code, active, key]),
  )
  expect(decoder.counts.times).toEqual({ ahead: 0, ancient: 0 })
})

test('what nobody registered is rejected, not guessed', () => {
  const { take, rows } = createHouse()
  expect(take('telemetry', { speed: 1 })).toMatchObject({
    type: 'rejected',
    rejection: { reason: 'equipment-unknown' },
  })
  expect(rows).toEqual([])
})

test('a changed profile counts from its record on, and an older version never replaces a newer one', () => {
  const { take } = createHouse()
  take('equipment', LIFT)
  take('equipment', { ...LIFT, profile: 'shanghai', version: 3 })
  take('equipment', { ...LIFT, profile: 'one-two', version: 2 })
  expect(take('telemetry', { Door_Status: 4 })).toMatchObject({ readings: [{ values: [4] }] })
})

test('our own records come back as what they mean', () => {
  const { take } = createHouse()
  take('equipment', LIFT)
  expect(take('status', { online: false })).toMatchObject({ type: 'status', online: false })
  expect(take('session', { session: 's', open: true, reason: 'connected' })).toMatchObject({
    type: 'session',
  })
  const mark = { id: 'm', kind: 'drill', from: 1, until: 2, person: 'p' }
  expect(take('attendance', mark)).toMatchObject({ type: 'attendance', mark })
  expect(take('tick', null, '')).toEqual({ type: 'tick' })
  expect(take('event', { code: 'x' })).toMatchObject({ type: 'rejected', rejection: { reason: 'bad-code' } })
})

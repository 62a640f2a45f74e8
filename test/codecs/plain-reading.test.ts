/** Payloads read from their bytes: the same reading as by JSON.parse, and nothing that JSON.parse would refuse. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dialectOf } from '../../src/codecs/dialect.js'
import { createPlainReader } from '../../src/codecs/plain-reading.js'
import { createLearntNames, createPartCounts, decodeTelemetry } from '../../src/codecs/telemetry.js'
import { EQUIPMENT_KINDS, type EquipmentKind, PROFILES, type Profile } from '../../src/model/equipment.js'
import { namesOf } from '../../src/model/signals.js'
import { boilerReading, liftReading } from '../load/reading.js'

const AT = 1_795_276_800_123

function read(text: string, kind: EquipmentKind = 'elevator', profile: Profile = 'plain') {
  return createPlainReader(dialectOf(kind, profile))(Buffer.from(text))
}

/** What JSON.parse makes of it: a payload in brackets is never plain. */
function parsed(text: string, kind: EquipmentKind, profile: Profile) {
  return decodeTelemetry(Buffer.from(`[${text}]`), { kind, profile }, createPartCounts(), createLearntNames())
}

test('the usual readings of lifts and boilers are plain', () => {
  expect(read(liftReading(AT, 7))).toMatchObject({ ts: AT, signals: { length: 14 } })
  expect(read(boilerReading(AT, 7), 'boiler')).toMatchObject({ ts: AT, signals: { length: 14 } })
  expect(read(' { "speed" : -1.75 ,\n "ts":5 } ')).toMatchObject({ ts: 5, values: [-1.75] })
})

test.each([
  ['cut off', '{"speed":1'],
  ['something behind it', '{"speed":1}}'],
  ['a comma too many', '{"speed":1,}'],
  ['no number', '{"speed":-}'],
  ['a zero before a number', '{"speed":01}'],
  ['a point without digits', '{"speed":1.}'],
  ['a point without digits before it', '{"speed":.5}'],
  ['two points', '{"speed":1.2.3}'],
  ['no JSON word', '{"doorZone":truer}'],
  ['no colon', '{"speed" 1}'],
  ['no quotes', '{speed:1}'],
  ['an exponent', '{"speed":1e0}'],
  ['more digits than are exact', '{"load":123.4567890123456}'],
  ['a name twice', '{"speed":1,"speed":2}'],
  ['two times', '{"ts":1,"ts":2,"speed":1}'],
  ['a time in words', '{"ts":"2026-11-22 00:00:00","speed":1}'],
  ['a time that is none', '{"ts":true,"speed":1}'],
  ['an unknown name', '{"speed":1,"seq":2}'],
  ['a value in quotes', '{"speed":"1"}'],
  ['no value', '{"speed":null}'],
  ['a coding that needs a profile', '{"doorZone":2}'],
  ['nothing but a time', '{"ts":1}'],
  ['nothing', '{}'],
  ['no bytes', ''],
])('left to JSON.parse: %s', (_, text) => {
  expect(read(text)).toBeNull()
})

test('whatever is plain is read as JSON.parse reads it, one payload after the other', () => {
  const blank = fc.constantFrom('', '', '', ' ', '\n\t', '\r')
  const number = fc.oneof(
    fc.integer({ min: -5, max: 5 }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.integer(), fc.nat(8)).map(([digits, places]) => (digits / 10 ** places).toFixed(places)),
    fc.constantFrom('-0', '0.0', '00', '1.', '.5', '-', '1e3', '4.35', '0.1', '999999999999999'),
  )
  const value = fc.oneof(
    { weight: 10, arbitrary: number },
    { weight: 10, arbitrary: fc.constantFrom('true', 'false', '0', '1', '2') },
    fc.constantFrom('null', '"1"', 'tru', '{}', '[1]'),
  )
  const payloads = fc
    .tuple(fc.constantFrom(...EQUIPMENT_KINDS), fc.constantFrom(...PROFILES))
    .chain(([kind, profile]) => {
      const known = namesOf(kind, profile).map(({ name }) => name)
      const name = fc.oneof(
        { weight: 30, arbitrary: fc.constantFrom('ts', ...known) },
        fc.constantFrom('x', 'values', '\\u0074s'),
      )
      const member = fc
        .tuple(blank, name, blank, blank, value, blank)
        .map(([a, n, b, c, v, d]) => `${a}"${n}"${b}:${c}${v}${d}`)
      return fc.record({
        kind: fc.constant(kind),
        profile: fc.constant(profile),
        texts: fc.array(
          fc.array(member, { maxLength: 6 }).map((members) => `{${members.join(',')}}`),
          { minLength: 1, maxLength: 4 },
        ),
      })
    })
  let plain = 0
  fc.assert(
    fc.property(payloads, ({ kind, profile, texts }) => {
      const reader = createPlainReader(dialectOf(kind, profile))
      for (const text of texts) {
        const reading = reader(Buffer.from(text))
        if (reading === null) continue
        plain++
        expect(parsed(text, kind, profile)).toEqual([reading])
      }
    }),
    { numRuns: 3000 },
  )
  expect(plain).toBeGreaterThan(500)
})

/** Event and status payloads. */
import { expect, test } from 'vitest'
import { decodeEvent } from '../../src/codecs/event.js'
import { decodeStatus } from '../../src/codecs/status.js'

test.each([
  ['a begin', { ts: 1, code: 90, active: true, key: 'k' }, { ts: 1, code: 90, active: true, key: 'k' }],
  ['an end', { ts: 1, code: 4, active: false, key: 'k' }, { ts: 1, code: 4, active: false, key: 'k' }],
  ['no key, no ts, no active: a begin now', { code: 41 }, { ts: null, code: 41, active: true, key: null }],
  ['a numeric key', { code: 1, active: 0, key: 17 }, { ts: null, code: 1, active: false, key: '17' }],
  [
    'local time without zone',
    { code: 1, ts: '2026-11-22 08:00:00' },
    { ts: Date.UTC(2026, 10, 22), code: 1, active: true, key: null },
  ],
])('event: %s', (_name, json, event) => {
  expect(decodeEvent(Buffer.from(JSON.stringify(json)))).toEqual(event)
})

test.each([
  ['no code', '{"active": true}', 'bad-code'],
  ['a text as code', '{"code": "90"}', 'bad-code'],
  ['a broken code', '{"code": 1.5}', 'bad-code'],
  ['active is no yes or no', '{"code": 1, "active": "on"}', 'bad-value'],
  ['a key that is too long', `{"code": 1, "key": "${'k'.repeat(129)}"}`, 'bad-value'],
  ['a ts that is none', '{"code": 1, "ts": true}', 'bad-ts'],
  ['an array', '[]', 'not-an-object'],
  ['not JSON', 'on fire', 'not-json'],
])('event: %s is rejected', (_name, json, reason) => {
  expect(decodeEvent(Buffer.from(json))).toMatchObject({ reason })
})

test.each([
  ['{"online": true}', { online: true }],
  ['{"online": 0}', { online: false }],
  ['{"online": "yes"}', expect.objectContaining({ reason: 'bad-value' })],
  ['true', expect.objectContaining({ reason: 'not-an-object' })],
])('status: %s', (json, status) => {
  expect(decodeStatus(Buffer.from(json))).toEqual(status)
})

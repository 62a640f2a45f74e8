/** ThingsBoard's gateway messages, taken apart; what its devices send is read by the telemetry codec as it is. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRejection } from '../../src/codecs/json.js'
import { deviceNamed, MAX_GATEWAY_DEVICES, splitGatewayMessage } from '../../src/codecs/thingsboard.js'

function split(json: unknown) {
  const parts = splitGatewayMessage(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)))
  if (isRejection(parts)) return parts.reason
  return parts.map(({ device, payload }) => [device, JSON.parse(Buffer.from(payload).toString())])
}

test.each([
  [
    'telemetry of two devices',
    { 'EL-1': [{ ts: 1483228800000, values: { speed: 1.5 } }], 'EL-2': [{ floor: 3 }, { floor: 4 }] },
    [
      ['EL-1', [{ ts: 1483228800000, values: { speed: 1.5 } }]],
      ['EL-2', [{ floor: 3 }, { floor: 4 }]],
    ],
  ],
  ['attributes', { 'EL-1': { model: 'X' } }, [['EL-1', { model: 'X' }]]],
  [
    'what one device says wrongly takes no other with it',
    { 'EL-1': 'nonsense', 'EL-2': [{ floor: 1 }] },
    [
      ['EL-1', 'nonsense'],
      ['EL-2', [{ floor: 1 }]],
    ],
  ],
  [
    'a device that is called as objects are',
    '{"__proto__": [{"floor": 1}]}',
    [['__proto__', [{ floor: 1 }]]],
  ],
  ['an array', [], 'not-an-object'],
  ['no device', {}, 'empty'],
  ['not JSON', '{', 'not-json'],
  [
    'text nested deeper than any stack',
    `{"EL-1": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    'bad-value',
  ],
])('a gateway message: %s', (_name, json, parts) => {
  expect(split(json)).toEqual(parts)
})

test('a thousand devices are taken, one more is not', () => {
  const message = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`EL-${i}`, [{ floor: 1 }]]))
  expect(split(message(MAX_GATEWAY_DEVICES))).toHaveLength(MAX_GATEWAY_DEVICES)
  expect(split(message(MAX_GATEWAY_DEVICES + 1))).toBe('too-many-devices')
})

test.each([
  ['{"device": "EL-1", "type": "default"}', 'EL-1'],
  ['{"device": ""}', expect.objectContaining({ reason: 'bad-value' })],
  ['{"device": {"a": 1}}', expect.objectContaining({ reason: 'bad-value' })],
  ['"EL-1"', expect.objectContaining({ reason: 'not-an-object' })],
])('connect and disconnect: %s', (json, device) => {
  expect(deviceNamed(Buffer.from(json))).toEqual(device)
})

test('whatever bytes or JSON come, the answer is parts or a rejection', () => {
  const payloads = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json({ maxDepth: 5 }).map((json) => Buffer.from(json)),
  )
  fc.assert(
    fc.property(payloads, (payload) => {
      const parts = splitGatewayMessage(payload)
      if (isRejection(parts)) expect(parts.detail.length).toBeLessThanOrEqual(120)
      else for (const part of parts) JSON.parse(Buffer.from(part.payload).toString())
      deviceNamed(payload)
    }),
    { seed: 3, numRuns: 2000 },
  )
})

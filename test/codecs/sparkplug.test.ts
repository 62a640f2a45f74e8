/** A Sparkplug B edge node as a gateway: encoded by Eclipse Tahu's package, read by us. */
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sparkplugPayload from 'sparkplug-payload'
import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js'
import { beforeEach, describe, expect, test } from 'vitest'
import { isRejection } from '../../src/codecs/json.js'
import type { SparkplugNode, SparkplugReport } from '../../src/codecs/sparkplug.js'
import { createSparkplugCounts } from '../../src/codecs/sparkplug-metrics.js'
import { createSparkplugNode } from '../../src/codecs/sparkplug-node.js'
import { MAX_METRICS, readSparkplug } from '../../src/codecs/sparkplug-wire.js'

const NOW = 1_795_276_800_000
const { Payload } = proto.org.eclipse.tahu.protobuf
const tahu = sparkplugPayload.get('spBv1.0')
if (!tahu) throw new Error('the package speaks no Sparkplug B')

type Metrics = Parameters<typeof tahu.encodePayload>[0]['metrics']

let counts = createSparkplugCounts()
let node: SparkplugNode
beforeEach(() => {
  counts = createSparkplugCounts()
  node = createSparkplugNode({ counts })
})

function encode(metrics: Metrics, seq?: number, timestamp = NOW): Uint8Array {
  return (
    tahu?.encodePayload({ timestamp, metrics: metrics ?? [], ...(seq === undefined ? {} : { seq }) }) ??
    Buffer.of()
  )
}

function take(verb: SparkplugReport, device: string | null, payload: Uint8Array, arrival = NOW) {
  const outcome = node.take(verb, device, payload, arrival)
  if (isRejection(outcome)) throw new Error(`rejected: ${outcome.reason}, ${outcome.detail}`)
  const { parts, ...rest } = outcome
  return {
    ...rest,
    parts: parts.map((part) => [part.device, JSON.parse(Buffer.from(part.payload).toString())]),
  }
}
function refusal(payload: Uint8Array) {
  const outcome = node.take('NDATA', null, payload, NOW)
  return isRejection(outcome) ? outcome.reason : null
}
const quiet = { born: [], died: [], rebirth: false, gap: false }
const counted = () => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))

const bdSeq = (value: number): NonNullable<Metrics> => [{ name: 'bdSeq', type: 'UInt64', value }]
const nodeBirth = (seq = 0, session = 0) =>
  encode([...bdSeq(session), { name: 'Node Control/Rebirth', type: 'Boolean', value: false }], seq)
const deviceBirth = (seq: number) =>
  encode(
    [
      { name: 'speed', alias: 1, type: 'Float', value: 1.52 },
      { name: 'floor', alias: 2, type: 'Int8', value: -2 },
      { name: 'passenger', alias: 3, type: 'Boolean', value: true },
      { name: 'runs', alias: 4, type: 'UInt64', value: 12 },
      { name: 'Device Control/Reboot', type: 'Boolean', value: false },
    ],
    seq,
  )

describe('births and data', () => {
  test("a birth is a reading too; the protocol's own metrics are none", () => {
    expect(take('NBIRTH', null, nodeBirth())).toEqual({ ...quiet, parts: [] })
    expect(take('DBIRTH', 'EL-1', deviceBirth(1))).toEqual({
      ...quiet,
      born: ['EL-1'],
      parts: [['EL-1', { ts: NOW, values: { speed: 1.52, floor: -2, passenger: true, runs: 12 } }]],
    })
  })

  test('data by alias, by name, of the node itself, each at its own time', () => {
    take('NBIRTH', null, encode([...bdSeq(0), { name: 'Uptime', alias: 9, type: 'UInt32', value: 1 }], 0))
    take('DBIRTH', 'EL-1', deviceBirth(1))
    const metrics: Metrics = [
      { alias: 1, type: 'Float', value: 0.1 },
      { name: 'floor', type: 'Int8', value: -3, timestamp: NOW - 500 },
      { alias: 3, type: 'Boolean', value: false, timestamp: NOW - 500 },
    ]
    expect(take('DDATA', 'EL-1', encode(metrics, 2))).toEqual({
      ...quiet,
      parts: [
        [
          'EL-1',
          [
            { ts: NOW, values: { speed: 0.1 } },
            { ts: NOW - 500, values: { floor: -3, passenger: false } },
          ],
        ],
      ],
    })
    expect(take('NDATA', null, encode([{ alias: 9, type: 'UInt32', value: 7 }], 3))).toEqual({
      ...quiet,
      parts: [[null, { ts: NOW, values: { Uptime: 7 } }]],
    })
  })

  test('data of 3.0 leaves the datatype out; the birth has told the sign', () => {
    take('NBIRTH', null, nodeBirth())
    take('DBIRTH', 'EL-1', deviceBirth(1))
    const bare = Payload.encode(
      Payload.create({
        timestamp: NOW,
        seq: 2,
        metrics: [
          { alias: 2, intValue: 0xffff_fffd },
          { alias: 1, floatValue: 2 },
        ],
      }),
    ).finish()
    expect(take('DDATA', 'EL-1', bare).parts).toEqual([
      ['EL-1', { ts: NOW, values: { floor: -3, speed: 2 } }],
    ])
  })

  test('null is no value, and what is historical says so', () => {
    take('NBIRTH', null, nodeBirth())
    take('DBIRTH', 'EL-1', deviceBirth(1))
    const metrics: Metrics = [
      { alias: 1, type: 'Float', value: null },
      { alias: 2, type: 'Int8', value: 4, timestamp: NOW - 9000, isHistorical: true },
    ]
    expect(take('DDATA', 'EL-1', encode(metrics, 2)).parts).toEqual([
      ['EL-1', { ts: NOW - 9000, values: { floor: 4 }, historical: true }],
    ])
  })

  test('a thousand readings fit one payload, more go into the next', () => {
    take('NBIRTH', null, nodeBirth())
    take('DBIRTH', 'EL-1', deviceBirth(1))
    const metrics = Array.from({ length: 1001 }, (_, i) => ({
      alias: 2,
      type: 'Int8' as const,
      value: 1,
      timestamp: NOW - i,
    }))
    const { parts } = take('DDATA', 'EL-1', encode(metrics, 2))
    expect(parts?.map(([, json]) => (Array.isArray(json) ? json.length : 1))).toEqual([1000, 1])
  })

  test('a payload that was deflated is read as what it holds', () => {
    take('NBIRTH', null, nodeBirth())
    const inner = encode([{ name: 'speed', type: 'Double', value: 1 }])
    const packed = Payload.encode(
      Payload.create({ uuid: 'SPBV1.0_COMPRESSED', body: deflateSync(inner), seq: 1 }),
    ).finish()
    expect(take('NDATA', null, packed)).toEqual({
      ...quiet,
      parts: [[null, { ts: NOW, values: { speed: 1 } }]],
    })
  })
})

describe('values', () => {
  test.each([
    ['Int8', -128, -128],
    ['Int16', -32_768, -32_768],
    ['Int32', -2_147_483_648, -2_147_483_648],
    ['Int64', -5, -5],
    ['UInt8', 255, 255],
    ['UInt16', 65_535, 65_535],
    ['UInt32', 4_294_967_295, 4_294_967_295],
    ['UInt64', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['Float', 1.52, 1.52],
    ['Double', 1 / 3, 1 / 3],
    ['DateTime', NOW, NOW],
    ['String', 'ok', 'ok'],
    ['Text', 'ok', 'ok'],
  ] as const)('%s', (type, value, read) => {
    take('NBIRTH', null, nodeBirth())
    expect(take('NDATA', null, encode([{ name: 'x', type, value }], 1)).parts).toEqual([
      [null, { ts: NOW, values: { x: read } }],
    ])
  })

  test('what no signal can be is set aside and counted, and takes nothing with it', () => {
    take('NBIRTH', null, nodeBirth())
    const metrics: Metrics = [
      { name: 'speed', type: 'Double', value: 1 },
      { name: 'nan', type: 'Double', value: Number.NaN },
      { name: 'blob', type: 'Bytes', value: Buffer.from('x') },
      {
        name: 'table',
        type: 'DataSet',
        value: { numOfColumns: 1, types: ['Int8'], columns: ['a'], rows: [[1]] },
      },
      { name: 'machine', type: 'Template', value: { isDefinition: false, metrics: [] } },
      { name: 'n'.repeat(129), type: 'Double', value: 1 },
    ]
    expect(take('NDATA', null, encode(metrics, 1)).parts).toEqual([[null, { ts: NOW, values: { speed: 1 } }]])
    const huge = Payload.encode(
      Payload.create({
        seq: 2,
        metrics: [{ name: 'big', datatype: 8, longValue: Number.MAX_SAFE_INTEGER * 4 }],
      }),
    ).finish()
    expect(take('NDATA', null, huge).parts).toEqual([])
    expect(counted()).toEqual({ 'bad-value': 2, 'unsupported-type': 3, 'too-long': 1 })
  })
})

describe('sequence, deaths and rebirths', () => {
  test('data before a birth: what explains itself is read, and a birth is asked for once', () => {
    expect(take('DDATA', 'EL-1', encode([{ name: 'speed', type: 'Double', value: 1 }], 5))).toEqual({
      ...quiet,
      rebirth: true,
      parts: [['EL-1', { ts: NOW, values: { speed: 1 } }]],
    })
    expect(take('DDATA', 'EL-1', encode([{ alias: 1, type: 'Double', value: 1 }], 6), NOW + 1000)).toEqual({
      ...quiet,
      parts: [],
    })
    expect(counted()).toEqual({ 'before-birth': 2, 'unknown-metric': 1 })
    // The command may be lost: nothing else would ever make the node readable.
    expect(take('DDATA', 'EL-1', encode([], 7), NOW + 61_000).rebirth).toBe(true)
  })

  test('numbers run from 0 to 255 and over; a missing one is a gap and asks for rebirth', () => {
    take('NBIRTH', null, nodeBirth(254))
    expect(take('DBIRTH', 'EL-1', deviceBirth(255)).gap).toBe(false)
    expect(take('DDATA', 'EL-1', encode([{ alias: 1, type: 'Float', value: 1 }], 0)).gap).toBe(false)
    expect(take('DDATA', 'EL-1', encode([{ alias: 1, type: 'Float', value: 2 }], 2))).toEqual({
      ...quiet,
      gap: true,
      rebirth: true,
      parts: [['EL-1', { ts: NOW, values: { speed: 2 } }]],
    })
    expect(take('DDATA', 'EL-1', encode([], 3))).toMatchObject({ gap: false, rebirth: false })
    expect(take('DDATA', 'EL-1', encode([], 9))).toMatchObject({ gap: true, rebirth: false })
    take('NBIRTH', null, nodeBirth(0, 1))
    expect(take('NDATA', null, encode([], 5), NOW + 20_000)).toMatchObject({ gap: true, rebirth: true })
  })

  test("a node's birth forgets the aliases of its devices until each is born again", () => {
    take('NBIRTH', null, nodeBirth())
    take('DBIRTH', 'EL-1', deviceBirth(1))
    take('NBIRTH', null, nodeBirth(0, 1))
    expect(take('DDATA', 'EL-1', encode([{ alias: 1, type: 'Float', value: 2 }], 1))).toEqual({
      ...quiet,
      rebirth: true,
      parts: [],
    })
  })

  test("a node's death takes its devices along; that of an older session nobody", () => {
    take('NBIRTH', null, nodeBirth(0, 7))
    take('DBIRTH', 'EL-1', deviceBirth(1))
    take('DBIRTH', 'EL-2', deviceBirth(2))
    expect(take('NDEATH', null, encode(bdSeq(6)))).toEqual({ ...quiet, parts: [] })
    expect(take('DDEATH', 'EL-2', encode([], 3))).toEqual({ ...quiet, died: ['EL-2'], parts: [] })
    expect(take('NDEATH', null, encode(bdSeq(7)))).toEqual({ ...quiet, died: ['EL-1'], parts: [] })
    expect(counted()).toMatchObject({ 'stale-death': 1 })
  })

  test('what is remembered of a node is bounded', () => {
    take('NBIRTH', null, nodeBirth())
    const many = (device: number) =>
      Array.from({ length: 9000 }, (_, i) => ({
        name: `d${device}/n${i}`,
        alias: i,
        type: 'Double' as const,
        value: 1,
      }))
    for (const device of [0, 1, 2]) take('DBIRTH', `EL-${device}`, encode(many(device), device + 1))
    expect(counts['too-many-metrics']).toBe(27_000 + 2 - 20_000)
  })
})

describe('payloads that are none', () => {
  test.each([
    ['JSON', Buffer.from('{"speed": 1}')],
    ['a metric that reaches beyond its message', Buffer.from([0x12, 0x7f, 0x0a])],
    [
      'a field that reaches beyond its metric',
      Buffer.from([0x12, 0x02, 0x0a, 0x05, 0x61, 0x61, 0x61, 0x61, 0x61]),
    ],
    ['groups within groups', Buffer.alloc(100_000, 0x0b)],
    ['a number that never ends', Buffer.alloc(100, 0xff)],
    ['a sequence number beyond 255', encode([], 256)],
    [
      'a body that unpacks without end',
      Payload.encode(
        Payload.create({ uuid: 'SPBV1.0_COMPRESSED', body: deflateSync(Buffer.alloc(64 * 1024 * 1024)) }),
      ).finish(),
    ],
  ])('%s is rejected', (_name, payload) => {
    expect(refusal(payload)).toBe('bad-sparkplug')
  })

  test('metrics of two bytes do not become more than are allowed', () => {
    const metrics = (count: number) =>
      Buffer.concat(Array.from({ length: count }, () => Buffer.from([0x12, 0])))
    expect(refusal(metrics(MAX_METRICS + 1))).toBe('too-many-metrics')
  })

  test('whatever bytes come, the answer is an outcome or a rejection, and small', () => {
    const verbs = fc.constantFrom<SparkplugReport>('NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH')
    const whole = deviceBirth(1)
    const garbled = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const bytes = Buffer.from(whole)
        for (const [at, byte] of changes) bytes[at] = byte
        return bytes
      })
    fc.assert(
      fc.property(verbs, fc.oneof(fc.uint8Array({ maxLength: 100 }), garbled), (verb, payload) => {
        const outcome = node.take(verb, verb.startsWith('D') ? 'EL-1' : null, payload, NOW)
        if (isRejection(outcome)) expect(outcome.detail.length).toBeLessThanOrEqual(120)
        else for (const part of outcome.parts) JSON.parse(Buffer.from(part.payload).toString())
      }),
      { seed: 3, numRuns: 3000 },
    )
  })
})

test("our reading of the wire is that of Tahu's package", () => {
  const metric = fc.record(
    {
      name: fc.string({ maxLength: 8 }),
      alias: fc.nat(),
      timestamp: fc.nat(),
      datatype: fc.nat(34),
      isHistorical: fc.boolean(),
      isNull: fc.boolean(),
      doubleValue: fc.double({ noNaN: true }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(metric, { maxLength: 6 }), fc.nat(255), (metrics, seq) => {
      const wire = readSparkplug(Payload.encode(Payload.create({ seq, metrics })).finish())
      expect(wire).toEqual({
        timestamp: null,
        seq,
        metrics: metrics.map((said) => ({
          name: said.name ?? null,
          alias: said.alias ?? null,
          timestamp: said.timestamp ?? null,
          type: said.datatype ?? 0,
          historical: said.isHistorical ?? false,
          isNull: said.isNull ?? false,
          value: said.doubleValue === undefined ? null : { kind: 'double', number: said.doubleValue },
        })),
        uuid: null,
        body: null,
      })
    }),
    { seed: 3, numRuns: 300 },
  )
})

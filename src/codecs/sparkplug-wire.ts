/**
 * A Sparkplug B payload off the wire: only the fields that a reading needs, each checked, everything else skipped. What
 * comes is not trusted: the number of metrics is bounded before they are made, nothing recurses, and bytes that are no
 * payload are a rejection. (The decoder of `sparkplug-payload` drops the values of metrics without a datatype, which is
 * how Sparkplug 3.0 sends data, and builds data sets and templates as deep as they come; a test compares the two.)
 */
import { unzipSync } from 'node:zlib'
import protobuf from 'protobufjs/minimal.js'
import { messageOf } from '../errors.js'
import type { Rejection } from '../model/reading.js'
import { isRejection, reject } from './json.js'

/** Metrics of one message. Each may become a name of 128 characters, so this bounds what a small message can grow to. */
export const MAX_METRICS = 10_000
/** What a compressed payload may unpack to; deflate reaches 1000 : 1, and a birth of 1000 metrics takes 50 KB. */
const MAX_UNPACKED_BYTES = 256 * 1024
const COMPRESSED = 'SPBV1.0_COMPRESSED'

/** 64 bits, as two halves. */
interface Long {
  low: number
  high: number
}

/** `integer`: 32 or 64 bits whose sign only the datatype tells. `other`: bytes, data sets, templates. */
export type WireValue =
  | { kind: 'integer'; bits: number | Long }
  | { kind: 'float'; number: number }
  | { kind: 'double'; number: number }
  | { kind: 'boolean'; boolean: boolean }
  | { kind: 'string'; string: string }
  | { kind: 'other' }

export interface WireMetric {
  name: string | null
  alias: number | null
  /** ms since 1970, or `null` when the metric gives none. */
  timestamp: number | null
  /** Sparkplug's number of the datatype; 0 when the metric does not say. */
  type: number
  historical: boolean
  isNull: boolean
  value: WireValue | null
}

export interface WirePayload {
  timestamp: number | null
  seq: number | null
  metrics: WireMetric[]
}

type Reader = protobuf.Reader

const OTHER: WireValue = { kind: 'other' }

/** Reads a payload, unpacking a compressed one. Never throws. */
export function readSparkplug(bytes: Uint8Array): WirePayload | Rejection {
  const outer = readPayload(bytes)
  if (isRejection(outer) || outer.uuid !== COMPRESSED || outer.body === null) return outer
  const unpacked = unpack(outer.body)
  if (!(unpacked instanceof Uint8Array)) return unpacked
  const inner = readPayload(unpacked)
  // The sequence number stands outside, where nobody needs to unpack anything for it.
  return isRejection(inner) ? inner : { ...inner, seq: inner.seq ?? outer.seq }
}

function unpack(body: Uint8Array): Uint8Array | Rejection {
  try {
    return unzipSync(body, { maxOutputLength: MAX_UNPACKED_BYTES })
  } catch (error) {
    return reject('bad-sparkplug', `cannot unpack ${body.length} bytes: ${messageOf(error)}`)
  }
}

function readPayload(
  bytes: Uint8Array,
): (WirePayload & { uuid: string | null; body: Uint8Array | null }) | Rejection {
  const payload: WirePayload & { uuid: string | null; body: Uint8Array | null } = {
    timestamp: null,
    seq: null,
    metrics: [],
    uuid: null,
    body: null,
  }
  try {
    const reader = protobuf.Reader.create(bytes)
    while (reader.pos < reader.len) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x08:
          payload.timestamp = safeNumber(reader.uint64())
          break
        case 0x12:
          if (payload.metrics.length >= MAX_METRICS) return reject('too-many-metrics', `over ${MAX_METRICS}`)
          payload.metrics.push(readMetric(reader))
          break
        case 0x18:
          payload.seq = safeNumber(reader.uint64())
          break
        case 0x22:
          payload.uuid = reader.string()
          break
        case 0x2a:
          payload.body = reader.bytes()
          break
        default:
          reader.skipType(tag & 7, 0, tag >>> 3)
      }
    }
  } catch (error) {
    return reject('bad-sparkplug', messageOf(error))
  }
  if (payload.seq !== null && payload.seq > 255) return reject('bad-sparkplug', `seq ${payload.seq}`)
  return payload
}

function readMetric(reader: Reader): WireMetric {
  const end = reader.uint32() + reader.pos
  const metric: WireMetric = {
    name: null,
    alias: null,
    timestamp: null,
    type: 0,
    historical: false,
    isNull: false,
    value: null,
  }
  while (reader.pos < end) readField(reader, metric)
  if (reader.pos !== end) throw new RangeError('a field reaches beyond its metric')
  return metric
}

function readField(reader: Reader, metric: WireMetric): void {
  const tag = reader.uint32()
  switch (tag) {
    case 0x0a:
      metric.name = reader.string()
      break
    case 0x10:
      metric.alias = safeNumber(reader.uint64())
      break
    case 0x18:
      metric.timestamp = safeNumber(reader.uint64())
      break
    case 0x20:
      metric.type = reader.uint32()
      break
    case 0x28:
      metric.historical = reader.bool()
      break
    case 0x38:
      metric.isNull = reader.bool()
      break
    case 0x50:
      metric.value = { kind: 'integer', bits: reader.uint32() }
      break
    case 0x58:
      metric.value = { kind: 'integer', bits: reader.uint64() }
      break
    case 0x65:
      metric.value = { kind: 'float', number: reader.float() }
      break
    case 0x69:
      metric.value = { kind: 'double', number: reader.double() }
      break
    case 0x70:
      metric.value = { kind: 'boolean', boolean: reader.bool() }
      break
    case 0x7a:
      metric.value = { kind: 'string', string: reader.string() }
      break
    default:
      // 16 to 19: bytes, data set, template, extension.
      if (tag >>> 3 >= 16 && tag >>> 3 <= 19) metric.value = OTHER
      reader.skipType(tag & 7, 0, tag >>> 3)
  }
}

/** The number that 64 bits mean, or `null` when a double cannot hold it exactly. */
export function safeNumber(bits: number | Long, signed = false): number | null {
  if (typeof bits === 'number') return bits
  const number = (signed ? bits.high | 0 : bits.high >>> 0) * 2 ** 32 + (bits.low >>> 0)
  return Number.isSafeInteger(number) ? number : null
}

/** Bytes of a payload to JSON, as a value: a payload that cannot be read is an outcome, not an exception. */
import { isAscii, isUtf8 } from 'node:buffer'
import { messageOf } from '../errors.js'
import type { Rejection, RejectionReason } from '../model/reading.js'

const MAX_DETAIL_CHARS = 120

export type JsonObject = { [name: string]: unknown }

export function reject(reason: RejectionReason, detail: unknown): Rejection {
  return { reason, detail: String(detail).slice(0, MAX_DETAIL_CHARS) }
}

/** What a value is, for a log line. Never walks into it: a hostile payload may be nested deeper than the stack. */
export function sketch(value: unknown): string {
  if (Array.isArray(value)) return `array of ${value.length}`
  if (typeof value !== 'object' || value === null) return String(value)
  return `object with ${Object.keys(value).slice(0, 4).join(', ') || 'no fields'}`
}

export function isRejection<T extends object>(outcome: T | Rejection): outcome is Rejection {
  return 'reason' in outcome && 'detail' in outcome
}

/** The text of a payload, or `null` when its bytes are not UTF-8. */
export function textOf(payload: Uint8Array): string | null {
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** `{ json }`, or why there is none. */
export function parseJson(payload: Uint8Array): { json: unknown } | Rejection {
  const text = textOf(payload)
  if (text === null) return reject('not-utf8', `${payload.length} bytes`)
  try {
    return { json: JSON.parse(text) }
  } catch (error) {
    return reject('not-json', messageOf(error))
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Event payloads `{ts, code, active, key}`: the begin or the end of a coded fault, event or alarm. */
import type { DeviceEvent, Rejection } from '../model/reading.js'
import { parseDeviceTime } from './device-time.js'
import { isObject, parseJson, reject, sketch } from './json.js'

const MAX_CODE = 65_535
const MAX_KEY_CHARS = 128

export function decodeEvent(payload: Uint8Array): DeviceEvent | Rejection {
  const parsed = parseJson(payload)
  if ('reason' in parsed) return parsed
  const { json } = parsed
  if (!isObject(json)) return reject('not-an-object', sketch(json))
  const { code, key } = json
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 0 || code > MAX_CODE) {
    return reject('bad-code', sketch(code))
  }
  const active = activeOf(json.active)
  if (active === null) return reject('bad-value', `active ${sketch(json.active)}`)
  const ts = json.ts === undefined || json.ts === null ? null : parseDeviceTime(json.ts)
  if (Number.isNaN(ts)) return reject('bad-ts', sketch(json.ts))
  if (key === undefined || key === null) return { ts, code, active, key: null }
  const isKey = typeof key === 'number' || (typeof key === 'string' && key.length <= MAX_KEY_CHARS)
  return isKey ? { ts, code, active, key: String(key) } : reject('bad-value', `key ${sketch(key)}`)
}

/** A message without `active` announces a begin: devices without end messages leave the field out. */
function activeOf(value: unknown): boolean | null {
  if (value === undefined || value === true || value === 1) return true
  return value === false || value === 0 ? false : null
}

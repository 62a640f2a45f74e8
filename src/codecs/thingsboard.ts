/**
 * Messages of ThingsBoard's gateway API, which speak for many devices at once, taken apart into one payload for each.
 * A part's payload is what that device would have sent itself; whether it can be read is decided later, where all are.
 */
import type { Rejection } from '../model/reading.js'
import { isObject, isRejection, parseJson, reject, sketch } from './json.js'

/** Devices in one message. */
export const MAX_GATEWAY_DEVICES = 1000

export interface GatewayPart {
  device: string
  /** As on `v1/devices/me/telemetry` or `…/attributes`. */
  payload: Uint8Array
}

/** `v1/gateway/telemetry` and `v1/gateway/attributes`: `{"Device": [readings] or {attributes}, …}`. */
export function splitGatewayMessage(payload: Uint8Array): GatewayPart[] | Rejection {
  const parsed = parseJson(payload)
  if (isRejection(parsed)) return parsed
  const { json } = parsed
  if (!isObject(json)) return reject('not-an-object', sketch(json))
  const devices = Object.entries(json)
  if (devices.length === 0) return reject('empty', '{}')
  if (devices.length > MAX_GATEWAY_DEVICES) return reject('too-many-devices', devices.length)
  try {
    return devices.map(([device, said]) => ({ device, payload: Buffer.from(JSON.stringify(said)) }))
  } catch (error) {
    // Text nested deeper than the stack can be parsed, and not written again.
    if (error instanceof RangeError) return reject('bad-value', 'nested too deep')
    throw error
  }
}

/** `v1/gateway/connect` and `…/disconnect`: the device that `{"device": "…"}` names. */
export function deviceNamed(payload: Uint8Array): string | Rejection {
  const parsed = parseJson(payload)
  if (isRejection(parsed)) return parsed
  const { json } = parsed
  if (!isObject(json)) return reject('not-an-object', sketch(json))
  const { device } = json
  return typeof device === 'string' && device !== ''
    ? device
    : reject('bad-value', `device ${sketch(device)}`)
}

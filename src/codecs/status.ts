/** Status payloads `{"online": true}`; a last will says `false`. */
import type { Rejection } from '../model/reading.js'
import { isObject, parseJson, reject, sketch } from './json.js'

export function decodeStatus(payload: Uint8Array): { online: boolean } | Rejection {
  const parsed = parseJson(payload)
  if ('reason' in parsed) return parsed
  const { json } = parsed
  if (!isObject(json)) return reject('not-an-object', sketch(json))
  if (json.online === true || json.online === 1) return { online: true }
  if (json.online === false || json.online === 0) return { online: false }
  return reject('bad-value', `online ${sketch(json.online)}`)
}

/** What CONNECT is answered: accepted, refused and with which code, and how long the answer waits. */
import type { Socket } from 'node:net'
import { type Credentials, nameForLog } from './credentials.js'
import type { LoginBrake } from './login-brake.js'
import type { DeviceLogin, Refusal } from './messages.js'
import { certificateFault, certificateIds } from './tls-listener.js'
import { destinationOf, type Speaker } from './topics.js'

/** MQTT 3.1.1 return codes of CONNACK. */
const SERVER_UNAVAILABLE = 3
const BAD_LOGIN = 4
const NOT_AUTHORIZED = 5

export type Answer =
  /** `until` (ms): when the secret that it showed stops counting; null while it is current. */
  | {
      accepted: Speaker
      login: DeviceLogin
      shown: Uint8Array | null
      until: number | null
      holdMs: number
    }
  | { refused: Refusal; name: string; detail: string; returnCode: 3 | 4 | 5; holdMs: number }

export interface Connect {
  socket: Socket
  address: string
  username: string | undefined
  password: Uint8Array | undefined
  /** Topic of its last will. */
  willTopic: string | undefined
}

export interface LogInOptions {
  credentials: Credentials
  brake: LoginBrake
  now: () => number
  /** True while nothing could be stored anyway. */
  refusing: () => boolean
  /** Hears of unknown devices that could be admitted; null: they are strangers. */
  onClaim: ((username: string, hmac: Uint8Array, address: string) => void) | null
}

export function createLogIn({ credentials, brake, now, refusing, onClaim }: LogInOptions) {
  return function answer({ socket, address, username, password, willTopic }: Connect): Answer {
    // An empty password is none: what stands in the place of the user name is a token then.
    const hasPassword = password !== undefined && password.length > 0
    const name = nameForLog(username, hasPassword)
    if (refusing())
      return {
        refused: 'journal-refusing',
        name,
        detail: '',
        returnCode: SERVER_UNAVAILABLE,
        holdMs: 0,
      }
    const verdict = credentials.verify({
      username,
      password,
      certificateIds: certificateIds(socket),
      now: now(),
    })
    if ('refused' in verdict) {
      // A token counts for its address alone: as a name it would be one of many.
      const holdMs = brake.failed(address, hasPassword ? (username ?? '') : null)
      const claims = verdict.claim !== null && onClaim !== null
      if (claims && verdict.claim) onClaim(verdict.claim.username, verdict.claim.hmac, address)
      const detail = certificateFault(socket) ?? ''
      const returnCode = claims ? NOT_AUTHORIZED : BAD_LOGIN
      return { refused: verdict.refused, name, detail, returnCode, holdMs }
    }
    const { login, by, shown, until } = verdict
    const speaker = speakerOf(login)
    const holdMs = brake.succeeded(address, by === 'token' ? null : login.username)
    if (willTopic !== undefined && destinationOf(willTopic, speaker).at === 'foreign')
      return { refused: 'will-foreign', name, detail: willTopic, returnCode: NOT_AUTHORIZED, holdMs }
    return { accepted: speaker, login, shown, until, holdMs }
  }
}

function speakerOf({ kind, username, equipment }: DeviceLogin): Speaker {
  return { kind, username, equipment: new Set(equipment) }
}

/**
 * What passes between a browser and the live room over Socket.IO (same origin, path `/socket.io`, namespace `/`).
 * Types only, so that the browser can import it. Times here are milliseconds since 1970: frames are small and many.
 *
 * A client that falls behind gets the newest value of each signal once it can take it, never a queue of old ones.
 * After a reconnect it sends its `watch` again; the acknowledgement carries everything it missed.
 *
 * Handshake: the session cookie (then `Origin` must be ours), or `auth: { token }`. A refused handshake surfaces as
 * `connect_error` whose `message` is the error code (`SESSION_REQUIRED`, `ORIGIN_FORBIDDEN`, `PASSWORD_CHANGE_NEEDED`).
 * A revoked session ends with the disconnect reason `io server disconnect`: log in again, do not retry.
 */
import type { IncidentSummary } from '../model/incident-view.js'

/** As lists of the API have it, but with times in ms. Everything else comes by `GET /api/incidents/:id`. */
export type { IncidentSummary }

/** Switches of the catalogue are booleans, everything else is a number in its catalogue unit. */
export type LiveValue = number | boolean

/** The newest value of a signal and its event time. */
export type LiveSignal = [value: LiveValue, ts: number]

/**
 * One equipment in a frame. In an acknowledgement `signals` is everything known; in a frame only what changed since the
 * last one, so merge it: `Object.assign(known.signals, row[3])`. It may be empty when only `online` or `arrival` changed.
 * Equipment watched singly gets a signal whenever its time moves; equipment watched by district only when its value
 * changes, so there `arrival` says how fresh the row is.
 * `arrival` is when its newest message reached us, 0 if none did since the service knows it.
 */
export type EquipmentRow = [
  id: string,
  online: 0 | 1,
  arrival: number,
  signals: { [signal: string]: LiveSignal },
]

/** At most 5 a second for each client. */
export interface EquipmentFrame {
  /** When the frame was cut. */
  at: number
  rows: EquipmentRow[]
}

/** How far the service is behind what devices sent; screens show "since when" when it is not zero. */
export interface Backlog {
  at: number
  /** `tight`: telemetry is no longer taken; `refusing`: nothing is. */
  journal: 'writing' | 'tight' | 'refusing'
  /** Why the journal is not `writing`; only for `admin` and `dispatcher`. */
  reason: string | null
  /** ms between a record's arrival and its rule step, worst worker. */
  rulesLagMs: number
  /** ms between a record's arrival and its row in the history. */
  historyLagMs: number
  /** Records that are not in the history yet, about. */
  historyBehind: number
  /** Seconds until they are, at the rate of the last half minute; `null` while they do not become fewer. */
  historyDrainSeconds: number | null
}

/** A line for the person at the screen. */
export interface LiveNotice {
  id: string
  at: number
  level: 'info' | 'warning' | 'critical'
  /** Stable key that screens translate, with its values. */
  key: string
  values: { [name: string]: string | number }
  incidentId: string | null
  equipmentId: string | null
}

/** Adds to what this socket watches; each part that is given replaces the earlier part of the same name. */
export interface Watch {
  /** Up to 2,000 ids. */
  equipment?: string[]
  /** Every equipment of this district that the user may see; `*` for all that they may see. */
  district?: string
  /** Only these signals in frames of the district; all of them by default. Equipment named singly always comes whole. */
  signals?: string[]
  incidents?: true
}

/** Ends the parts that are named; all of them when none is. */
export interface Unwatch {
  equipment?: string[] | true
  district?: true
  incidents?: true
}

export interface LiveError {
  /** A code of the API's errors, e.g. `EQUIPMENT_UNKNOWN`, `ROLE_FORBIDDEN`, `REQUEST_INVALID`. */
  code: string
  message: string
}

export type WatchReply =
  | {
      ok: true
      at: number
      /** Current state of what this call added; equipment that never reported comes with an empty `signals`. */
      equipment: EquipmentRow[]
      /** The open incidents, if `incidents` was asked for. */
      incidents: IncidentSummary[]
    }
  | { ok: false; error: LiveError }

export type UnwatchReply = { ok: true } | { ok: false; error: LiveError }

export interface ClientToServer {
  watch: (watch: Watch, reply: (reply: WatchReply) => void) => void
  unwatch: (unwatch: Unwatch, reply: (reply: UnwatchReply) => void) => void
}

export interface ServerToClient {
  equipment: (frame: EquipmentFrame) => void
  /** Drop one whose `version` is not higher than what is shown. */
  incident: (summary: IncidentSummary) => void
  backlog: (backlog: Backlog) => void
  notice: (notice: LiveNotice) => void
}

/** What passes between the main thread and the gateway thread. Messages of devices never do: they go to the journal. */
import { createSparkplugCounts, type SparkplugCounts } from '../codecs/sparkplug-metrics.js'
import type { JournalState } from '../journal/journal.js'
import { REJECTION_REASONS, type RejectionReason } from '../model/reading.js'
import type { RecordKind } from '../model/record.js'
import type { TlsTexts } from '../runtime/tls-files.js'
import type { WakeUpEnd } from '../runtime/wake-up.js'
import type { IntakeLimits } from './limits.js'
import type { DeviceTally, Offender } from './standing.js'

/** A log-in as the gateway keeps it: the secrets themselves are known to the device alone. */
export interface DeviceLogin {
  username: string
  /** A gateway speaks for the equipment bound to it, a device for itself. */
  kind: 'device' | 'gateway'
  /** Ids that it may speak for. */
  equipment: readonly string[]
  /** HMAC-SHA-256 under the server's key, newest first; `until` (ms) ends the overlap of a rotation. None: only a client certificate opens. */
  secrets: readonly { hmac: Uint8Array; until: number | null }[]
}

/** The outside broker that messages are taken from as well. */
export interface UplinkData {
  /** With user name and password, where it wants them. */
  url: string
  /** Filters of the topics that are trusted. */
  topics: string[]
  clientId: string
  /** Authority of its certificate, in PEM; null: those that the system knows. */
  ca: string | null
}

/** What the gateway thread is born with. */
export interface GatewayData {
  journalDir: string
  /** No record may get a position at or below this: readers have been there. */
  headAtLeast: number
  budgetBytes: number
  retentionMs: number
  bufferBytes: number
  host: string
  port: number
  /** The encrypted listener beside it. */
  tls: { host: string; port: number; texts: TlsTexts } | null
  maxPacketBytes: number
  limits: IntakeLimits
  credentialKey: Uint8Array
  logins: DeviceLogin[]
  /** Unknown devices may ask to be admitted. */
  selfClaim: boolean
  /** The name under which Sparkplug edge nodes know us. */
  sparkplugHost: string
  uplink: UplinkData | null
  /** One for each reader of the journal: told that there is more when it sleeps. */
  readers: WakeUpEnd[]
  /** ms added before each commit; only the benchmark of slow disks sets it. */
  commitDelayMs: number
}

export type ToGateway =
  /** `login` null: it has ended. `cut`: its open connections end too. */
  | { type: 'login'; username: string; login: DeviceLogin | null; cut: boolean }
  | { type: 'append'; request: number; kind: RecordKind; equipment: string; payload: Uint8Array }
  | { type: 'command'; request: number; equipment: string; payload: Uint8Array }
  /** Certificates for connections from now on. */
  | { type: 'tls'; texts: TlsTexts }
  /** What this log-in did; answered by `tally`. */
  | { type: 'tally'; request: number; username: string }
  /** The log-ins with most trouble; answered by `offenders`. */
  | { type: 'offenders'; request: number; limit: number }
  | { type: 'retain'; cursors: Float64Array[] }
  | { type: 'stop' }

export type FromGateway =
  | { type: 'ready'; port: number; tlsPort: number | null }
  | { type: 'failed'; code: string; message: string }
  | { type: 'appended'; request: number; position: number; error: string | null }
  /** `delivered`: somebody listened on the command topic. */
  | { type: 'commanded'; request: number; delivered: boolean }
  | { type: 'journal'; state: JournalState }
  | { type: 'stats'; stats: GatewayStats }
  | { type: 'tally'; request: number; tally: IntakeTally }
  | { type: 'offenders'; request: number; offenders: Offender[] }
  | { type: 'refused'; what: Refusal; username: string; address: string; detail: string }
  /** A payload of a dialect that nobody can read, or a part of one. `head` is how it begins. */
  | { type: 'rejected'; username: string; reason: RejectionReason; detail: string; head: string }
  /** An unknown device presented a secret and asks to be admitted. */
  | { type: 'claim'; username: string; hmac: Uint8Array; address: string }
  /** The outside broker: null when its messages come, else why not all do. */
  | { type: 'uplink'; error: string | null }
  | { type: 'stopped' }

/** A log-in's figures, with what is open of it now. */
export interface IntakeTally {
  connections: number
  tally: DeviceTally | null
}

/** What the intake turned away, closed list; metric label. */
export const REFUSALS = [
  'login-unknown',
  'login-wrong',
  'journal-refusing',
  'will-foreign',
  'publish-foreign',
  'publish-not-stored',
  'subscribe-foreign',
  'packet-too-large',
  'too-many-connections',
  'rate-exceeded',
  'too-many-in-flight',
  'topic-too-deep',
  'slow-reader',
  'handshake-failed',
  'protocol-error',
] as const
export type Refusal = (typeof REFUSALS)[number]

/** Counters since the start of the thread. */
export interface GatewayStats {
  connections: number
  received: { telemetry: number; event: number; status: number; gateway: number; sparkplug: number }
  bytes: number
  stored: number
  redelivered: number
  /** Acknowledged without being stored: nothing of ours on that topic. */
  unreadableTopic: number
  /** `online: false` of a connection that is not the newest of its equipment: acknowledged, and counts no more. */
  staleStatus: number
  /** Part of a dialect that we need not keep: acknowledged and dropped. */
  ignored: number
  /** Messages of a dialect, by what could not be read of them. */
  rejected: Record<RejectionReason, number>
  /** Messages held back by a rate limit, and for how long together (ms). */
  slowed: number
  slowedMs: number
  /** What Sparkplug nodes did wrong, and births asked for. */
  sparkplug: SparkplugCounts
  rebirths: number
  /** QoS 0 messages that the journal could not take. */
  droppedQos0: number
  refused: Record<Refusal, number>
  commits: number
  /** ms: the longest turn of the thread's loop in the last second, commits included. */
  loopDelayMs: number
  uplink: UplinkStats | null
}

/** Messages of the outside broker that are acknowledged and not taken, closed list; metric label. */
export const UPLINK_REFUSALS = ['topic-foreign', 'topic-untrusted', 'packet-too-large', 'retained'] as const
export type UplinkRefusal = (typeof UPLINK_REFUSALS)[number]

export interface UplinkStats {
  connected: boolean
  /** ms since 1970: since when it is connected, or is not. */
  since: number
  /** Messages that came, and those that wait for the journal now. */
  messages: number
  inFlight: number
  /** Left with the broker because the journal could not take them; it offers them again. */
  offeredAgain: number
  refused: Record<UplinkRefusal, number>
  /** Connections on which the broker knew no session of ours: what was published before them is not here. */
  freshSessions: number
  lastError: string | null
}

export function createGatewayStats(): GatewayStats {
  return {
    connections: 0,
    received: { telemetry: 0, event: 0, status: 0, gateway: 0, sparkplug: 0 },
    bytes: 0,
    stored: 0,
    redelivered: 0,
    unreadableTopic: 0,
    ignored: 0,
    rejected: zeros(REJECTION_REASONS),
    slowed: 0,
    slowedMs: 0,
    sparkplug: createSparkplugCounts(),
    rebirths: 0,
    staleStatus: 0,
    droppedQos0: 0,
    refused: zeros(REFUSALS),
    commits: 0,
    loopDelayMs: 0,
    uplink: null,
  }
}

function zeros<T extends string>(names: readonly T[]): Record<T, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<T, number>
}

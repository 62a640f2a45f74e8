/** What passes between the main thread and the gateway thread. Messages of devices never do: they go to the journal. */
import type { JournalState } from '../journal/journal.js'
import type { RecordKind } from '../model/record.js'
import type { WakeUpEnd } from '../runtime/wake-up.js'

/** A device's log-in as the gateway keeps it: the secret itself is known to the device alone. */
export interface DeviceCredential {
  username: string
  /** HMAC-SHA-256 of the secret under the server's key. */
  hmac: Uint8Array
  equipmentId: string
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
  tls: { host: string; port: number; cert: string; key: string } | null
  maxPacketBytes: number
  credentialKey: Uint8Array
  credentials: DeviceCredential[]
  /** One for each reader of the journal: told that there is more when it sleeps. */
  readers: WakeUpEnd[]
  /** ms added before each commit; only the benchmark of slow disks sets it. */
  commitDelayMs: number
}

export type ToGateway =
  /** `credential` null: the log-in has ended and its connections are cut. */
  | { type: 'credential'; username: string; credential: DeviceCredential | null }
  | { type: 'append'; request: number; kind: RecordKind; equipment: string; payload: Uint8Array }
  | { type: 'command'; request: number; equipment: string; payload: Uint8Array }
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
  | { type: 'refused'; what: Refusal; username: string; address: string; detail: string }
  | { type: 'stopped' }

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
  'protocol-error',
] as const
export type Refusal = (typeof REFUSALS)[number]

/** Counters since the start of the thread. */
export interface GatewayStats {
  connections: number
  received: { telemetry: number; event: number; status: number }
  bytes: number
  stored: number
  redelivered: number
  /** Acknowledged without being stored: nothing of ours on that topic. */
  unreadableTopic: number
  /** `online: false` of a connection that is not the newest of its equipment: acknowledged, and counts no more. */
  staleStatus: number
  /** QoS 0 messages that the journal could not take. */
  droppedQos0: number
  refused: Record<Refusal, number>
  commits: number
  /** ms: the longest turn of the thread's loop in the last second, commits included. */
  loopDelayMs: number
}

export function createGatewayStats(): GatewayStats {
  return {
    connections: 0,
    received: { telemetry: 0, event: 0, status: 0 },
    bytes: 0,
    stored: 0,
    redelivered: 0,
    unreadableTopic: 0,
    staleStatus: 0,
    droppedQos0: 0,
    refused: Object.fromEntries(REFUSALS.map((what) => [what, 0])) as Record<Refusal, number>,
    commits: 0,
    loopDelayMs: 0,
  }
}

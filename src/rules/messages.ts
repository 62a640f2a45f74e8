/** What passes between the main thread and a rule worker. Messages of devices never cross; findings, frames and cursors do. */
import type { MessagePort } from 'node:worker_threads'
import type { ClockView } from '../codecs/time.js'
import type { Finding } from '../model/finding.js'
import type { LiveFrame } from '../model/frame.js'
import type { WakeUpEnd } from '../runtime/wake-up.js'

/** What a rule worker is born with. */
export interface RuleWorkerData {
  name: string
  /** The shards it owns. */
  shards: number[]
  journalDir: string
  snapshotFile: string
  /** Woken when the journal has more. */
  journal: WakeUpEnd
  /** Takes `HistoryBlock`s. */
  history: MessagePort
}

/** What a pattern could see on an equipment: the boxes "observable / not observable and why" of the screens. */
export interface Observability {
  pattern: string
  /** How often the condition was evaluated on a reading. */
  evaluated: number
  /** Signals or attributes that are missing; empty when the pattern is observable. */
  missing: string[]
}

export type ToRuleWorker =
  /** The database holds every finding up to this batch. */
  | { type: 'confirmed'; batch: number }
  | { type: 'observability'; request: number; equipment: string }
  | { type: 'clock'; request: number; equipment: string }
  | { type: 'stop' }

export interface RuleWorkerStats {
  records: number
  readings: number
  /** Payloads that could not be read, by reason. */
  rejected: Record<string, number>
  /** Parts of payloads, and times, that were set aside while the rest was used, by reason. */
  setAside: Record<string, number>
  evaluations: number
  findings: number
  /** Values outside their range, not believed. */
  disbelieved: number
  equipment: number
  /** ms between a record's arrival and its step, worst of the last interval. */
  lagMs: number
  /** How far the snapshots are, by shard. */
  snapshots: Float64Array
  cursor: Float64Array
}

export type FromRuleWorker =
  | { type: 'ready' }
  | { type: 'findings'; batch: number; findings: Finding[] }
  | { type: 'frame'; frame: LiveFrame }
  | { type: 'observability'; request: number; rows: Observability[] }
  /** Null: it does not know the equipment. */
  | { type: 'clock'; request: number; clock: ClockView | null }
  | { type: 'stats'; stats: RuleWorkerStats }
  /** A payload that could not be read, kept for the operator. */
  | { type: 'rejected'; equipment: string; reason: string; detail: string; at: number; head: string }
  | { type: 'failed'; code: string; message: string }
  | { type: 'stopped' }

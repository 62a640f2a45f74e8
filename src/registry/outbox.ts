/**
 * Between registry and journal: rows written with the change itself are appended to the journal in order and deleted
 * after that, so the rules learn of every change, at least once. Facts older than half of the journal's retention are
 * written again, so that the journal always holds what the rules need.
 */
import type { Database } from '../database/database.js'
import type { RecordKind } from '../model/record.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'

export interface Outbox {
  /** How many rows wait. */
  waiting(): Promise<number>
  close(): Promise<void>
}

export interface OutboxOptions {
  database: Database
  bus: Bus
  log: Logger
  now: () => number
  sleep: Sleep
  /** Resolves once the record is durable, with its position; rejects when it cannot be stored, and is asked again later. */
  append: (record: { kind: RecordKind; equipment: string; payload: Uint8Array }) => Promise<number>
  /** ms that the journal keeps records. */
  retentionMs: number
}

export declare function startOutbox(options: OutboxOptions): Outbox

/** What passes between the main thread and the history thread. Blocks come on ports of their own, from the rule workers. */
import type { MessagePort } from 'node:worker_threads'
import type { Cursor } from '../model/cursor.js'
import type { RangeQuery, SeriesPoint, SetAsideCounts, StoredEvent } from './history.js'
import type { InfluxSettings } from './open-history.js'
import type { WriterStats } from './writer.js'

/** What the history thread is born with. */
export interface HistoryThreadData {
  dataDir: string
  journalDir: string
  snapshotFile: string
  influx: InfluxSettings | undefined
  rawDays: number
}

export type ToHistory =
  /** A rule worker's `HistoryBlock`s will come here. */
  | { type: 'port'; port: MessagePort }
  | { type: 'series'; request: number; query: RangeQuery }
  | { type: 'events'; request: number; equipment: string; from: number; to: number; limit: number }
  | { type: 'stop' }

export interface HistoryStats extends WriterStats {
  store: string
  cursor: Cursor
  setAside: SetAsideCounts
  /** ms of each write and each query since the last report. */
  writesMs: number[]
  queriesMs: number[]
}

export type FromHistory =
  | { type: 'ready' }
  | { type: 'series'; request: number; series: Record<string, SeriesPoint[]> }
  | { type: 'events'; request: number; events: StoredEvent[] }
  /** A query that failed, with the code of its error. */
  | { type: 'refused'; request: number; code: string; message: string }
  | { type: 'stats'; stats: HistoryStats }
  | { type: 'failed'; code: string; message: string }
  | { type: 'stopped' }

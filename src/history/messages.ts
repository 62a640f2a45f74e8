/** What passes between the main thread and the history thread. Blocks come on ports of their own, from the rule workers. */
import type { MessagePort } from 'node:worker_threads'
import type { Cursor } from '../model/cursor.js'
import type { KeptWindow, RetentionSettings } from '../model/retention.js'
import type { RangeQuery, SeriesPoint, SetAsideCounts, StoredEvent } from './history.js'
import type { InfluxSettings } from './open-history.js'
import type { RebuildResult } from './rebuild.js'
import type { WriterStats } from './writer.js'

/** What the history thread is born with. */
export interface HistoryThreadData {
  dataDir: string
  journalDir: string
  snapshotFile: string
  influx: InfluxSettings | undefined
  retention: RetentionSettings
}

export type ToHistory =
  /** A rule worker's `HistoryBlock`s will come here. */
  | { type: 'port'; port: MessagePort }
  | { type: 'series'; request: number; query: RangeQuery }
  | { type: 'events'; request: number; equipment: string; from: number; to: number; limit: number }
  /** What of these incidents is kept for good. */
  | { type: 'keep'; request: number; windows: KeptWindow[] }
  /** Every window was told once: from now on old values may go. */
  | { type: 'windows-known' }
  /** A copy of the store into a file that is not there yet. */
  | { type: 'copy'; request: number; file: string }
  /** What the journal says takes the place of what is stored, for event times (ms since 1970) of this range. */
  | { type: 'rebuild'; request: number; from: number; to: number }
  /** A copy that nobody waits for any more. */
  | { type: 'cancel'; request: number }
  | { type: 'stop' }

export interface HistoryStats extends WriterStats {
  store: string
  cursor: Cursor
  /** From where on the journal is needed; behind the cursor while a rebuild is under way. */
  needed: Cursor
  setAside: SetAsideCounts
  /** Why rolling up and dropping failed last; `null` when it did not. */
  upkeepError: string | null
  /** ms of each write and each query since the last report. */
  writesMs: number[]
  queriesMs: number[]
}

export type FromHistory =
  | { type: 'ready' }
  | { type: 'series'; request: number; series: Record<string, SeriesPoint[]> }
  | { type: 'events'; request: number; events: StoredEvent[] }
  | { type: 'kept'; request: number }
  /** The moment of a copy is fixed, and this is how far the store was. */
  | { type: 'pinned'; request: number; cursor: Cursor }
  | { type: 'progress'; request: number; done: number; total: number }
  /** The store does not answer a rebuild, with its words; it goes on when it does. */
  | { type: 'waiting'; request: number; why: string }
  | { type: 'copied'; request: number }
  | { type: 'rebuilt'; request: number; result: RebuildResult }
  /** A query that failed, with the code of its error. */
  | { type: 'refused'; request: number; code: string; message: string }
  | { type: 'stats'; stats: HistoryStats }
  | { type: 'failed'; code: string; message: string }
  | { type: 'stopped' }

/** What passes between the main thread and the thread of a back-test. The journal it reads itself; the history it must ask for. */
import type {
  BacktestProgress,
  BacktestRequest,
  BacktestResult,
  LabelledIncident,
} from '../../model/backtest.js'
import type { EquipmentKind } from '../../model/equipment.js'
import type { StoredEvent, StoredSeries } from './history-part.js'

/** A question to the history, as its seam takes it. */
export type StoredQuestion =
  | {
      ask: 'series'
      query: {
        kind: EquipmentKind
        equipment: string
        signals: string[]
        from: number
        to: number
        points: number | 'raw' | 'minute' | 'hour'
      }
    }
  | { ask: 'events'; equipment: string; from: number; to: number; limit: number }

export interface BacktestThreadData {
  request: BacktestRequest
  labelled: LabelledIncident[]
  journalDir: string
  /** Says who is known today. */
  snapshotFile: string
  /** Somebody answers questions to the history. */
  hasHistory: boolean
}

export type FromBacktest =
  | { type: 'progress'; progress: BacktestProgress }
  | { type: 'question'; request: number; question: StoredQuestion }
  | { type: 'done'; result: BacktestResult }
  | { type: 'failed'; code: string; message: string }

export type ToBacktest =
  | { type: 'series'; request: number; series: StoredSeries }
  | { type: 'events'; request: number; events: StoredEvent[] }
  | { type: 'refused'; request: number; code: string; message: string }

/**
 * The back-tests of a running service: one at a time, because live work comes first; the newest are kept until the
 * service ends.
 */
import type { Database } from '../database/database.js'
import { messageOf, TesheError } from '../errors.js'
import type { BacktestProgress, BacktestRequest, BacktestResult } from '../model/backtest.js'
import { type BacktestRun, type StoredReader, startBacktest } from '../rules/backtest/backtest-client.js'
import { readLabels } from './labels.js'

/** Results are bounded; so many of them are kept. */
const MOST_KEPT = 20

export type BacktestStatus = 'running' | 'done' | 'cancelled' | 'failed'

export interface StoredBacktest {
  id: string
  status: BacktestStatus
  /** ms since 1970 */
  startedAt: number
  startedBy: string
  request: BacktestRequest
  progress: BacktestProgress
  result: BacktestResult | null
  /** Why it failed. */
  error: string | null
}

export interface Backtests {
  /** Throws BACKTEST_BUSY while another runs. */
  start(request: BacktestRequest, by: string): Promise<StoredBacktest>
  /** Throws BACKTEST_UNKNOWN. */
  get(id: string): StoredBacktest
  /** Ends one that runs, and forgets one that has ended. */
  cancel(id: string): Promise<void>
  close(): Promise<void>
}

interface Kept extends StoredBacktest {
  run: BacktestRun | null
}

export function createBacktests({
  database,
  journalDir,
  snapshotFile,
  history,
  newId,
  now,
}: {
  database: Database
  journalDir: string
  snapshotFile: string
  history: StoredReader
  newId: () => string
  now: () => number
}): Backtests {
  const keptById = new Map<string, Kept>()

  function find(id: string): Kept {
    const kept = keptById.get(id)
    if (!kept) throw new TesheError('BACKTEST_UNKNOWN', [id])
    return kept
  }

  async function end(kept: Kept): Promise<void> {
    kept.status = 'cancelled'
    await kept.run?.cancel()
  }

  function forgetOldest(): void {
    for (const id of keptById.keys()) {
      if (keptById.size <= MOST_KEPT) return
      keptById.delete(id)
    }
  }

  async function follow(kept: Kept): Promise<void> {
    try {
      const { labelled, cut } = await readLabels(database, kept.request)
      // Cancelled before it began.
      if (kept.status !== 'running') return
      kept.run = startBacktest({ request: kept.request, labelled, journalDir, snapshotFile, history })
      const result = await kept.run.result
      kept.result = cut ? { ...result, notes: [...result.notes, 'labels-cut'] } : result
      kept.status = 'done'
    } catch (error) {
      if (kept.status !== 'running') return
      kept.status = 'failed'
      kept.error = messageOf(error)
    } finally {
      kept.progress = kept.run?.progress() ?? kept.progress
      kept.run = null
    }
  }

  return {
    start(request, by) {
      const running = [...keptById.values()].find(({ status }) => status === 'running')
      if (running) return Promise.reject(new TesheError('BACKTEST_BUSY', [running.id]))
      const kept: Kept = {
        id: newId(),
        status: 'running',
        startedAt: now(),
        startedBy: by,
        request,
        progress: { share: 0, readings: 0, readingsPerSecond: 0, timesRealTime: 0 },
        result: null,
        error: null,
        run: null,
      }
      keptById.set(kept.id, kept)
      forgetOldest()
      void follow(kept)
      return Promise.resolve(kept)
    },
    get(id) {
      const kept = find(id)
      return { ...kept, progress: kept.run?.progress() ?? kept.progress }
    },
    async cancel(id) {
      const kept = find(id)
      if (kept.status === 'running') await end(kept)
      else keptById.delete(id)
    },
    async close() {
      for (const kept of keptById.values()) if (kept.status === 'running') await end(kept)
    },
  }
}

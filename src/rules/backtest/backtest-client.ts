/** The main thread's side of a back-test: starts its thread, passes its questions on to the history, and can end it at once. */
import { messageOf, revive, TesheError } from '../../errors.js'
import type {
  BacktestProgress,
  BacktestRequest,
  BacktestResult,
  LabelledIncident,
} from '../../model/backtest.js'
import { startThread } from '../../runtime/thread.js'
import type { StoredEvent, StoredSeries } from './history-part.js'
import type { BacktestThreadData, FromBacktest, StoredQuestion, ToBacktest } from './messages.js'

/** The history as it is asked here. */
export interface StoredReader {
  series(query: Extract<StoredQuestion, { ask: 'series' }>['query']): Promise<StoredSeries>
  /** The newest `limit`, newest first. */
  events(equipment: string, from: number, to: number, limit: number): Promise<StoredEvent[]>
}

export interface BacktestRun {
  progress(): BacktestProgress
  /** Rejects with BACKTEST_CANCELLED, or with why it cannot be. */
  readonly result: Promise<BacktestResult>
  /** Ends it within a moment; nothing but the result is lost. */
  cancel(): Promise<void>
}

export function startBacktest({
  request,
  labelled,
  journalDir,
  snapshotFile,
  history,
}: {
  request: BacktestRequest
  labelled: readonly LabelledIncident[]
  journalDir: string
  snapshotFile: string
  history: StoredReader | null
}): BacktestRun {
  const data: BacktestThreadData = {
    request,
    labelled: [...labelled],
    journalDir,
    snapshotFile,
    hasHistory: history !== null,
  }
  const thread = startThread(new URL('./backtest-worker.js', import.meta.url), data)
  let progress: BacktestProgress = { share: 0, readings: 0, readingsPerSecond: 0, timesRealTime: 0 }
  let cancelled = false

  async function answer(request: number, question: StoredQuestion): Promise<ToBacktest> {
    if (!history)
      return { type: 'refused', request, code: 'HISTORY_UNAVAILABLE', message: 'nobody can ask it' }
    try {
      if (question.ask === 'series')
        return { type: 'series', request, series: await history.series(question.query) }
      const { equipment, from, to, limit } = question
      return { type: 'events', request, events: await history.events(equipment, from, to, limit) }
    } catch (error) {
      const code = error instanceof TesheError ? error.code : 'HISTORY_QUERY_FAILED'
      return { type: 'refused', request, code, message: messageOf(error) }
    }
  }

  const result = new Promise<BacktestResult>((resolve, reject) => {
    thread.on('message', (message: FromBacktest) => {
      switch (message.type) {
        case 'progress':
          progress = message.progress
          return
        case 'question':
          void answer(message.request, message.question).then((reply) => thread.postMessage(reply))
          return
        case 'done':
          progress = { ...progress, share: 1 }
          return resolve(message.result)
        case 'failed':
          return reject(revive(message.code, message.message))
      }
    })
    thread.on('error', (error) => reject(new TesheError('THREAD_FAILED', ['backtest', error.message])))
    thread.on('exit', (code) =>
      reject(
        cancelled
          ? new TesheError('BACKTEST_CANCELLED', [])
          : new TesheError('THREAD_FAILED', ['backtest', `exit code ${code}`]),
      ),
    )
  })
  // Whoever only looks at the progress need not wait for the result.
  result.catch(() => undefined)

  return {
    progress: () => progress,
    result,
    async cancel() {
      cancelled = true
      await thread.terminate()
    },
  }
}

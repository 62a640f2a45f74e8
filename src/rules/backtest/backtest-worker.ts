/**
 * The thread of one back-test, at low priority: a reader of its own follows the journal in bounded pages, the history is
 * asked through the main thread. Whoever wants it no more ends the thread.
 */
import { existsSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, revive, TesheError } from '../../errors.js'
import type { SeriesPoint } from '../../history/history.js'
import { rawPieces } from '../../history/raw-pieces.js'
import { createRehearsal } from '../../incidents/rehearsal.js'
import { cursorBefore, reachOf } from '../../journal/reach.js'
import { openSqliteReader } from '../../journal/sqlite-reader.js'
import { createCursor } from '../../model/cursor.js'
import type { EquipmentFacts } from '../../model/equipment.js'
import { stepBack } from '../../runtime/step-back.js'
import { readSnapshot } from '../snapshot.js'
import { openSnapshots } from '../snapshots.js'
import { storedEvents } from './history-part.js'
import type { BacktestThreadData, FromBacktest, StoredQuestion, ToBacktest } from './messages.js'
import { runBacktest } from './run-backtest.js'

const TELL_MS = 200

function post(message: FromBacktest): void {
  parentPort?.postMessage(message)
}

/** Asks the main thread, which asks the history. */
function createAsk(): (question: StoredQuestion) => Promise<ToBacktest> {
  const waiting = new Map<
    number,
    { resolve: (answer: ToBacktest) => void; reject: (error: TesheError) => void }
  >()
  let requests = 0
  parentPort?.on('message', (message: ToBacktest) => {
    const one = waiting.get(message.request)
    waiting.delete(message.request)
    if (message.type === 'refused') one?.reject(revive(message.code, message.message))
    else one?.resolve(message)
  })
  return (question) =>
    new Promise((resolve, reject) => {
      const request = ++requests
      waiting.set(request, { resolve, reject })
      post({ type: 'question', request, question })
    })
}

function knownEquipment(snapshotFile: string): EquipmentFacts[] {
  if (!existsSync(snapshotFile)) return []
  const known: EquipmentFacts[] = []
  const snapshots = openSnapshots(snapshotFile)
  snapshots.load([...createCursor().keys()], ({ state }) => known.push(readSnapshot(state).facts))
  snapshots.close()
  return known
}

async function run({
  request,
  labelled,
  journalDir,
  snapshotFile,
  hasHistory,
}: BacktestThreadData): Promise<void> {
  stepBack()
  const ask = createAsk()
  let told = 0
  const result = await runBacktest({
    request,
    labelled,
    known: knownEquipment(snapshotFile),
    journal: {
      reach: () => reachOf(journalDir),
      cursorBefore: (since) => cursorBefore(journalDir, since),
      open: (shards) => openSqliteReader({ dir: journalDir, shards }),
    },
    stored: hasHistory
      ? {
          series: ({ id, kind }, signals, { from, to }) =>
            rawPieces(
              {
                async series(query) {
                  const answer = await ask({ ask: 'series', query })
                  return answer.type === 'series' ? (answer.series as Record<string, SeriesPoint[]>) : {}
                },
              },
              { kind, equipment: id, signals, from, to, points: 'raw' },
            ),
          events: (equipment, span) =>
            storedEvents(span, async (from, to, limit) => {
              const answer = await ask({ ask: 'events', equipment, from, to, limit })
              return answer.type === 'events' ? answer.events : []
            }),
        }
      : null,
    createDesk: createRehearsal,
    elapsed: () => performance.now(),
    onProgress(progress) {
      const now = performance.now()
      if (now - told < TELL_MS) return
      told = now
      post({ type: 'progress', progress })
    },
  })
  post({ type: 'done', result })
  parentPort?.close()
}

run(workerData as BacktestThreadData).catch((error: unknown) => {
  const code = error instanceof TesheError ? error.code : 'INTERNAL'
  post({ type: 'failed', code, message: messageOf(error) })
  parentPort?.close()
})

/**
 * The history thread: the only one that has the store open. Rule workers send it blocks, the main thread asks it for
 * ranges, and what fell behind it reads from the journal by itself.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { createDecoder } from '../codecs/decode.js'
import { createDirectory } from '../codecs/directory.js'
import { createShaper } from '../codecs/shape.js'
import { messageOf, TesheError } from '../errors.js'
import { openSqliteReader } from '../journal/sqlite-reader.js'
import type { HistoryBlock } from '../model/block.js'
import { createCursor } from '../model/cursor.js'
import { readSnapshot, restoreEntry } from '../rules/snapshot.js'
import { openSnapshots } from '../rules/snapshots.js'
import { createSleep } from '../runtime/sleep.js'
import { stepBack } from '../runtime/step-back.js'
import { createCatchUp, type RecordShaper, type RowSink } from './catch-up.js'
import type { FromHistory, HistoryThreadData, ToHistory } from './messages.js'
import { openHistory } from './open-history.js'
import { startThreadUpkeep } from './thread-upkeep.js'
import { startHistoryWriter } from './writer.js'

const STATS_MS = 1000
/** How often a quiet moment is looked for, and after how long one is taken anyway. */
const MAINTAIN_MS = 60_000
const MAINTAIN_AT_LATEST_MS = 900_000
/** A quiet moment has no more than this waiting (bytes). */
const QUIET_BYTES = 4 * 1024 * 1024
const DRAIN_MS = 5_000

function post(message: FromHistory): void {
  parentPort?.postMessage(message)
}

/** Knows every equipment as the rules' snapshots do, and learns the rest from the journal after them. */
function shaperFrom(snapshotFile: string, sink: RowSink, shards: readonly number[]): RecordShaper {
  const directory = createDirectory()
  const snapshots = openSnapshots(snapshotFile)
  const start = snapshots.cursor()
  snapshots.load(shards, ({ state }) => restoreEntry(readSnapshot(state), directory))
  snapshots.close()
  const shaper = createShaper({
    decoder: createDecoder({ directory }),
    sink: {
      reading: sink.addReading,
      event: (equipment, ts, shard, position, code, active, key) =>
        sink.addEvent({ equipment, ts, shard, position, code, active, key }),
    },
  })
  return { start, shape: (record) => void shaper.shape(record) }
}

function equipmentIn(snapshotFile: string): string[] {
  const ids: string[] = []
  const snapshots = openSnapshots(snapshotFile)
  snapshots.load([...createCursor().keys()], ({ equipment }) => ids.push(equipment))
  snapshots.close()
  return ids
}

async function run({
  dataDir,
  journalDir,
  snapshotFile,
  influx,
  retention,
}: HistoryThreadData): Promise<void> {
  const now = Date.now
  stepBack()
  const store = await openHistory({ dataDir, influx, retention, now })
  const catchUp = createCatchUp({
    openReader: (shards) => openSqliteReader({ dir: journalDir, shards }),
    createShaper: (sink, shards) => shaperFrom(snapshotFile, sink, shards),
  })
  let writesMs: number[] = []
  let queriesMs: number[] = []
  const writer = startHistoryWriter({
    store,
    catchUp: catchUp.next,
    now,
    sleep: createSleep(now),
    random: Math.random,
    onWrite: (ms) => void writesMs.push(ms),
  })
  let maintainedAt = now()
  let windowsKnown = false
  let upkeep: Promise<void> | null = null
  let upkeepError: string | null = null
  const stopping = new AbortController()

  const onRequest = startThreadUpkeep({
    store,
    journalDir,
    createShaper: (sink, shards) => shaperFrom(snapshotFile, sink, shards),
    equipment: () => equipmentIn(snapshotFile),
    post,
    now,
    sleep: createSleep(now),
  })

  function sendStats(): void {
    const cursors = { cursor: store.cursor(), needed: onRequest.needed() }
    const names = { store: store.name, upkeepError: upkeepError ?? onRequest.problem() }
    const stats = { ...writer.stats(), ...cursors, ...names, setAside: store.setAside() }
    post({ type: 'stats', stats: { ...stats, writesMs, queriesMs } })
    writesMs = []
    queriesMs = []
  }

  function maintain(): void {
    const { waitingBytes, lagMs } = writer.stats()
    const quiet = waitingBytes <= QUIET_BYTES
    if (upkeep || (!quiet && now() - maintainedAt < MAINTAIN_AT_LATEST_MS)) return
    maintainedAt = now()
    // An hour is not over before its values are stored.
    const work = { now: now() - lagMs, drop: windowsKnown, signal: stopping.signal }
    upkeep = store.maintain(work).then(
      () => {
        upkeep = null
        upkeepError = null
      },
      // Nothing is lost: it is tried again, and nothing goes that was not rolled up.
      (error: unknown) => {
        upkeep = null
        upkeepError = messageOf(error)
      },
    )
  }

  async function answer(request: number, ask: () => Promise<FromHistory>): Promise<void> {
    const started = now()
    try {
      post(await ask())
    } catch (error) {
      const code = error instanceof TesheError ? error.code : 'HISTORY_QUERY_FAILED'
      post({ type: 'refused', request, code, message: messageOf(error) })
    }
    queriesMs.push(now() - started)
  }

  async function stop(): Promise<void> {
    clearInterval(telling)
    clearInterval(maintaining)
    stopping.abort()
    const requestsEnded = onRequest.close()
    await writer.close(DRAIN_MS)
    catchUp.close()
    await upkeep
    await requestsEnded
    sendStats()
    await store.close()
    post({ type: 'stopped' })
    parentPort?.close()
  }

  function listen(port: MessagePort): void {
    port.on('message', (block: HistoryBlock) => writer.offer(block))
  }

  parentPort?.on('message', (message: ToHistory) => {
    switch (message.type) {
      case 'port':
        return listen(message.port)
      case 'series': {
        const { request, query } = message
        return void answer(request, async () => ({
          type: 'series',
          request,
          series: await store.series(query),
        }))
      }
      case 'events': {
        const { request, equipment, from, to, limit } = message
        return void answer(request, async () => ({
          type: 'events',
          request,
          events: await store.events(equipment, from, to, limit),
        }))
      }
      case 'keep': {
        const { request, windows } = message
        return void answer(request, async () => {
          await store.keep(windows)
          return { type: 'kept', request }
        })
      }
      case 'windows-known':
        windowsKnown = true
        return
      case 'copy':
      case 'rebuild':
      case 'cancel':
        return onRequest.take(message)
      case 'stop':
        return void stop().catch(fail)
    }
  })
  const telling = setInterval(sendStats, STATS_MS)
  const maintaining = setInterval(maintain, MAINTAIN_MS)
  sendStats()
  post({ type: 'ready' })
  await writer.ended
}

function fail(error: unknown): void {
  const code = error instanceof TesheError ? error.code : 'THREAD_FAILED'
  post({ type: 'failed', code, message: messageOf(error) })
  parentPort?.close()
}

run(workerData as HistoryThreadData).catch(fail)

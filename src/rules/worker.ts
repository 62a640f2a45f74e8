/**
 * A rule worker: follows the journal for its shards, decodes each message once, steps the rules, and in the same pass
 * shapes rows for the history and frames for the screens. Findings leave before the snapshot that counts on them.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { createDecoder } from '../codecs/decode.js'
import { createDirectory } from '../codecs/directory.js'
import { createShaper } from '../codecs/shape.js'
import { viewOf } from '../codecs/time.js'
import { messageOf, TesheError } from '../errors.js'
import { createBlockBuilder, transferList } from '../history/blocks.js'
import type { Page } from '../journal/journal.js'
import { openSqliteReader } from '../journal/sqlite-reader.js'
import type { Finding } from '../model/finding.js'
import { EVERY_SHARD, type JournalRecord, shardsOfPartition } from '../model/record.js'
import { isDiskFault } from '../runtime/durable-sqlite.js'
import { createSleeper } from '../runtime/wake-up.js'
import { CATALOGUE } from './catalogue.js'
import { createEngine } from './engine.js'
import { createLiveFrames } from './live-frames.js'
import type { FromRuleWorker, RuleWorkerData, ToRuleWorker } from './messages.js'
import { openSnapshots } from './snapshots.js'
import { createSnapshotter } from './snapshotter.js'

/** Rows after which a block goes to the history, and the longest that a row waits (ms). */
const BLOCK_ROWS = 8192
const BLOCK_MS = 200
/** Five frames a second: no screen shows more (contract §7). */
const FRAME_MS = 200
const SNAPSHOT_MS = 1000
/** A snapshot of a large fleet takes its time: at most this share of the worker goes into them. */
const SNAPSHOT_SHARE = 0.05
const STATS_MS = 1000
/** ms between looks at the journal when nobody wakes us. */
const IDLE_MS = 200
/** A look costs a query for each partition, however little it brings: after one with few records the next waits so long (ms). */
const GATHER_MS = 8
const FEW_RECORDS = 256
/** Unreadable payloads shown to the operator per second; the rest is only counted. */
const MAX_REJECTIONS_TOLD = 10
const REJECTED_HEAD_BYTES = 200

function post(message: FromRuleWorker): void {
  parentPort?.postMessage(message)
}

async function run(data: RuleWorkerData): Promise<void> {
  const { shards } = data
  const reader = openSqliteReader({ dir: data.journalDir, shards })
  const snapshots = openSnapshots(data.snapshotFile)
  const sleeper = createSleeper(data.journal)
  const directory = createDirectory()
  const decoder = createDecoder({ directory })
  let findings: Finding[] = []
  const engine = createEngine({
    catalogue: CATALOGUE,
    shards,
    directory,
    emit: (finding) => findings.push(finding),
    onLink: (entry) => frames.touch(entry, 0),
  })
  const frames = createLiveFrames({ online: (id) => engine.online(id) })
  const blocks = createBlockBuilder({ shards, capacity: BLOCK_ROWS })
  const shaper = createShaper({
    decoder,
    sink: {
      reading: blocks.addReading,
      event: (equipment, ts, shard, position, code, active, key) =>
        blocks.addEvent({ equipment, ts, shard, position, code, active, key }),
    },
  })
  const snapshotter = createSnapshotter({ engine, frames, directory, snapshots, shards })
  let cursor = snapshotter.restore()
  blocks.begin(cursor)

  const rejected: Record<string, number> = {}
  let rejectionsTold = 0
  let records = 0
  let lagMs = 0
  let batch = 0
  let stopping = false

  function step(record: JournalRecord): void {
    records++
    if (record.kind === 'tick') {
      const { arrival, position, shard, payload } = record
      engine.tick(arrival, position, shardsOfPartition(shard - EVERY_SHARD), payload.length > 0)
      return
    }
    const decoded = shaper.shape(record)
    engine.step(record, decoded)
    switch (decoded.type) {
      case 'readings':
        for (const reading of decoded.readings) frames.note(decoded.entry, reading, record.arrival)
        return
      case 'event':
      case 'status':
      case 'session':
      case 'equipment':
      case 'attendance':
        return frames.touch(decoded.entry, decoded.type === 'event' ? record.arrival : 0)
      case 'rejected':
        return tellRejection(record, decoded.rejection.reason, decoded.rejection.detail)
      case 'rules':
      case 'tick':
        return
    }
  }

  function tellRejection(record: JournalRecord, reason: string, detail: string): void {
    rejected[reason] = (rejected[reason] ?? 0) + 1
    if (++rejectionsTold > MAX_REJECTIONS_TOLD) return
    const head = Buffer.from(record.payload.subarray(0, REJECTED_HEAD_BYTES)).toString('latin1')
    post({ type: 'rejected', equipment: record.equipment, reason, detail, at: record.arrival, head })
  }

  function sendFindings(): void {
    if (findings.length === 0) return
    for (const finding of findings) {
      // Coming and going is judged by the rules; the screens learn of it here.
      const entry = directory.get(finding.equipment)
      if (entry) frames.touch(entry, 0)
    }
    post({ type: 'findings', batch: ++batch, findings })
    findings = []
  }

  function sendBlock(): void {
    const block = blocks.take(cursor)
    if (block) data.history.postMessage(block, transferList(block))
  }

  function sendFrame(at: number): void {
    const frame = frames.take(at)
    if (frame) post({ type: 'frame', frame })
  }

  function sendStats(): void {
    const { readings, evaluations, findings: found, disbelieved } = engine.counts
    const equipment = directory.size
    const { parts, times } = decoder.counts
    const setAside = { ...parts, 'ts-ahead': times.ahead, 'ts-ancient': times.ancient }
    const stats = {
      records,
      readings,
      rejected,
      setAside,
      evaluations,
      findings: found,
      disbelieved,
      equipment,
      lagMs,
    }
    post({ type: 'stats', stats: { ...stats, cursor, snapshots: snapshotter.saved } })
    rejectionsTold = 0
    lagMs = 0
  }

  // By a clock that nobody turns: set back by an hour, ours would hold everything back for that hour.
  const due = { block: 0, frame: 0, snapshot: 0, stats: 0 }
  function sendWhatIsDue(): void {
    const now = performance.now()
    if (blocks.full() || now >= due.block) {
      sendBlock()
      due.block = now + BLOCK_MS
    }
    if (now >= due.frame) {
      sendFrame(Date.now())
      due.frame = now + FRAME_MS
    }
    if (now >= due.snapshot) {
      snapshotter.take(cursor, batch)
      const ended = performance.now()
      due.snapshot = ended + Math.max(SNAPSHOT_MS, (ended - now) / SNAPSHOT_SHARE)
    }
    if (now >= due.stats) {
      sendStats()
      due.stats = now + STATS_MS
    }
  }

  parentPort?.on('message', (message: ToRuleWorker) => {
    switch (message.type) {
      case 'confirmed':
        return snapshotter.confirm(message.batch)
      case 'observability':
        return post({
          type: 'observability',
          request: message.request,
          rows: directory.get(message.equipment) ? engine.observability(message.equipment) : [],
        })
      case 'clock': {
        const entry = directory.get(message.equipment)
        const clock = entry ? viewOf(entry.clock, Date.now()) : null
        return post({ type: 'clock', request: message.request, clock })
      }
      case 'stop':
        stopping = true
        return sleeper.wake()
    }
  })
  post({ type: 'ready' })

  /** What lies after the cursor; nothing while a full disk has no room for the reader's own page of memory either. */
  function read(): Page {
    try {
      return reader.read(cursor)
    } catch (error) {
      if (!isDiskFault(error)) throw error
      return { records: [], to: cursor, more: false }
    }
  }

  while (!stopping) {
    const page = read()
    for (const record of page.records) step(record)
    cursor = page.to
    sendFindings()
    const last = page.records.at(-1)
    if (last) lagMs = Math.max(lagMs, Date.now() - last.arrival)
    sendWhatIsDue()
    if (page.records.length === 0) await sleeper.sleep(IDLE_MS, () => read().records.length > 0)
    else if (page.records.length < FEW_RECORDS) await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
    else await new Promise((resolve) => setImmediate(resolve))
  }

  sendBlock()
  sendFrame(Date.now())
  snapshotter.take(cursor, batch)
  await snapshotter.settled()
  reader.close()
  snapshots.close()
  sleeper.close()
  data.history.close()
  post({ type: 'stopped' })
  parentPort?.close()
}

run(workerData as RuleWorkerData).catch((error: unknown) => {
  const code = error instanceof TesheError ? error.code : 'INTERNAL'
  post({ type: 'failed', code, message: messageOf(error) })
  parentPort?.close()
})

/** The main thread's side of the rules: one worker thread or several, each with its partitions of the journal. */
import type { MessagePort, Worker } from 'node:worker_threads'
import type { ClockView } from '../codecs/time.js'
import { revive, TesheError } from '../errors.js'
import type { Cursor } from '../model/cursor.js'
import { createCursor } from '../model/cursor.js'
import { shardOf } from '../model/equipment.js'
import type { Finding } from '../model/finding.js'
import type { LiveFrame } from '../model/frame.js'
import { PARTITIONS, shardsOfPartition } from '../model/record.js'
import { startThread } from '../runtime/thread.js'
import type { WakeUpEnd } from '../runtime/wake-up.js'
import type {
  FromRuleWorker,
  Observability,
  RuleWorkerData,
  RuleWorkerStats,
  ToRuleWorker,
} from './messages.js'

export interface RulePoolOptions {
  journalDir: string
  snapshotFile: string
  /** One per worker: how it is woken, and where its rows go. */
  workers: { journal: WakeUpEnd; history: MessagePort }[]
  /** Resolves when the database holds them; the workers' snapshots wait for it. */
  onFindings: (findings: Finding[]) => Promise<void>
  onFrame: (frame: LiveFrame) => void
  onRejected: (rejection: Extract<FromRuleWorker, { type: 'rejected' }>) => void
  onDeath: (error: TesheError) => void
}

export interface RulePool {
  observability(equipment: string): Promise<Observability[]>
  /** `null` while it is not known to the rules. */
  clock(equipment: string): Promise<ClockView | null>
  stats(): RuleWorkerStats[]
  /** How far every shard has been read at the last report, and how far its snapshot is: what the journal must keep. */
  read(): Cursor
  snapshots(): Cursor
  /** Lets the workers finish their page and write their snapshots. */
  close(): Promise<void>
}

interface Running {
  thread: Worker
  shards: number[]
  stats: RuleWorkerStats | null
  stopped: Promise<void>
}

/** The shards of worker `index` of `count`: whole partitions, dealt out in turn. */
export function shardsOfWorker(index: number, count: number): number[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => partition)
    .filter((partition) => partition % count === index)
    .flatMap(shardsOfPartition)
}

/** Starts the workers; resolves when each has its snapshots back and follows the journal. */
export async function startRulePool(options: RulePoolOptions): Promise<RulePool> {
  const requests = new Map<number, (rows: Observability[]) => void>()
  const clockRequests = new Map<number, (clock: ClockView | null) => void>()
  let requestCount = 0
  let closing = false
  const running = await Promise.all(options.workers.map((_, index) => start(index)))

  async function start(index: number): Promise<Running> {
    const wiring = options.workers[index]
    if (!wiring) throw new TesheError('THREAD_FAILED', [`rules-${index}`, 'no wiring'])
    const shards = shardsOfWorker(index, options.workers.length)
    const data: RuleWorkerData = {
      name: `rules-${index}`,
      shards,
      journalDir: options.journalDir,
      snapshotFile: options.snapshotFile,
      journal: wiring.journal,
      history: wiring.history,
    }
    const thread = startThread(new URL('./worker.js', import.meta.url), data, [
      wiring.journal.port,
      wiring.history,
    ])
    let onStopped: () => void = () => {}
    const worker: Running = {
      thread,
      shards,
      stats: null,
      stopped: new Promise((resolve) => {
        onStopped = resolve
      }),
    }

    await new Promise<void>((resolve, reject) => {
      function died(why: string): void {
        fail(new TesheError('THREAD_FAILED', [data.name, why]))
      }
      function fail(error: TesheError): void {
        reject(error)
        onStopped()
        if (!closing) options.onDeath(error)
      }
      thread.on('message', (message: FromRuleWorker) => {
        switch (message.type) {
          case 'ready':
            return resolve()
          case 'findings':
            return void confirm(worker, message)
          case 'frame':
            return options.onFrame(message.frame)
          case 'observability':
            requests.get(message.request)?.(message.rows)
            requests.delete(message.request)
            return
          case 'clock':
            clockRequests.get(message.request)?.(message.clock)
            clockRequests.delete(message.request)
            return
          case 'stats':
            worker.stats = message.stats
            return
          case 'rejected':
            return options.onRejected(message)
          case 'failed':
            return fail(revive(message.code, message.message))
          case 'stopped':
            return onStopped()
        }
      })
      thread.on('error', (error) => died(error.message))
      thread.on('exit', (code) => died(`exit code ${code}`))
    })
    return worker
  }

  /** A batch that the database does not take is offered again by whoever implements `onFindings`; here it just waits. */
  async function confirm(
    worker: Running,
    { batch, findings }: { batch: number; findings: Finding[] },
  ): Promise<void> {
    await options.onFindings(findings)
    send(worker, { type: 'confirmed', batch })
  }

  function send(worker: Running, message: ToRuleWorker): void {
    worker.thread.postMessage(message)
  }

  function positions(of: (stats: RuleWorkerStats) => Cursor): Cursor {
    const cursor = createCursor()
    for (const { shards, stats } of running) {
      for (const shard of shards) cursor[shard] = stats ? (of(stats)[shard] ?? 0) : 0
    }
    return cursor
  }

  function ownerOf(equipment: string): Running | undefined {
    return running.find(({ shards }) => shards.includes(shardOf(equipment)))
  }

  return {
    observability(equipment) {
      const worker = ownerOf(equipment)
      if (!worker || closing) return Promise.resolve([])
      return new Promise((resolve) => {
        const request = ++requestCount
        requests.set(request, resolve)
        send(worker, { type: 'observability', request, equipment })
      })
    },
    clock(equipment) {
      const worker = ownerOf(equipment)
      if (!worker || closing) return Promise.resolve(null)
      return new Promise((resolve) => {
        const request = ++requestCount
        clockRequests.set(request, resolve)
        send(worker, { type: 'clock', request, equipment })
      })
    },
    stats: () => running.flatMap(({ stats }) => stats ?? []),
    read: () => positions((stats) => stats.cursor),
    snapshots: () => positions((stats) => stats.snapshots),
    async close() {
      closing = true
      for (const worker of running) send(worker, { type: 'stop' })
      await Promise.all(running.map(({ stopped }) => stopped))
      await Promise.all(running.map(({ thread }) => thread.terminate()))
    },
  }
}

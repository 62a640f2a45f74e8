/** The main thread's side of the history: asks the history thread, and knows how far it is. */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { revive, TesheError } from '../errors.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import { startThread } from '../runtime/thread.js'
import type { HistoryStore } from './history.js'
import type { FromHistory, HistoryStats, HistoryThreadData, ToHistory } from './messages.js'
import type { RebuildResult, TimeRange } from './rebuild.js'

/** How long `close` waits for the thread, which bounds its own draining; under the closer's limit for one step. */
const CLOSE_MS = 7_000

export interface HistoryClient extends Pick<HistoryStore, 'series' | 'events' | 'keep'> {
  /** A port for one rule worker; what comes out of it are its blocks. */
  port(): MessagePort
  /** To be called when every window was kept once; until then the store drops nothing. */
  windowsKnown(): void
  /** As of the last second; `null` before the first report. */
  stats(): HistoryStats | null
  /** From where on the store needs the journal, at the last report. */
  cursor(): Cursor
  /**
   * Copies the embedded store, as it stands at one moment, into `file`; `onPinned` is told how far it was then. Rejects
   * with HISTORY_UNAVAILABLE for a store that is a server's.
   */
  copy(options: CopyRequest): Promise<void>
  /** See `rebuildHistory`; it goes on when nobody listens any more. */
  rebuild(options: RebuildRequest): Promise<RebuildResult>
  /** Takes the durations (ms) of writes and queries since the last call. */
  takeDurations(): { writesMs: number[]; queriesMs: number[] }
  /** Stores what is on its way, for a bounded time. */
  close(): Promise<void>
}

interface Waiting {
  resolve: (answer: FromHistory) => void
  reject: (error: TesheError) => void
  /** What is told before the answer. */
  onNews: (news: FromHistory) => void
}

export interface CopyRequest {
  file: string
  onPinned: (cursor: Cursor) => void
  onProgress: (done: number, total: number) => void
  signal: AbortSignal
}

/** Event times, ms since 1970; `from` inclusive, `to` exclusive. */
export interface RebuildRequest extends TimeRange {
  /** Positions done, of so many. */
  onProgress: (done: number, total: number) => void
  /** Why the store does not take it; it is tried again. */
  onWaiting: (why: string) => void
}

export interface HistoryClientOptions extends HistoryThreadData {
  onDeath: (error: TesheError) => void
}

/** Starts the thread; resolves when the store is open, rejects with why it cannot be. */
export async function startHistory({ onDeath, ...data }: HistoryClientOptions): Promise<HistoryClient> {
  const thread = startThread(new URL('./thread.js', import.meta.url), data satisfies HistoryThreadData)
  const waiting = new Map<number, Waiting>()
  let requests = 0
  let stats: HistoryStats | null = null
  let writesMs: number[] = []
  let queriesMs: number[] = []
  let death: TesheError | null = null
  let started = false
  let closing: Promise<void> | null = null
  let onStopped: () => void = () => undefined
  const stopped = new Promise<void>((resolve) => {
    onStopped = resolve
  })

  await new Promise<void>((resolve, reject) => {
    function died(error: TesheError): void {
      if (death) return
      death = error
      reject(error)
      onStopped()
      for (const { reject: refuse } of waiting.values()) refuse(error)
      waiting.clear()
      if (started && !closing) onDeath(error)
    }
    function settle(request: number, how: (one: Waiting) => void): void {
      const one = waiting.get(request)
      waiting.delete(request)
      if (one) how(one)
    }
    thread.on('message', (message: FromHistory) => {
      switch (message.type) {
        case 'ready':
          started = true
          return resolve()
        case 'series':
        case 'events':
        case 'kept':
          return settle(message.request, (one) => one.resolve(message))
        case 'pinned':
        case 'progress':
        case 'waiting':
          return waiting.get(message.request)?.onNews(message)
        case 'copied':
        case 'rebuilt':
          return settle(message.request, (one) => one.resolve(message))
        case 'refused':
          return settle(message.request, (one) => one.reject(revive(message.code, message.message)))
        case 'stats':
          stats = message.stats
          writesMs.push(...message.stats.writesMs)
          queriesMs.push(...message.stats.queriesMs)
          return
        case 'failed':
          return died(revive(message.code, message.message))
        case 'stopped':
          return onStopped()
      }
    })
    thread.on('error', (error) => died(new TesheError('THREAD_FAILED', ['history', error.message])))
    thread.on('exit', (code) => died(new TesheError('THREAD_FAILED', ['history', `exit code ${code}`])))
  })

  function send(message: ToHistory, transfer: MessagePort[] = []): void {
    thread.postMessage(message, transfer)
  }

  async function ask(
    message: (request: number) => ToHistory,
    onNews: (news: FromHistory) => void = () => undefined,
  ): Promise<FromHistory> {
    if (death ?? closing) throw new TesheError('HISTORY_UNAVAILABLE', ['thread', 'it has ended'])
    return await new Promise((resolve, reject) => {
      const request = ++requests
      waiting.set(request, { resolve, reject, onNews })
      send(message(request))
    })
  }

  async function stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS)
    })
    if (!death) send({ type: 'stop' })
    await Promise.race([stopped, late])
    clearTimeout(timer)
    await thread.terminate()
  }

  return {
    port() {
      const { port1, port2 } = new MessageChannel()
      send({ type: 'port', port: port1 }, [port1])
      return port2
    },
    async series(query) {
      const answer = await ask((request) => ({ type: 'series', request, query }))
      return answer.type === 'series' ? answer.series : {}
    },
    async events(equipment, from, to, limit) {
      const answer = await ask((request) => ({ type: 'events', request, equipment, from, to, limit }))
      return answer.type === 'events' ? answer.events : []
    },
    async keep(windows) {
      await ask((request) => ({ type: 'keep', request, windows: [...windows] }))
    },
    windowsKnown: () => send({ type: 'windows-known' }),
    stats: () => stats,
    cursor: () => createCursor(stats?.needed),
    async copy({ file, onPinned, onProgress, signal }) {
      let asked = 0
      signal.addEventListener('abort', () => send({ type: 'cancel', request: asked }), { once: true })
      await ask(
        (request) => {
          asked = request
          return { type: 'copy', request, file }
        },
        (message) => {
          if (message.type === 'pinned') onPinned(message.cursor)
          if (message.type === 'progress') onProgress(message.done, message.total)
        },
      )
    },
    async rebuild({ from, to, onProgress, onWaiting }) {
      const answer = await ask(
        (request) => ({ type: 'rebuild', request, from, to }),
        (message) => {
          if (message.type === 'progress') onProgress(message.done, message.total)
          if (message.type === 'waiting') onWaiting(message.why)
        },
      )
      if (answer.type !== 'rebuilt') throw new TesheError('HISTORY_UNAVAILABLE', ['thread', answer.type])
      return answer.result
    },
    takeDurations() {
      const taken = { writesMs, queriesMs }
      writesMs = []
      queriesMs = []
      return taken
    },
    close: () => (closing ??= stop()),
  }
}

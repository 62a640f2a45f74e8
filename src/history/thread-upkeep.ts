/**
 * What the history thread does on request beside its daily work: a copy of the store, and rebuilding a range from the
 * journal. A rebuild that was not finished when the service ended goes on by itself.
 */
import { messageOf, TesheError } from '../errors.js'
import { reachOf } from '../journal/reach.js'
import { openSqliteReader } from '../journal/sqlite-reader.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import type { Sleep } from '../runtime/sleep.js'
import { createTurns } from '../runtime/turns.js'
import type { RecordShaper, RowSink } from './catch-up.js'
import type { OwnedStore } from './history.js'
import type { FromHistory, ToHistory } from './messages.js'
import { type RebuildResult, rebuildHistory, type TimeRange } from './rebuild.js'

/** Progress is told this often (ms). */
const TELL_MS = 500
/** ms of rest for each ms that a slice of a copy took. */
const COPY_REST_SHARE = 0.5

export interface ThreadUpkeep {
  /** A request of the main thread; progress and answers are posted. */
  take(message: Extract<ToHistory, { type: 'copy' | 'rebuild' | 'cancel' }>): void
  /** Why a rebuild that was begun has not come to its end; `null` when there is none. */
  problem(): string | null
  /** From where on the journal is needed. */
  needed(): Cursor
  /** Leaves what is under way where it may be left. */
  close(): Promise<void>
}

export interface ThreadUpkeepOptions {
  store: OwnedStore
  journalDir: string
  createShaper: (sink: RowSink, shards: readonly number[]) => RecordShaper
  /** Ids of all equipment that the rules know. */
  equipment: () => readonly string[]
  post: (message: FromHistory) => void
  now: () => number
  sleep: Sleep
}

export function startThreadUpkeep(options: ThreadUpkeepOptions): ThreadUpkeep {
  const { store, journalDir, post, now, sleep } = options
  const closing = new AbortController()
  const copies = new Map<number, AbortController>()
  const rebuilding = createTurns()
  const copying = createTurns()
  const shards = [...createCursor().keys()]

  async function answer(request: number, work: () => Promise<FromHistory>): Promise<void> {
    try {
      post(await work())
    } catch (error) {
      const code = error instanceof TesheError ? error.code : 'HISTORY_QUERY_FAILED'
      post({ type: 'refused', request, code, message: messageOf(error) })
    }
  }

  /** Tells the last of several, now and then. */
  function progressOf(request: number | null): (done: number, total: number) => void {
    let told = 0
    return (done, total) => {
      if (request === null || (now() - told < TELL_MS && done < total)) return
      told = now()
      post({ type: 'progress', request, done, total })
    }
  }

  function rebuild(range: TimeRange, request: number | null): Promise<RebuildResult> {
    return rebuildHistory({
      store,
      range,
      shards,
      openReader: (own) => openSqliteReader({ dir: journalDir, shards: own }),
      createShaper: options.createShaper,
      equipment: options.equipment,
      journalReach: () => reachOf(journalDir),
      onProgress: progressOf(request),
      onWaiting: (why) => {
        if (request !== null) post({ type: 'waiting', request, why })
      },
      now,
      sleep,
      signal: closing.signal,
    })
  }

  let problem: string | null = null

  async function goOn(): Promise<void> {
    const left = store.rebuilding.unfinished()
    if (!left) return
    // It is tried again by whoever asks for a rebuild, and at every start.
    await rebuild(left, null).catch((error: unknown) => {
      problem = `a rebuild is unfinished, and the journal kept for it: ${messageOf(error)}`
    })
  }

  async function copy(request: number, file: string): Promise<FromHistory> {
    if (!store.copy)
      throw new TesheError('HISTORY_UNAVAILABLE', [store.name, 'it is copied with its own tools'])
    const cancel = new AbortController()
    copies.set(request, cancel)
    const signal = AbortSignal.any([cancel.signal, closing.signal])
    try {
      await store.copy({
        file,
        onPinned: (cursor) => post({ type: 'pinned', request, cursor }),
        onProgress: progressOf(request),
        rest: (workedMs) => sleep(now() + workedMs * COPY_REST_SHARE, signal),
        now,
        signal,
      })
      return { type: 'copied', request }
    } finally {
      copies.delete(request)
    }
  }

  void rebuilding(goOn)
  return {
    take(message) {
      const { request } = message
      switch (message.type) {
        case 'copy':
          return void answer(request, () => copying(() => copy(request, message.file)))
        case 'rebuild': {
          const { from, to } = message
          return void answer(request, async () => {
            const result = await rebuilding(async () => {
              await goOn()
              return await rebuild({ from, to }, request)
            })
            if (closing.signal.aborted)
              throw new TesheError('HISTORY_UNAVAILABLE', [store.name, 'it is closing'])
            return { type: 'rebuilt', request, result }
          })
        }
        case 'cancel':
          return copies.get(request)?.abort()
      }
    },
    problem: () => (store.rebuilding.unfinished() ? problem : null),
    needed() {
      const cursor = store.cursor()
      const left = store.rebuilding.unfinished()
      if (left) for (const shard of shards) cursor[shard] = Math.min(cursor[shard] ?? 0, left.at[shard] ?? 0)
      return cursor
    },
    async close() {
      closing.abort()
      await copying(() => Promise.resolve())
      await rebuilding(() => Promise.resolve())
    },
  }
}

/**
 * The history's loop: blocks of the rule workers come in, are put together and stored in order. A gap between what is
 * stored and what comes is closed from the journal; a store that does not answer costs the queue, never a row, because
 * everything is in the journal and the cursor stands where it stood.
 *
 *   offer ─▶ queue ─┬─ starts at the cursor ─────────▶ store.write
 *                   └─ starts beyond it ─▶ catchUp ──▶ store.write, until the gap is closed
 */
import { messageOf, TesheError } from '../errors.js'
import type { HistoryBlock } from '../model/block.js'
import { advanceCursor, type Cursor, covers, createCursor } from '../model/cursor.js'
import type { Sleep } from '../runtime/sleep.js'
import type { HistoryStore } from './history.js'
import { bytesOf, mergeBlocks, rowsOf } from './merge-blocks.js'

/** What the queue may hold; beyond it the journal holds the rest. */
const QUEUE_BYTES = 64 * 1024 * 1024
/** One write takes at most so much of the queue: larger ones are no faster, and a failed one is done again. */
const WRITE_BYTES = 16 * 1024 * 1024
/** A moved cursor without rows may wait so long (ms): it only lets the journal go earlier. */
const IDLE_CURSOR_MS = 5_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 60_000
/**
 * The part of this thread's time that reading back from the journal may take, so that rule workers, commits and queries
 * keep theirs: nobody waits for old rows. Without rest when that is too little to come closer, until half is done.
 */
const CATCH_UP_SHARE = 0.5
/** How often it is looked whether it is coming closer. */
const PROGRESS_MS = 10_000

export interface WriterStats {
  rows: number
  writes: number
  failures: number
  waitingBlocks: number
  waitingBytes: number
  /** Positions between the cursor and the newest that was offered, over all shards. */
  behind: number
  /** Age in ms of the oldest offer that is not stored. */
  lagMs: number
  /** True while rows are read back from the journal. */
  catchingUp: boolean
  /** ms since 1970; `null` while the store answers. */
  unavailableSince: number | null
  lastError: string | null
}

export interface HistoryWriter {
  offer(block: HistoryBlock): void
  stats(): WriterStats
  /** Rejects when the journal cannot be read any more; resolves after `close`. */
  readonly ended: Promise<void>
  /** Stores what waits, for at most `drainMs`, and ends. */
  close(drainMs: number): Promise<void>
}

export interface WriterOptions {
  store: HistoryStore
  /** What the journal holds after `from` for these shards; `null` when that is nothing, or soon after the signal is aborted. */
  catchUp: (from: Cursor, shards: readonly number[], signal: AbortSignal) => Promise<HistoryBlock | null>
  now: () => number
  sleep: Sleep
  /** From 0 to 1, spreads the retries. */
  random: () => number
  /** Told how many ms a write took. */
  onWrite?: (ms: number) => void
  queueBytes?: number
}

export function startHistoryWriter({
  store,
  catchUp,
  now,
  sleep,
  random,
  onWrite = () => undefined,
  queueBytes = QUEUE_BYTES,
}: WriterOptions): HistoryWriter {
  let queue: { block: HistoryBlock; at: number }[] = []
  let waitingBytes = 0
  /** The furthest that anybody offered, and what the journal was asked for and no longer has. */
  const offered = createCursor()
  const bridged = createCursor()
  const counts = { rows: 0, writes: 0, failures: 0 }
  /** Since when (ms since 1970) something waits that is not in the queue: in the write under way, or in the journal. */
  let writingSince: number | null = null
  let behindSince: number | null = null
  let unavailableSince: number | null = null
  let lastError: string | null = null
  let catchingUp = false
  let lastWrite = Number.NEGATIVE_INFINITY
  let retries = 0
  /** `restAt`: hurried until so few positions are left; 0 while it need not be. */
  let progress = { at: Number.NEGATIVE_INFINITY, behind: 0, restAt: 0 }
  /** Set by every offer, so that one that comes during a step is not slept over. */
  let called = false
  let wakeUp: () => void = () => undefined
  let closing = false
  const stopping = new AbortController()
  const abandoned = new AbortController()

  function dropQueue(): void {
    behindSince = oldest() ?? now()
    writingSince = null
    queue = []
    waitingBytes = 0
  }

  function wake(): void {
    called = true
    wakeUp()
  }

  function oldest(): number | null {
    const times = [behindSince, writingSince, queue[0]?.at ?? null].filter((at) => at !== null)
    return times.length > 0 ? Math.min(...times) : null
  }

  /** Where the store stands, counting as read what the journal does not have. */
  function reach(): Cursor {
    const cursor = store.cursor()
    advanceCursor(cursor, bridged)
    return cursor
  }

  /** The blocks from the head of the queue that can be stored now. What is stored already is thrown away. */
  function takeReady(): HistoryBlock[] {
    const at = reach()
    const ready: HistoryBlock[] = []
    let bytes = 0
    while (queue.length > 0 && bytes < WRITE_BYTES) {
      const { block, at: offeredAt } = queue[0] as (typeof queue)[number]
      if (!covers(at, block.from, block.shards)) break
      queue.shift()
      const size = bytesOf(block)
      waitingBytes -= size
      if (covers(at, block.to, block.shards)) continue
      bytes += size
      ready.push(block)
      writingSince ??= offeredAt
      for (const shard of block.shards) at[shard] = Math.max(at[shard] ?? 0, block.to[shard] ?? 0)
    }
    return ready
  }

  /** The shards whose rows have to be read from the journal, and up to where: those before a gap, or all that fell behind. */
  function gap(): { shards: number[]; goal: Cursor } {
    const at = reach()
    const head = queue[0]?.block
    // A copy: what is offered while the journal is read is not what it was asked for.
    const goal = createCursor(head ? head.from : offered)
    const shards = head ? head.shards : [...at.keys()]
    return { shards: shards.filter((shard) => (at[shard] ?? 0) < (goal[shard] ?? 0)), goal }
  }

  /** Positions between the cursor and the newest that was offered. */
  function positionsBehind(): number {
    const cursor = reach()
    let behind = 0
    for (const [shard, position] of offered.entries()) behind += Math.max(0, position - (cursor[shard] ?? 0))
    return behind
  }

  /** After reading back for so many ms others get their turn. */
  async function rest(workedMs: number): Promise<void> {
    if (now() - progress.at >= PROGRESS_MS) {
      const behind = positionsBehind()
      const closer = progress.behind === 0 || behind < progress.behind
      const restAt = closer ? (behind > progress.restAt ? progress.restAt : 0) : behind / 2
      progress = { at: now(), behind, restAt }
    }
    const ms = progress.restAt > 0 ? 0 : workedMs * (1 / CATCH_UP_SHARE - 1)
    if (ms >= 1) await sleep(now() + ms, stopping.signal)
  }

  async function write(block: HistoryBlock): Promise<void> {
    const started = now()
    await store.write(block)
    lastWrite = now()
    onWrite(lastWrite - started)
    counts.writes++
    counts.rows += rowsOf(block)
    retries = 0
    unavailableSince = null
    lastError = null
    writingSince = null
  }

  /** ms that what waits may go on waiting for company. */
  function patience(): number {
    const [head] = queue
    if (!head || closing || catchingUp || waitingBytes >= WRITE_BYTES) return 0
    return Math.max(0, head.at + store.gatherMs - now())
  }

  /** One step; false when there is nothing to do. */
  async function step(): Promise<boolean> {
    const ms = patience()
    if (ms > 0) {
      await sleep(now() + ms, stopping.signal)
      return true
    }
    const ready = takeReady()
    if (ready.length > 0) {
      const merged = mergeBlocks(ready)
      const idle = rowsOf(merged) === 0 && queue.length === 0 && now() - lastWrite < IDLE_CURSOR_MS
      if (!idle || closing) {
        await write(merged)
        return true
      }
      queue.unshift({ block: merged, at: now() })
      waitingBytes += bytesOf(merged)
      writingSince = null
      return false
    }
    const { shards, goal } = gap()
    catchingUp = shards.length > 0
    if (!catchingUp) {
      behindSince = null
      progress = { ...progress, behind: 0, restAt: 0 }
      // Nothing waits any more, written or passed over: the next offer has to come in and shows whether the store answers.
      unavailableSince = null
      lastError = null
      retries = 0
      return false
    }
    // What is read back lies safe in the journal: ending does not wait for it.
    if (closing) return false
    const started = now()
    const block = await catchUp(store.cursor(), shards, stopping.signal)
    if (block) {
      await write(block)
      await rest(now() - started)
    } else if (!closing) for (const shard of shards) bridged[shard] = goal[shard] ?? 0
    return true
  }

  async function waitBeforeRetry(error: unknown): Promise<void> {
    counts.failures++
    unavailableSince ??= now()
    lastError = messageOf(error)
    dropQueue()
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** retries++)
    await sleep(now() + longest * (0.5 + random() / 2), stopping.signal)
  }

  async function run(): Promise<void> {
    while (!abandoned.signal.aborted) {
      called = false
      try {
        if (await step()) continue
      } catch (error) {
        // The journal is damaged or newer than we are; waiting does not mend that.
        if (error instanceof TesheError && error.remedy === 'stop') throw error
        if (!closing) await waitBeforeRetry(error)
        if (closing) return
        continue
      }
      if (called) continue
      if (closing) return
      await new Promise<void>((resolve) => {
        wakeUp = resolve
      })
    }
  }

  const ended = run()
  // Whoever holds the writer waits for `ended`; until then a failure must not count as unhandled.
  ended.catch(() => undefined)

  return {
    ended,
    offer(block) {
      for (const shard of block.shards) {
        offered[shard] = Math.max(offered[shard] ?? 0, block.to[shard] ?? 0)
      }
      // While the store is away the journal keeps the rows; so it does when they come faster than they are stored.
      if (unavailableSince !== null) {
        behindSince ??= now()
        return
      }
      queue.push({ block, at: now() })
      waitingBytes += bytesOf(block)
      if (waitingBytes > queueBytes) dropQueue()
      wake()
    },
    stats() {
      return {
        ...counts,
        waitingBlocks: queue.length,
        waitingBytes,
        behind: positionsBehind(),
        lagMs: Math.max(0, now() - (oldest() ?? Number.POSITIVE_INFINITY)),
        catchingUp,
        unavailableSince,
        lastError,
      }
    },
    async close(drainMs) {
      closing = true
      stopping.abort()
      wake()
      const deadline = new AbortController()
      const late = sleep(now() + drainMs, deadline.signal)
      await Promise.race([ended.catch(() => undefined), late])
      deadline.abort()
      abandoned.abort()
      wake()
    },
  }
}

/**
 * Puts what the journal says in the place of what a store holds, for a range of time and as far back as the journal
 * reaches, while live data goes on. The journal is read in order, block by block, up to the store's cursor; what comes
 * meanwhile is behind that cursor too by the time the end is reached, so the last word on every moment is the journal's.
 */
import { TesheError } from '../errors.js'
import type { JournalReader } from '../journal/journal.js'
import type { JournalReach } from '../journal/reach.js'
import type { HistoryBlock } from '../model/block.js'
import { advanceCursor, type Cursor, covers, createCursor } from '../model/cursor.js'
import type { Sleep } from '../runtime/sleep.js'
import { type BlockBuilder, createBlockBuilder } from './blocks.js'
import type { RecordShaper, RowSink } from './catch-up.js'
import type { SetAsideCounts } from './history.js'
import { rowsOf } from './merge-blocks.js'

/** Small, so that live data never waits long for a block of these. */
const BLOCK_ROWS = 20_000
const BLOCK_PAGES = 16
/** ms of rest for each ms of work: live data needs the rest of the thread. */
const REST_SHARE = 0.5
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15_000
const DAY_MS = 86_400_000

/** ms since 1970, of the events' own times: `from` inclusive, `to` exclusive. */
export interface TimeRange {
  from: number
  to: number
}

export interface RebuildPlan extends TimeRange {
  reach: JournalReach
  /** Before this time (ms since 1970) nothing is erased, only written over: the journal may not know all of it. */
  eraseFrom: number
  /** Everything at or below it has been put in its place. */
  at: Cursor
}

/** What a store does for a rebuild. Its writes and these never run at the same time. */
export interface Rebuilding {
  /** What was begun and did not come to its end, before this process or in it. */
  unfinished(): RebuildPlan | null
  /**
   * Erases what cannot be replaced block by block, of these equipment; before that it calls `readThrough`, which throws
   * when the journal cannot be read. Throws `HISTORY_UNAVAILABLE` and is called again then. Returns why the store erases
   * nothing, or `null`.
   */
  begin(
    plan: RebuildPlan,
    equipment: readonly string[],
    readThrough: () => Promise<void>,
  ): Promise<string | null>
  /**
   * What `block` holds takes the place of everything in the plan's range that came from its positions; afterwards the
   * plan's `at` is where the block ends. Returns how many values were set aside. Throws as `begin` does.
   */
  replace(block: HistoryBlock, plan: RebuildPlan): Promise<Partial<SetAsideCounts>>
  finish(): void
}

export interface RebuildResult {
  /** Since when (ms since 1970) the journal says everything. */
  since: number
  /** What was put in its place, readings and unknown signals and events together. */
  rows: number
  setAside: number
  /** Why what the journal does not say was left standing; `null` when it is gone. */
  notErased: string | null
}

export interface RebuildOptions {
  store: { cursor(): Cursor; rebuilding: Rebuilding }
  range: TimeRange
  shards: readonly number[]
  openReader: (shards: readonly number[]) => JournalReader
  createShaper: (sink: RowSink, shards: readonly number[]) => RecordShaper
  /** Ids of all equipment of ours. */
  equipment: () => readonly string[]
  /** `null` while the journal is empty. Asked again before each block, because the journal goes on dropping. */
  journalReach: () => JournalReach | null
  /** Positions done, of so many. */
  onProgress: (done: number, total: number) => void
  /** Told why the store does not take it; it is tried again until it does. */
  onWaiting: (why: string) => void
  now: () => number
  sleep: Sleep
  signal: AbortSignal
}

/** Ends early, leaving the rest for later, when the signal is aborted. */
export async function rebuildHistory(options: RebuildOptions): Promise<RebuildResult> {
  const { store, shards, now, sleep, signal } = options
  const plan = store.rebuilding.unfinished() ?? planOf(options.range, options.journalReach())
  const result: RebuildResult = { since: plan?.reach.since ?? now(), rows: 0, setAside: 0, notErased: null }
  if (!plan) return result

  async function untilTaken<T>(attempt: () => Promise<T>): Promise<T | null> {
    for (let retry = 0; !signal.aborted; retry++) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof TesheError) || error.code !== 'HISTORY_UNAVAILABLE') throw error
        options.onWaiting(error.message)
        await sleep(now() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** retry), signal)
      }
    }
    return null
  }

  result.notErased = await untilTaken(() =>
    store.rebuilding.begin(plan, options.equipment(), () => readThrough(options, plan)),
  )
  const blocks = createBlocks({ ...options, plan })
  const began = lowest(plan.at)
  try {
    for (;;) {
      const reach = options.journalReach()
      // What the journal has dropped meanwhile stays as it is stored.
      if (reach) advanceCursor(plan.at, createCursor().fill(reach.first - 1))
      const goal = store.cursor()
      if (signal.aborted || covers(plan.at, goal, shards)) break
      const started = now()
      const block = await blocks.next(goal)
      // The journal ends before the store does: what it has lost stays as it is stored.
      if (!block) break
      if (options.journalReach()?.first !== reach?.first) continue
      const aside = await untilTaken(() => store.rebuilding.replace(block, plan))
      if (aside === null) break
      result.rows += rowsOf(block)
      result.setAside += Object.values(aside).reduce((sum, count) => sum + count, 0)
      options.onProgress(lowest(plan.at) - began, Math.max(...goal) - began)
      await sleep(now() + (now() - started) * REST_SHARE, signal)
    }
  } finally {
    blocks.close()
  }
  if (!signal.aborted) store.rebuilding.finish()
  return result
}

/** Reads what is going to be written, so that nothing is erased for the sake of a journal that is damaged. */
async function readThrough(options: RebuildOptions, plan: RebuildPlan): Promise<void> {
  const { store, shards, openReader, now, sleep, signal } = options
  const goal = store.cursor()
  const reader = openReader(shards)
  try {
    for (let at = createCursor(plan.at); !covers(at, goal, shards); ) {
      const started = now()
      const page = await reader.read(at)
      if (!page.more) return
      at = page.to
      await sleep(now() + (now() - started) * REST_SHARE, signal)
      if (signal.aborted) throw new TesheError('HISTORY_UNAVAILABLE', ['history', 'it is closing'])
    }
  } finally {
    reader.close()
  }
}

function planOf(range: TimeRange, reach: JournalReach | null): RebuildPlan | null {
  if (!reach) return null
  // A dropped record arrived before `since`, but its device's clock may have been ahead.
  const margin = reach.first > 1 ? DAY_MS : 0
  return {
    ...range,
    reach,
    eraseFrom: Math.max(range.from, reach.since + margin),
    at: createCursor().fill(reach.first - 1),
  }
}

/** The journal in blocks, from the plan's position to a goal and not beyond it. */
function createBlocks({
  plan,
  shards,
  openReader,
  createShaper,
}: Pick<RebuildOptions, 'shards' | 'openReader' | 'createShaper'> & { plan: RebuildPlan }) {
  let builder: BlockBuilder = createBlockBuilder({ shards, capacity: BLOCK_ROWS })
  let goal = createCursor()
  const wanted = (shard: number, position: number, ts: number) =>
    position > (plan.at[shard] ?? 0) && position <= (goal[shard] ?? 0) && ts >= plan.from && ts < plan.to
  const sink: RowSink = {
    addReading(kind, equipment, ts, shard, position, signals, values, extras) {
      if (wanted(shard, position, ts))
        builder.addReading(kind, equipment, ts, shard, position, signals, values, extras)
    },
    addEvent(event) {
      if (wanted(event.shard, event.position, event.ts)) builder.addEvent(event)
    },
  }
  const reader = openReader(shards)
  const shaper = createShaper(sink, shards)

  return {
    /** `null` when the journal has nothing more. */
    async next(until: Cursor): Promise<HistoryBlock | null> {
      goal = createCursor(until)
      builder = createBlockBuilder({ shards, capacity: BLOCK_ROWS })
      const from = createCursor(plan.at)
      builder.begin(from)
      let at = createCursor(from)
      for (let pages = 0; pages < BLOCK_PAGES && !builder.full(); pages++) {
        const page = await reader.read(at)
        for (const record of page.records) shaper.shape(record)
        at = page.to
        if (!page.more || covers(at, goal, shards)) break
      }
      if (covers(from, at, shards)) return null
      const to = createCursor(from)
      for (const shard of shards) {
        to[shard] = Math.max(to[shard] ?? 0, Math.min(at[shard] ?? 0, goal[shard] ?? 0))
      }
      return builder.take(to) ?? { shards: [...shards], from, to, readings: [], extras: [], events: [] }
    },
    close: () => reader.close(),
  }
}

function lowest(cursor: Cursor): number {
  return Math.min(...cursor)
}

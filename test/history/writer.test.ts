import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TesheError } from '../../src/errors.js'
import type { HistoryStore } from '../../src/history/history.js'
import { emptyCounts } from '../../src/history/set-aside.js'
import { startHistoryWriter, type WriterOptions } from '../../src/history/writer.js'
import type { HistoryBlock } from '../../src/model/block.js'
import { advanceCursor, type Cursor, createCursor } from '../../src/model/cursor.js'
import { createSleep } from '../../src/runtime/sleep.js'
import { waitFor } from '../helpers/wait-for.js'

const SHARDS = [0, 1]

/** A block of one event per position from `from` (exclusive) to `to`, in one shard. */
function blockOf(shard: number, from: number, to: number): HistoryBlock {
  const cursorAt = (position: number) => {
    const cursor = createCursor()
    cursor[shard] = position
    return cursor
  }
  const events = Array.from({ length: to - from }, (_, i) => ({
    equipment: `S${shard}`,
    ts: from + i + 1,
    shard,
    position: from + i + 1,
    code: 1,
    active: true,
    key: null,
  }))
  return { shards: [shard], from: cursorAt(from), to: cursorAt(to), readings: [], extras: [], events }
}

/** Remembers every row it stored, in order, and may be away. */
function memoryStore() {
  const cursor = createCursor()
  const stored: string[] = []
  const state = { away: false, writes: 0, attempts: 0 }
  const store: HistoryStore = {
    name: 'memory',
    gatherMs: 0,
    cursor: () => createCursor(cursor),
    write(block) {
      state.attempts++
      if (state.away) return Promise.reject(new TesheError('HISTORY_UNAVAILABLE', ['memory', 'away']))
      state.writes++
      for (const { shard, position } of block.events) {
        if (position > (cursor[shard] ?? 0)) stored.push(`${shard}/${position}`)
      }
      for (const shard of block.shards) cursor[shard] = Math.max(cursor[shard] ?? 0, block.to[shard] ?? 0)
      return Promise.resolve()
    },
    series: () => Promise.resolve({}),
    events: () => Promise.resolve([]),
    setAside: emptyCounts,
    keep: () => Promise.resolve(),
    maintain: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  return { store, stored, state, cursor }
}

/** A journal of two shards that hands out at most `page` positions at a time. */
function journalOf(head: Cursor, page = 5) {
  const calls: number[][] = []
  return {
    calls,
    catchUp(from: Cursor, shards: readonly number[]): Promise<HistoryBlock | null> {
      calls.push([...shards])
      const blocks = shards
        .map((shard) => {
          const start = from[shard] ?? 0
          return blockOf(shard, start, Math.min(head[shard] ?? 0, start + page))
        })
        .filter((block) => block.events.length > 0)
      if (blocks.length === 0) return Promise.resolve(null)
      const to = createCursor(from)
      for (const block of blocks) advanceCursor(to, block.to)
      const events = blocks.flatMap((block) => block.events)
      return Promise.resolve({ shards: [...shards], from, to, readings: [], extras: [], events })
    },
  }
}

const noSleep: WriterOptions['sleep'] = () => new Promise((resolve) => setImmediate(resolve))

function everyPosition(head: Cursor): string[] {
  return SHARDS.flatMap((shard) =>
    Array.from({ length: head[shard] ?? 0 }, (_, i) => `${shard}/${i + 1}`),
  ).sort()
}

function start(more: Partial<WriterOptions> & Pick<WriterOptions, 'store'>) {
  return startHistoryWriter({
    catchUp: () => Promise.resolve(null),
    now: Date.now,
    sleep: noSleep,
    random: () => 0.5,
    ...more,
  })
}

test('blocks that follow each other are stored in few writes', async () => {
  const { store, stored, state } = memoryStore()
  const writer = start({ store })
  for (let i = 0; i < 50; i++) writer.offer(blockOf(0, i * 10, i * 10 + 10))
  await waitFor('all stored', () => store.cursor()[0] === 500)
  expect(stored).toHaveLength(500)
  expect(state.writes).toBeLessThan(10)
  expect(writer.stats()).toMatchObject({ rows: 500, waitingBlocks: 0, waitingBytes: 0, behind: 0, lagMs: 0 })
  await writer.close(1000)
})

test('a block that starts beyond the cursor waits until the journal has closed the gap', async () => {
  const { store, stored } = memoryStore()
  const head = createCursor([100, 0])
  const { catchUp, calls } = journalOf(head)
  const writer = start({ store, catchUp })
  writer.offer(blockOf(0, 90, 100))
  await waitFor('all stored', () => store.cursor()[0] === 100)
  expect(stored.sort()).toEqual(everyPosition(head))
  expect(calls[0]).toEqual([0])
  await writer.close(1000)
})

test('away => back: the queue is dropped, nothing is lost and nothing comes twice', async () => {
  const { store, stored, state } = memoryStore()
  const head = createCursor()
  const { catchUp } = journalOf(head)
  const writer = start({ store, catchUp })
  const offer = (shard: number, from: number, to: number) => {
    head[shard] = to
    writer.offer(blockOf(shard, from, to))
  }
  offer(0, 0, 10)
  await waitFor('first stored', () => store.cursor()[0] === 10)
  state.away = true
  offer(0, 10, 20)
  offer(1, 0, 7)
  await waitFor('seen to be away', () => writer.stats().unavailableSince)
  expect(writer.stats()).toMatchObject({ waitingBlocks: 0, behind: 17 })
  expect(writer.stats().lastError).toContain('away')
  offer(0, 20, 30)
  state.away = false
  await waitFor('all stored', () => writer.stats().behind === 0)
  await waitFor('well again', () => writer.stats().unavailableSince === null)
  offer(0, 30, 40)
  await waitFor('live again', () => store.cursor()[0] === 40)
  expect(stored.sort()).toEqual(everyPosition(head))
  await writer.close(1000)
})

test('without new blocks the dropped ones are still read back', async () => {
  const { store, stored, state } = memoryStore()
  const head = createCursor([10, 0])
  const writer = start({ store, catchUp: journalOf(head).catchUp })
  state.away = true
  writer.offer(blockOf(0, 0, 10))
  await waitFor('seen to be away', () => writer.stats().failures > 2)
  state.away = false
  await waitFor('all stored', () => store.cursor()[0] === 10)
  expect(stored).toHaveLength(10)
  await writer.close(1000)
})

test('a queue that overflows is dropped and read back from the journal', async () => {
  const { store, stored } = memoryStore()
  const head = createCursor([1000, 0])
  const writer = start({ store, catchUp: journalOf(head, 100).catchUp, queueBytes: 5000 })
  for (let i = 0; i < 100; i++) writer.offer(blockOf(0, i * 10, i * 10 + 10))
  await waitFor('all stored', () => store.cursor()[0] === 1000)
  expect(stored.sort()).toEqual(everyPosition(head))
  await writer.close(1000)
})

test('what the journal no longer has is passed over', async () => {
  const { store, stored } = memoryStore()
  const writer = start({ store })
  writer.offer(blockOf(0, 90, 100))
  await waitFor('stored', () => store.cursor()[0] === 100)
  expect(stored).toHaveLength(10)
  expect(writer.stats().behind).toBe(0)
  await writer.close(1000)
})

test('a failed write of what the journal no longer has => the next block is stored', async () => {
  const { store, stored, state } = memoryStore()
  const writer = start({ store })
  state.away = true
  writer.offer(blockOf(0, 0, 10))
  await waitFor('passed over', () => writer.stats().failures === 1 && writer.stats().behind === 0)
  state.away = false
  await waitFor('not taken for away', () => writer.stats().unavailableSince === null)
  expect(writer.stats().lastError).toBeNull()
  writer.offer(blockOf(0, 10, 20))
  await waitFor('stored', () => store.cursor()[0] === 20)
  expect(stored).toHaveLength(10)
  await writer.close(1000)
})

test('a write that failed after the store had taken it => the next block is stored', async () => {
  const { store, stored, state } = memoryStore()
  const write = store.write
  store.write = async (block) => {
    await write(block)
    if (state.writes === 1) throw new TesheError('HISTORY_UNAVAILABLE', ['memory', 'the answer was lost'])
  }
  const writer = start({ store })
  writer.offer(blockOf(0, 0, 10))
  await waitFor('failed', () => writer.stats().failures === 1)
  await waitFor('not taken for away', () => writer.stats().unavailableSince === null)
  writer.offer(blockOf(0, 10, 20))
  await waitFor('stored', () => store.cursor()[0] === 20)
  expect(stored).toHaveLength(20)
  await writer.close(1000)
})

test('what is offered while the journal is found empty is not passed over with the gap', async () => {
  const { store, stored, state } = memoryStore()
  const answers: ((block: HistoryBlock | null) => void)[] = []
  const catchUp = () => new Promise<HistoryBlock | null>((resolve) => answers.push(resolve))
  const writer = start({ store, catchUp })
  state.away = true
  writer.offer(blockOf(0, 0, 10))
  await waitFor('the journal asked', () => answers.length === 1)
  state.away = false
  writer.offer(blockOf(0, 10, 20))
  answers[0]?.(null)
  await waitFor('the journal asked again', () => answers.length === 2)
  answers[1]?.(blockOf(0, 10, 20))
  await waitFor('stored', () => store.cursor()[0] === 20)
  expect(stored).toHaveLength(10)
  await writer.close(1000)
})

test('retries wait longer each time, within their limit', async () => {
  const { store, state } = memoryStore()
  state.away = true
  const waits: number[] = []
  const writer = start({
    store,
    catchUp: journalOf(createCursor([10, 0])).catchUp,
    now: () => 0,
    random: () => 1,
    sleep: (until, signal) => {
      waits.push(until)
      return noSleep(until, signal)
    },
  })
  writer.offer(blockOf(0, 0, 10))
  await waitFor('ten retries', () => waits.length >= 10)
  expect(waits.slice(0, 10)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  await writer.close(10)
})

test('a null path ends the backing off: the next failure waits as briefly as the first', async () => {
  const { store, state } = memoryStore()
  state.away = true
  const waits: number[] = []
  const writer = start({
    store,
    now: () => 0,
    random: () => 1,
    sleep: (until, signal) => {
      waits.push(until)
      return noSleep(until, signal)
    },
  })
  for (let i = 0; i < 3; i++) {
    writer.offer(blockOf(0, i * 10, i * 10 + 10))
    await waitFor('passed over', () => waits.length === i + 1 && writer.stats().behind === 0)
    await waitFor('not taken for away', () => writer.stats().unavailableSince === null)
  }
  expect(waits).toEqual([500, 500, 500])
  await writer.close(10)
})

test('reading back rests as long as it worked; without rest once the journal grows faster, until half is done', async () => {
  const { store } = memoryStore()
  const head = createCursor([1000, 0])
  const { catchUp } = journalOf(head, 10)
  let time = 0
  const rests: { at: number; ms: number }[] = []
  const writer = start({
    store,
    now: () => time,
    catchUp(from, shards) {
      time += 1000
      if (time > 50_000 && time < 120_000) {
        const before = head[0] ?? 0
        head[0] = before + 20
        writer.offer({ ...blockOf(0, before, before + 20), events: [] })
      }
      return catchUp(from, shards)
    },
    queueBytes: 1,
    sleep: (until, signal) => {
      rests.push({ at: time, ms: until - time })
      time = until
      return noSleep(until, signal)
    },
  })
  writer.offer(blockOf(0, 990, 1000))
  await waitFor('all stored', () => store.cursor()[0] === head[0])
  const between = (from: number, to: number) => rests.filter(({ at }) => at >= from && at < to)
  expect(between(0, 50_000).map(({ ms }) => ms)).toEqual(new Array(25).fill(1000))
  expect(between(75_000, 170_000)).toEqual([])
  expect(between(220_000, 300_000).length).toBeGreaterThan(20)
  await writer.close(1000)
})

test('closing does not wait for what is read back: it lies in the journal', async () => {
  const { store } = memoryStore()
  const aborted: boolean[] = []
  const catchUp: WriterOptions['catchUp'] = (_from, _shards, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        aborted.push(true)
        resolve(null)
      })
    })
  const writer = start({ store, catchUp, sleep: createSleep(Date.now) })
  writer.offer(blockOf(0, 90, 100))
  await waitFor('reading back', () => writer.stats().catchingUp)
  await writer.close(60_000)
  expect(aborted).toEqual([true])
  expect(store.cursor()[0]).toBe(0)
})

test('a damaged journal ends the writer with its error', async () => {
  const { store } = memoryStore()
  const damaged = new TesheError('JOURNAL_DAMAGED', ['1.sqlite', 5, 'checksum'])
  const writer = start({ store, catchUp: () => Promise.reject(damaged) })
  writer.offer(blockOf(0, 90, 100))
  await expect(writer.ended).rejects.toBe(damaged)
})

test('a cursor that moved without rows is stored at the end', async () => {
  const { store, state } = memoryStore()
  const writer = start({ store })
  writer.offer({ ...blockOf(0, 0, 10) })
  await waitFor('stored', () => state.writes === 1)
  for (let i = 1; i < 20; i++) writer.offer({ ...blockOf(0, i * 10, i * 10 + 10), events: [] })
  await writer.close(1000)
  expect(store.cursor()[0]).toBe(200)
  expect(state.writes).toBe(2)
})

test('closing stores what waits, and does not wait for a store that is away', async () => {
  const { store, stored, state } = memoryStore()
  const writer = start({ store, sleep: createSleep(Date.now) })
  for (let i = 0; i < 20; i++) writer.offer(blockOf(0, i * 10, i * 10 + 10))
  await writer.close(5000)
  expect(stored).toHaveLength(200)
  state.away = true
  const second = start({ store, sleep: createSleep(Date.now) })
  second.offer(blockOf(0, 200, 210))
  await waitFor('seen to be away', () => second.stats().unavailableSince)
  const closed = second.close(60_000)
  await closed
  expect(stored).toHaveLength(200)
})

test('whatever happens, every position is stored once', async () => {
  const step = fc.oneof(
    fc.record({
      type: fc.constant('offer' as const),
      shard: fc.constantFrom(0, 1),
      size: fc.integer({ min: 0, max: 20 }),
    }),
    fc.record({
      type: fc.constant('lose' as const),
      shard: fc.constantFrom(0, 1),
      size: fc.integer({ min: 1, max: 20 }),
    }),
    fc.record({ type: fc.constant('away' as const) }),
    fc.record({ type: fc.constant('back' as const) }),
    fc.record({ type: fc.constant('turn' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { store, stored, state } = memoryStore()
      const head = createCursor()
      const writer = start({ store, catchUp: journalOf(head).catchUp, queueBytes: 4000 })
      for (const one of steps) {
        if (one.type === 'away' || one.type === 'back') state.away = one.type === 'away'
        else if (one.type === 'turn') await noSleep(0, new AbortController().signal)
        else {
          const from = head[one.shard] ?? 0
          head[one.shard] = from + one.size
          // A lost block is in the journal only, as after a crash of ours.
          if (one.type === 'offer') writer.offer(blockOf(one.shard, from, from + one.size))
        }
      }
      state.away = false
      for (const shard of SHARDS) {
        const from = head[shard] ?? 0
        head[shard] = from + 1
        writer.offer(blockOf(shard, from, from + 1))
      }
      await waitFor('all stored', () => SHARDS.every((shard) => store.cursor()[shard] === head[shard]))
      expect([...stored].sort()).toEqual(everyPosition(head))
      await writer.close(1000)
    }),
    { numRuns: 60 },
  )
})

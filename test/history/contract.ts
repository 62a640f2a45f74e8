/** What every history store keeps. One suite, run over each of them on its real engine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryStore, RangeQuery } from '../../src/history/history.js'
import { shardOf } from '../../src/model/equipment.js'
import { blockOf } from './block-of.js'

export const T0 = 1_795_290_000_000

/** One empty store, with the ways to close and to disturb it. */
export interface StoreUnderTest {
  store: HistoryStore
  /** Closes the store and opens it again on what it kept. */
  reopen(): Promise<HistoryStore>
  /** Takes away what the store stands on, and gives it back; `null` where nothing stands between. */
  outage: { begin(): Promise<void>; end(): Promise<void> } | null
  close(): Promise<void>
}

export function describeHistory(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest
    let store: HistoryStore
    let next = 0
    /** Positions rise over the whole suite, as they do in a journal. */
    const position = () => ++next
    const head = () => next

    beforeAll(async () => {
      under = await open()
      store = under.store
    })
    afterAll(() => under?.close())

    const range = (equipment: string, signals: string[], more: Partial<RangeQuery> = {}) =>
      store.series({
        kind: 'elevator',
        equipment,
        signals,
        from: T0,
        to: T0 + 3_600_000,
        points: 'raw',
        ...more,
      })

    async function write(...readings: [equipment: string, ts: number, values: Record<string, unknown>][]) {
      const from = head()
      const rows = readings.map(([equipment, ts, values]) => ({
        equipment,
        ts,
        position: position(),
        values: values as Record<string, number>,
      }))
      const block = blockOf({ readings: rows, from })
      await store.write(block)
      return block
    }

    test('raw gives back every stored value as it was written', async () => {
      const values = [0, 1.52, -3.25, 1e-7, 12345678.9, 1e21, 0.1 + 0.2, -0.001, 4294967296, 5e-324]
      await write(
        ...values.map((speed, i): [string, number, Record<string, unknown>] => [
          'RAW-1',
          T0 + i * 1000,
          { speed, doorZone: i % 2 === 0, floor: i },
        ]),
      )
      const series = await range('RAW-1', ['speed', 'doorZone', 'floor'])
      expect(series.speed).toEqual(values.map((value, i) => [T0 + i * 1000, value]))
      expect(series.doorZone).toEqual(values.map((_, i) => [T0 + i * 1000, i % 2 === 0]))
      expect(series.floor).toEqual(values.map((_, i) => [T0 + i * 1000, i]))
    })

    test('a range takes its first millisecond and leaves its last, and other equipment is not in it', async () => {
      await write(['EDGE-1', T0, { load: 1 }], ['EDGE-1', T0 + 10, { load: 2 }], ['EDGE-2', T0, { load: 3 }])
      expect(await range('EDGE-1', ['load', 'speed'], { to: T0 + 10 })).toEqual({
        load: [[T0, 1]],
        speed: [],
      })
      expect(await range('EDGE-3', ['load'])).toEqual({ load: [] })
    })

    test('a block written again changes nothing', async () => {
      const block = await write(['AGAIN-1', T0, { speed: 1, vendorMode: 7 }])
      const before = await range('AGAIN-1', ['speed', 'vendorMode'])
      await store.write(block)
      await store.write(block)
      expect(await range('AGAIN-1', ['speed', 'vendorMode'])).toEqual(before)
      expect(before).toEqual({ speed: [[T0, 1]], vendorMode: [[T0, 7]] })
    })

    test('of two values of one moment the one later in the journal wins, in one block and over two', async () => {
      await write(
        ['LATER-1', T0, { speed: 1 }],
        ['LATER-1', T0, { speed: 2 }],
        ['LATER-1', T0 + 1, { speed: 5 }],
      )
      expect(await range('LATER-1', ['speed'])).toEqual({
        speed: [
          [T0, 2],
          [T0 + 1, 5],
        ],
      })
      await write(['LATER-1', T0, { speed: 3 }])
      expect((await range('LATER-1', ['speed'])).speed).toEqual([
        [T0, 3],
        [T0 + 1, 5],
      ])
    })

    test('of two readings of one record for one moment the second wins', async () => {
      const from = head()
      const at = position()
      const readings = [1, 2, 3].map((speed) => ({
        equipment: 'ARRAY-1',
        ts: T0,
        position: at,
        values: { speed },
      }))
      await store.write(blockOf({ readings, from }))
      expect((await range('ARRAY-1', ['speed'])).speed).toEqual([[T0, 3]])
    })

    test('partial readings of one moment merge', async () => {
      await write(['PART-1', T0, { speed: 1, load: 10 }], ['PART-1', T0, { load: 20, door: 4 }])
      await write(['PART-1', T0, { motorTemp: 40 }])
      expect(await range('PART-1', ['speed', 'load', 'door', 'motorTemp'])).toEqual({
        speed: [[T0, 1]],
        load: [[T0, 20]],
        door: [[T0, 4]],
        motorTemp: [[T0, 40]],
      })
    })

    test('kinds are kept apart', async () => {
      const from = head()
      const [one, two, three] = [position(), position(), position()]
      const readings = [
        { equipment: 'KIND-1', ts: T0, position: one, values: { speed: 1 } },
        {
          equipment: 'KIND-1',
          kind: 'boiler' as const,
          ts: T0,
          position: two,
          values: { pressure: 0.8, flame: true },
        },
        {
          equipment: 'KIND-1',
          kind: 'escalator' as const,
          ts: T0,
          position: three,
          values: { speed: 0.5, stepMissing: false },
        },
      ]
      await store.write(blockOf({ readings, from }))
      expect(await range('KIND-1', ['pressure', 'flame'], { kind: 'boiler' })).toEqual({
        pressure: [[T0, 0.8]],
        flame: [[T0, true]],
      })
      expect(await range('KIND-1', ['speed', 'stepMissing'], { kind: 'escalator' })).toEqual({
        speed: [[T0, 0.5]],
        stepMissing: [[T0, false]],
      })
      expect((await range('KIND-1', ['speed'])).speed).toEqual([[T0, 1]])
    })

    test('the cursor moves with the write and is there after opening again', async () => {
      await write(['CURSOR-1', T0, { speed: 1 }])
      const shard = shardOf('CURSOR-1')
      expect(store.cursor()[shard]).toBe(head())
      store = await under.reopen()
      expect(store.cursor()[shard]).toBe(head())
      expect(await range('CURSOR-1', ['speed'])).toEqual({ speed: [[T0, 1]] })
    })

    test('a block without rows moves the cursor alone', async () => {
      const from = head()
      await store.write(blockOf({ from, to: position() }))
      expect(Math.min(...store.cursor())).toBe(head())
    })

    test('a block moves only the cursors of its own shards', async () => {
      const before = store.cursor()
      const block = blockOf({ from: head(), to: head() + 1000 })
      await store.write({ ...block, shards: [3] })
      expect(store.cursor()[3]).toBe(head() + 1000)
      expect(store.cursor()[4]).toBe(before[4])
      next += 1000
      await store.write(blockOf({ from: 0, to: head() }))
    })

    test('an unknown signal keeps the type first stored; another type is set aside and the rest of the reading stays', async () => {
      const before = store.setAside().type
      await write(['TYPE-1', T0, { vendorA: 1.5, vendorB: true, vendorC: 'idle' }])
      await write(
        ['TYPE-1', T0 + 1, { vendorA: 'x', vendorB: 2, vendorC: false, speed: 1 }],
        ['TYPE-1', T0 + 2, { vendorA: 2, vendorB: false, vendorC: 'run', speed: 'fast' }],
      )
      expect(await range('TYPE-1', ['vendorA', 'vendorB', 'vendorC', 'speed'])).toEqual({
        vendorA: [
          [T0, 1.5],
          [T0 + 2, 2],
        ],
        vendorB: [
          [T0, true],
          [T0 + 2, false],
        ],
        vendorC: [
          [T0, 'idle'],
          [T0 + 2, 'run'],
        ],
        speed: [[T0 + 1, 1]],
      })
      expect(store.setAside().type - before).toBe(4)
      store = await under.reopen()
      expect(store.setAside().type - before).toBe(4)
      await write(['TYPE-1', T0 + 3, { vendorA: 'again' }])
      expect(store.setAside().type - before).toBe(5)
    })

    test.each([
      ['spaces, commas and equals signs', 'a b,c=d', 'x y,z=1'],
      ['quotes', '"quoted" \'name\'', 'say "hi" it\'s'],
      ['backslashes in text', 'plain', 'C:\\dir\\ \\" \\\\'],
      ['Chinese', '轿门状态', '开门 到位'],
      ['line breaks in text', 'note', 'one\ntwo\r\n'],
      ['a name that is a word of the store', 'key', 'value'],
      ['the name of the tag', 'equipment', 'E'],
    ])('%s come back as they went', async (_, name, text) => {
      const equipment = `ESC-${head()}`
      await write([equipment, T0, { [name]: text }])
      expect(await range(equipment, [name])).toEqual({ [name]: [[T0, text]] })
    })

    test('buckets keep a spike, and are no more than asked for', async () => {
      const rows = Array.from({ length: 1000 }, (_, i): [string, number, Record<string, unknown>] => [
        'SPIKE-1',
        T0 + i * 1000,
        { speed: i === 517 ? 9.9 : i === 518 ? -7 : 1, doorZone: i === 700, note: `n${i}` },
      ])
      await write(...rows)
      const to = T0 + 1_000_000
      const series = await range('SPIKE-1', ['speed', 'doorZone', 'note'], { points: 20, to })
      expect(series.speed).toHaveLength(20)
      const spike = series.speed?.[10]
      expect(spike).toEqual([T0 + 500_000, 1, -7, 9.9])
      expect(series.speed?.[11]).toEqual([T0 + 550_000, 1, 1, 1])
      expect(series.doorZone?.[14]).toEqual([T0 + 700_000, 0, 0, 1])
      expect(series.note?.[3]).toEqual([T0 + 150_000, 'n199'])
      expect(series.note).toHaveLength(20)
    })

    test('buckets start at the beginning of the range wherever that is', async () => {
      const from = T0 + 123
      const rows = Array.from({ length: 40 }, (_, i): [string, number, Record<string, unknown>] => [
        'ALIGN-1',
        from + i * 100,
        { load: i },
      ])
      await write(...rows)
      expect((await range('ALIGN-1', ['load'], { points: 4, from, to: from + 4000 })).load).toEqual([
        [from, 9, 0, 9],
        [from + 1000, 19, 10, 19],
        [from + 2000, 29, 20, 29],
        [from + 3000, 39, 30, 39],
      ])
    })

    test('fewer values than points asked for come each at its own time', async () => {
      await write(['FEW-1', T0 + 7, { speed: 1.5, doorZone: true }], ['FEW-1', T0 + 11, { speed: 2.5 }])
      expect(await range('FEW-1', ['speed', 'doorZone', 'load'], { points: 500 })).toEqual({
        speed: [
          [T0 + 7, 1.5, 1.5, 1.5],
          [T0 + 11, 2.5, 2.5, 2.5],
        ],
        doorZone: [[T0 + 7, 1, 1, 1]],
        load: [],
      })
    })

    test('events come newest first, as many as asked for, and a repeat appears once', async () => {
      const from = head()
      const event = (ts: number, code: number, active: boolean, key?: string) => ({
        equipment: 'EVENT-1',
        ts,
        position: position(),
        code,
        active,
        ...(key === undefined ? {} : { key }),
      })
      const events = [
        event(T0, 90, true, 'a'),
        event(T0 + 5, 90, false, 'a'),
        event(T0 + 6, 3, true),
        event(T0 + 7, 90, true, 'a'),
        event(T0 + 6, 3, true),
      ]
      await store.write(blockOf({ events, from }))
      await store.write(blockOf({ events: [event(T0 + 6, 3, true)], from: head() - 1 }))
      const all = await store.events('EVENT-1', T0, T0 + 100, 10)
      expect(all).toEqual([
        { ts: T0 + 6, code: 3, active: true, key: null },
        { ts: T0 + 5, code: 90, active: false, key: 'a' },
        { ts: T0, code: 90, active: true, key: 'a' },
      ])
      expect(await store.events('EVENT-1', T0, T0 + 100, 1)).toEqual([all[0]])
      expect(await store.events('EVENT-1', T0, T0 + 6, 10)).toEqual(all.slice(1))
      expect(await store.events('EVENT-2', T0, T0 + 100, 10)).toEqual([])
    })

    test('events of one code, phase and millisecond stay apart by their keys', async () => {
      const from = head()
      const events = ['a', 'b', 'c', 'b'].map((key) => ({
        equipment: 'EVENT-3',
        ts: T0 + 7,
        position: position(),
        code: 90,
        active: true,
        key,
      }))
      await store.write(blockOf({ events, from }))
      const found = await store.events('EVENT-3', T0 + 7, T0 + 8, 10)
      expect(found.map(({ key }) => key).sort()).toEqual(['a', 'b', 'c'])
      expect(found.every(({ ts }) => ts === T0 + 7)).toBe(true)
      expect(await store.events('EVENT-3', T0 + 8, T0 + 9, 10)).toEqual([])
    })

    test('quiet-moment work changes no answer', async () => {
      await write(['QUIET-1', T0, { speed: 1, vendorQ: 3 }], ['QUIET-1', T0, { speed: 2, load: 1 }])
      const before = await range('QUIET-1', ['speed', 'load', 'vendorQ'])
      await store.maintain({ now: T0 + 3 * 3_600_000, drop: true })
      expect(await range('QUIET-1', ['speed', 'load', 'vendorQ'])).toEqual(before)
      await write(['QUIET-1', T0, { speed: 3 }])
      expect((await range('QUIET-1', ['speed'])).speed).toEqual([[T0, 3]])
      await store.maintain({ now: T0 + 5 * 3_600_000, drop: true })
      expect((await range('QUIET-1', ['speed'])).speed).toEqual([[T0, 3]])
    })

    test('while the store is away nothing moves; when it is back the same block goes in', async () => {
      if (!under.outage) return
      await write(['AWAY-1', T0, { speed: 1 }])
      const before = store.cursor()
      await under.outage.begin()
      const readings = [{ equipment: 'AWAY-1', ts: T0 + 1, position: position(), values: { speed: 2 } }]
      const block = blockOf({ readings, from: head() - 1 })
      await expect(store.write(block)).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
      await expect(range('AWAY-1', ['speed'])).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
      expect(store.cursor()).toEqual(before)
      await under.outage.end()
      await store.write(block)
      expect((await range('AWAY-1', ['speed'])).speed).toEqual([
        [T0, 1],
        [T0 + 1, 2],
      ])
    })
  })
}

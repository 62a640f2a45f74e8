import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { createShaper } from '../../src/codecs/shape.js'
import { createCatchUp } from '../../src/history/catch-up.js'
import { startHistory } from '../../src/history/client.js'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import { openSqliteWriter } from '../../src/journal/sqlite-writer.js'
import { type Cursor, createCursor } from '../../src/model/cursor.js'
import { shardOf } from '../../src/model/equipment.js'
import { partitionOf, type RecordKind } from '../../src/model/record.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { EVERY_SHARD_OF_ALL } from './block-of.js'

const LIFTS = Array.from({ length: 40 }, (_, i) => `CATCH-${i}`)
const READINGS = 50

/** A real journal in a directory of its own. */
function openJournal(name: string) {
  const dataDir = tempDir(name)
  const journalDir = join(dataDir, 'journal')
  mkdirSync(journalDir)
  const journal = openSqliteWriter({
    dir: journalDir,
    budgetBytes: 1e9,
    retentionMs: 1e9,
    bufferBytes: 64e6,
    now: Date.now,
    onCommit: () => undefined,
    onState: () => undefined,
  })
  let durable = 0
  let appended = 0
  return {
    dataDir,
    journalDir,
    append(kind: RecordKind, equipment: string, arrival: number, content: unknown): void {
      appended++
      const payload = Buffer.from(JSON.stringify(content))
      journal.append(kind, equipment, arrival, 0, payload, (error) => {
        if (error) throw error
        durable++
      })
    },
    /** Waits for what was appended, and tells where the journal ends then. */
    async settled(): Promise<Cursor> {
      await waitFor('all durable', () => durable === appended)
      return createCursor(journal.head())
    },
    close: () => journal.close(),
  }
}

function announce(append: ReturnType<typeof openJournal>['append'], arrival: number): void {
  for (const id of LIFTS) {
    append('equipment', id, arrival, { id, kind: 'elevator', profile: 'plain', attributes: {}, version: 1 })
  }
}

test('readings that never came as blocks are read back from a real journal, each once', async () => {
  const { dataDir, journalDir, append, settled, close } = openJournal('catch-up')
  const start = Date.now() - 3_600_000
  announce(append, start)
  for (let i = 0; i < READINGS; i++) {
    for (const id of LIFTS)
      append('telemetry', id, start + i * 1000, { ts: start + i * 1000, speed: i, vendorA: 'x' })
  }
  append('event', 'CATCH-0', start, { ts: start, code: 90, active: true, key: 'k' })
  const head = await settled()
  await close()

  const client = await startHistory({
    dataDir,
    journalDir,
    snapshotFile: join(dataDir, 'rules.sqlite'),
    influx: undefined,
    retention: DEFAULT_RETENTION,
    onDeath: (error) => {
      throw error
    },
  })
  try {
    // All that the rule workers tell is that they went on from the journal's end.
    const block = { shards: EVERY_SHARD_OF_ALL, from: head, to: head, readings: [], extras: [], events: [] }
    const port = client.port()
    port.postMessage(block)
    const rows = LIFTS.length * READINGS * 2 + 1
    await waitFor('caught up', () => client.stats()?.rows === rows && client.stats()?.behind === 0)
    const range = { kind: 'elevator', signals: ['speed', 'vendorA'], from: start, to: Date.now() } as const
    for (const equipment of LIFTS) {
      const series = await client.series({ ...range, signals: [...range.signals], equipment, points: 'raw' })
      expect(series.speed).toEqual(Array.from({ length: READINGS }, (_, i) => [start + i * 1000, i]))
      expect(series.vendorA).toHaveLength(READINGS)
    }
    expect(await client.events('CATCH-0', start, Date.now(), 10)).toHaveLength(1)
    expect(client.stats()).toMatchObject({ behind: 0, lastError: null })
  } finally {
    await client.close()
  }
})

const ROUNDS = 40
const BLOCK_ROWS = 50
const BLOCK_PAGES = 3

test.each([
  { name: 'all stand alike', shards: EVERY_SHARD_OF_ALL, roundOf: () => 30 },
  {
    name: 'one partition stands far behind the others',
    shards: EVERY_SHARD_OF_ALL,
    roundOf: (shard: number) => (partitionOf(shard) === 3 ? 2 : 30),
  },
  {
    name: 'only some shards of a partition are asked for',
    shards: EVERY_SHARD_OF_ALL.filter((shard) => shard < 20),
    roundOf: (shard: number) => (shard < 20 ? 30 : 10),
  },
])(
  'far more blocks before the store than one holds => the rows after it come, each once: $name',
  async ({ shards, roundOf }) => {
    const { journalDir, append, settled, close } = openJournal('catch-up-far')
    const start = Date.now() - 3_600_000
    announce(append, start)
    const heads = [await settled()]
    for (let round = 1; round <= ROUNDS; round++) {
      const ts = start + round * 1000
      for (const id of LIFTS) append('telemetry', id, ts, { ts, speed: round, vendorA: 'x' })
      if (round % 10 === 0) append('event', 'CATCH-0', ts, { ts, code: 90, active: true, key: 'k' })
      heads.push(await settled())
    }
    await close()

    const from = createCursor(EVERY_SHARD_OF_ALL.map((shard) => heads[roundOf(shard)]?.[shard] ?? 0))
    let opened = 0
    const catchUp = createCatchUp({
      openReader: (asked) => {
        opened++
        return openSqliteReader({ dir: journalDir, shards: asked, pageBytes: 1 })
      },
      // As after a lost snapshot: the equipment is known only to the journal's beginning.
      createShaper: (sink) => {
        const decoder = createDecoder({ directory: createDirectory() })
        const shaper = createShaper({
          decoder,
          sink: {
            reading: sink.addReading,
            event: (equipment, ts, shard, position, code, active, key) =>
              sink.addEvent({ equipment, ts, shard, position, code, active, key }),
          },
        })
        return { start: createCursor(), shape: (record) => void shaper.shape(record) }
      },
      blockRows: BLOCK_ROWS,
      blockPages: BLOCK_PAGES,
    })
    const got: string[] = []
    let at = from
    for (let block = await catchUp.next(at, shards); block; block = await catchUp.next(at, shards)) {
      expect(block.from).toEqual(at)
      for (const { rows, equipment, equipmentIndex, ts } of block.readings) {
        for (let row = 0; row < rows; row++) {
          got.push(`${equipment[equipmentIndex[row] ?? -1]} speed ${(ts[row] ?? 0) - start}`)
        }
      }
      for (const { equipment, ts, name } of block.extras) got.push(`${equipment} ${name} ${ts - start}`)
      for (const { equipment, ts } of block.events) got.push(`${equipment} event ${ts - start}`)
      at = block.to
    }
    const wanted: string[] = []
    for (const id of LIFTS.filter((lift) => shards.includes(shardOf(lift)))) {
      for (let round = roundOf(shardOf(id)) + 1; round <= ROUNDS; round++) {
        wanted.push(`${id} speed ${round * 1000}`, `${id} vendorA ${round * 1000}`)
        if (id === 'CATCH-0' && round % 10 === 0) wanted.push(`${id} event ${round * 1000}`)
      }
    }
    expect(got.sort()).toEqual(wanted.sort())
    expect(opened).toBe(1)
  },
)

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSeries } from '../../src/api/history.js'
import { openEmbedded } from '../../src/history/embedded.js'
import type { HistoryStore, RangeQuery } from '../../src/history/history.js'
import { createCursor } from '../../src/model/cursor.js'
import { shardOf } from '../../src/model/equipment.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { signalIndex } from '../../src/model/signals.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, FOREIGN, OWN, type World } from './world.js'

const T = 1_795_290_000_000
const ROWS = 2_000

let world: World
let store: HistoryStore
let app: FastifyInstance
beforeAll(async () => {
  world = await createWorld()
  store = await openEmbedded({ dir: tempDir('history'), retention: DEFAULT_RETENTION })
  const shard = shardOf(OWN)
  const to = createCursor()
  to[shard] = ROWS
  await store.write({
    shards: [shard],
    from: createCursor(),
    to,
    readings: [
      {
        kind: 'elevator',
        rows: ROWS,
        equipment: [OWN],
        equipmentIndex: new Uint32Array(ROWS),
        ts: Float64Array.from({ length: ROWS }, (_, i) => T + i * 1000),
        shard: new Uint8Array(ROWS).fill(shard),
        position: Float64Array.from({ length: ROWS }, (_, i) => i + 1),
        columns: [
          {
            signal: signalIndex('speed') ?? 0,
            values: Float64Array.from({ length: ROWS }, (_, i) => (i === 777 ? 9 : (i % 100) / 100)),
          },
        ],
      },
    ],
    extras: [],
    events: [{ equipment: OWN, ts: T, shard, position: ROWS, code: 90, active: true, key: 'k' }],
  })
  app = await apiOf(world, { history: store })
})
afterAll(async () => {
  await app.close()
  await store.close()
  await world.close()
})

async function ask(query: string) {
  const reply = await app.inject({
    url: `/api/equipment/${OWN}/${query}`,
    headers: bearer(world.tokens.regulator),
  })
  return reply.json()
}

test('stored => read back raw: every value, in order', async () => {
  const { signals } = await ask(`history?signals=speed&from=${T}&to=${T + ROWS * 1000}&points=raw`)
  expect(signals.speed).toHaveLength(ROWS)
  expect(signals.speed[777]).toEqual([T + 777_000, 9])
})

test('raw values of many years are read in pieces that a busy equipment may fill, empty years at a glance', async () => {
  const asked: RangeQuery[] = []
  const counting = {
    events: store.events,
    series(query: RangeQuery) {
      asked.push(query)
      return store.series(query)
    },
  }
  const equipment = await world.registry.equipment.get(OWN, world.admin)
  const query = { signals: 'speed', from: '2015-01-01T00:00:00Z', to: String(T + 40 * 86_400_000) }
  const { signals } = await readSeries(counting, equipment, { ...query, points: 'raw' }, T)
  expect(signals.speed).toHaveLength(ROWS)
  const longest = asked.filter(({ points }) => points === 'raw').map(({ from, to }) => to - from)
  // One signal may take the room of 64.
  expect(Math.max(...longest)).toBeLessThanOrEqual(64 * 3 * 3_600_000)
  expect(asked.length).toBeLessThan(600)
})

test('stored => read back in few points: bounded, and the spike is still there', async () => {
  const { signals } = await ask(`history?signals=speed&from=${T}&to=${T + ROWS * 1000}&points=50`)
  expect(signals.speed.length).toBeLessThanOrEqual(50)
  expect(Math.max(...signals.speed.map((point: number[]) => point[3] ?? 0))).toBe(9)
})

test('stored => read back: the event', async () => {
  const { items } = await ask(`events?from=${T}&to=${T + 1000}`)
  expect(items).toEqual([{ at: '2026-11-21T19:40:00.000Z', code: 90, active: true, key: 'k' }])
})

function exported(query: string, equipment = OWN) {
  const token = equipment === OWN ? world.tokens.regulator : world.tokens.maintainer
  return app.inject({ url: `/api/equipment/${equipment}/history/export?${query}`, headers: bearer(token) })
}

test('exported as CSV: every value, times with zone, known to spreadsheets as UTF-8, and audited', async () => {
  const reply = await exported(`signals=speed,load&from=${T}&to=${T + ROWS * 1000}`)
  expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(reply.headers['content-disposition']).toContain('.csv"')
  const [head, ...lines] = reply.body.trimEnd().split('\n')
  expect(head).toBe('\uFEFFtime,speed,load')
  expect(lines).toHaveLength(ROWS)
  expect(lines[777]).toBe('2026-11-21T19:52:57.000Z,9,')
  const { items } = await world.registry.audit.list({ action: 'history.export' }, world.admin)
  expect(items[0]).toMatchObject({ subject: OWN, detail: { format: 'csv', signals: ['speed', 'load'] } })
})

test('exported by the minute: last, least and greatest of each', async () => {
  const reply = await exported(`signals=speed&from=${T}&to=${T + ROWS * 1000}&resolution=minute`)
  const [head, ...lines] = reply.body.trimEnd().split('\n')
  expect(head).toBe('\uFEFFtime,speed,speed_min,speed_max')
  expect(lines).toHaveLength(34)
  expect(lines[12]).toBe('2026-11-21T19:52:00.000Z,0.79,0.2,9')
})

test('exported as Parquet => read back by DuckDB', async () => {
  const reply = await exported(`signals=speed,doorZone&from=${T}&to=${T + ROWS * 1000}&format=parquet`)
  expect(reply.headers['content-type']).toBe('application/vnd.apache.parquet')
  const file = join(tempDir('parquet'), 'export.parquet')
  writeFileSync(file, reply.rawPayload)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, max(speed), arg_max(epoch_ms("time"), speed)::DOUBLE, count("doorZone")::DOUBLE FROM '${file}'`,
  )
  expect(rows.getRows()).toEqual([[ROWS, 9, T + 777_000, 0]])
  connection.closeSync()
  instance.closeSync()
})

test('Parquet files are made in a folder of our own, and nothing stays there', async () => {
  const exportsDir = tempDir('exports')
  mkdirSync(join(exportsDir, 'parquet-killed'))
  const other = await apiOf(world, { history: store, exportsDir })
  expect(existsSync(exportsDir)).toBe(false)
  const url = `/api/equipment/${OWN}/history/export?signals=speed&from=${T}&to=${T + 1000}&format=parquet`
  const headers = bearer(world.tokens.regulator)
  const replies = await Promise.all([1, 2].map(() => other.inject({ url, headers })))
  // One at a time.
  expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 429])
  await waitFor('it is empty', () => readdirSync(exportsDir).length === 0)
  await other.close()
})

test('an export of what one may not see is unknown, and nothing is left of those that ended', async () => {
  expect((await exported('signals=speed', FOREIGN)).statusCode).toBe(404)
  for (let i = 0; i < 5; i++) expect((await exported('signals=speed')).statusCode).toBe(200)
})

test.each([
  ['history/export?format=xlsx', 'format', 'must be csv or parquet'],
  ['history?points=0', 'points', 'must be integer or raw'],
])('%s is told what would be right', async (path, field, message) => {
  const url = `/api/equipment/${OWN}/${path}`
  const reply = await app.inject({ url, headers: bearer(world.tokens.regulator) })
  expect([reply.statusCode, reply.json().error.fields]).toEqual([400, [{ field, message }]])
})

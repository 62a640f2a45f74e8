import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded } from '../../src/history/embedded.js'
import type { HistoryStore } from '../../src/history/history.js'
import { createCursor } from '../../src/model/cursor.js'
import { shardOf } from '../../src/model/equipment.js'
import { signalIndex } from '../../src/model/signals.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { tempDir } from '../helpers/temp-dir.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, OWN, type World } from './world.js'

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

test('stored => read back in few points: bounded, and the spike is still there', async () => {
  const { signals } = await ask(`history?signals=speed&from=${T}&to=${T + ROWS * 1000}&points=50`)
  expect(signals.speed.length).toBeLessThanOrEqual(50)
  expect(Math.max(...signals.speed.map((point: number[]) => point[3] ?? 0))).toBe(9)
})

test('stored => read back: the event', async () => {
  const { items } = await ask(`events?from=${T}&to=${T + 1000}`)
  expect(items).toEqual([{ at: '2026-11-21T19:40:00.000Z', code: 90, active: true, key: 'k' }])
})

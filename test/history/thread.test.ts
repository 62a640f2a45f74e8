import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { transferList } from '../../src/history/blocks.js'
import { type HistoryClient, startHistory } from '../../src/history/client.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { blockOf } from './block-of.js'
import { T0 } from './contract.js'

const dataDir = tempDir('thread')
const journalDir = join(dataDir, 'journal')
mkdirSync(journalDir)
const open: HistoryClient[] = []
afterAll(async () => {
  for (const client of open) await client.close()
})

async function start(): Promise<HistoryClient> {
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
  open.push(client)
  return client
}

test('blocks on a port are stored and asked for over threads; after closing and opening they are still there', async () => {
  const client = await start()
  const port = client.port()
  const readings = [1, 2, 3].map((position) => ({
    equipment: 'THREAD-1',
    ts: T0 + position,
    position,
    values: { speed: position, vendorA: 'x' },
  }))
  const events = [{ equipment: 'THREAD-1', ts: T0, position: 4, code: 90, active: true, key: 'k' }]
  const block = blockOf({ readings, events })
  port.postMessage(block, transferList(block))
  await waitFor('stored', () => client.cursor()[0] === 4)
  const query = { kind: 'elevator', equipment: 'THREAD-1', from: T0, to: T0 + 1000 } as const
  expect(await client.series({ ...query, signals: ['speed', 'vendorA'], points: 'raw' })).toEqual({
    speed: [1, 2, 3].map((speed) => [T0 + speed, speed]),
    vendorA: [1, 2, 3].map((speed) => [T0 + speed, 'x']),
  })
  expect(await client.events('THREAD-1', T0, T0 + 1, 10)).toEqual([
    { ts: T0, code: 90, active: true, key: 'k' },
  ])
  const stats = client.stats()
  expect(stats).toMatchObject({ store: 'embedded', unavailableSince: null, lastError: null, behind: 0 })
  expect(client.takeDurations().writesMs.length).toBeGreaterThan(0)

  // What is on its way when closing begins is stored before it ends.
  const more = blockOf({
    readings: [{ equipment: 'THREAD-1', ts: T0 + 9, position: 9, values: { speed: 9 } }],
    from: 4,
  })
  port.postMessage(more, transferList(more))
  await waitFor('stored', () => client.stats()?.rows === 8)
  await client.close()
  await client.close()
  await expect(client.series({ ...query, signals: [], points: 'raw' })).rejects.toMatchObject({
    code: 'HISTORY_UNAVAILABLE',
  })

  const again = await start()
  expect(again.cursor()[0]).toBe(9)
  expect((await again.series({ ...query, signals: ['speed'], points: 'raw' })).speed).toHaveLength(4)
})

test('a store that is open elsewhere stops the start with its own error', async () => {
  await expect(start()).rejects.toMatchObject({ code: 'HISTORY_IN_USE' })
})

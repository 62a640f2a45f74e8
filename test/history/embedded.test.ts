import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { openHistory } from '../../src/history/open-history.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { tempDir } from '../helpers/temp-dir.js'
import { blockOf } from './block-of.js'
import { describeHistory, T0 } from './contract.js'

describeHistory('embedded history', async () => {
  const dataDir = tempDir('history')
  const open = () => openHistory({ dataDir, retention: DEFAULT_RETENTION, now: Date.now })
  let store = await open()
  return {
    store,
    async reopen() {
      await store.close()
      store = await open()
      return store
    },
    outage: null,
    close: () => store.close(),
  }
})

test('a directory from before a kind was known opens, keeps what it has, and takes the new kind', async () => {
  const dataDir = tempDir('history')
  const open = () => openHistory({ dataDir, retention: DEFAULT_RETENTION, now: Date.now })
  const query = { from: T0, to: T0 + 3_600_000, points: 'raw' as const }
  let store = await open()
  const lift = { equipment: 'LIFT-1', ts: T0, position: 1, values: { speed: 1.5 } }
  await store.write(blockOf({ readings: [lift] }))
  await store.close()
  await forgetKind(join(dataDir, 'history'), 'escalator')

  store = await open()
  const walk = {
    equipment: 'WALK-1',
    kind: 'escalator' as const,
    ts: T0,
    position: 2,
    values: { speed: 0.5, combPlate: true },
  }
  await store.write(blockOf({ readings: [walk], from: 1 }))
  expect(
    await store.series({ ...query, kind: 'escalator', equipment: 'WALK-1', signals: ['speed', 'combPlate'] }),
  ).toEqual({ speed: [[T0, 0.5]], combPlate: [[T0, true]] })
  expect(await store.series({ ...query, kind: 'elevator', equipment: 'LIFT-1', signals: ['speed'] })).toEqual(
    { speed: [[T0, 1.5]] },
  )
  await store.close()
})

/** Takes every table of a kind out of the file. */
async function forgetKind(dir: string, kind: string): Promise<void> {
  const file = readdirSync(dir).find((name) => name.endsWith('.duckdb'))
  const instance = await DuckDBInstance.create(join(dir, file ?? ''))
  const connection = await instance.connect()
  const tables = await connection.runAndReadAll(
    `SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '${kind}%'`,
  )
  expect(tables.getRows().length).toBeGreaterThan(2)
  for (const [table] of tables.getRows()) await connection.run(`DROP TABLE ${table}`)
  connection.closeSync()
  instance.closeSync()
}

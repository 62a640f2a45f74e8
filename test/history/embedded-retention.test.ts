import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDuckDbFile } from '../../src/history/duckdb-file.js'
import { inTransaction } from '../../src/history/duckdb-sql.js'
import { openEmbedded } from '../../src/history/embedded.js'
import { eraseRollups } from '../../src/history/embedded-rollup.js'
import type { HistoryStore } from '../../src/history/history.js'
import { openHistory } from '../../src/history/open-history.js'
import { HOUR_MS, MINUTE_MS } from '../../src/history/resolution.js'
import { tempDir } from '../helpers/temp-dir.js'
import { blockOf } from './block-of.js'
import { T0 } from './contract.js'
import { describeRetention, SHORT } from './retention-contract.js'

describeRetention('retention of the embedded history', () =>
  openHistory({ dataDir: tempDir('history'), retention: SHORT, now: Date.now }),
)

const DAY_MS = 24 * HOUR_MS
const range = {
  kind: 'elevator',
  equipment: 'OLD-1',
  signals: ['speed', 'vendorA'],
  from: T0,
  to: T0 + HOUR_MS,
}
const ask = { ...range, kind: 'elevator' as const }
const reading = (position: number, ts: number, speed: number) => ({
  equipment: 'OLD-1',
  ts,
  position,
  values: { speed, vendorA: speed },
})

/** A clock that leaps is believed when it has held for a day. */
async function leapTo(store: HistoryStore, now: number): Promise<void> {
  for (let hour = 0; hour <= 24; hour++) await store.maintain({ now: now + hour * HOUR_MS, drop: true })
}

test('values that come when all others of their hour are gone are added to its minutes and hours', async () => {
  const store = await openEmbedded({ dir: tempDir('late'), retention: SHORT })
  const one = reading(1, T0 + 1000, 1)
  const two = reading(2, T0 + 2000, 2)
  await store.write(blockOf({ readings: [one, two] }))
  await store.maintain({ now: T0 + 2 * HOUR_MS, drop: true })
  await leapTo(store, T0 + 10 * DAY_MS)
  expect((await store.series({ ...ask, points: 'raw' })).speed).toEqual([])
  await store.write(
    blockOf({ readings: [reading(3, T0 + 500, -5), reading(4, T0 + 5 * MINUTE_MS, 9)], from: 2 }),
  )
  for (let again = 0; again < 2; again++) {
    await store.maintain({ now: T0 + 11 * DAY_MS + again * 2 * HOUR_MS, drop: true })
    const minutes = await store.series({ ...ask, points: 'minute' })
    expect(minutes.speed?.map((point) => point.slice(2))).toEqual([
      [-5, 2],
      [9, 9],
    ])
    expect(minutes.vendorA?.map((point) => point.slice(2))).toEqual([
      [-5, 2],
      [9, 9],
    ])
    const hours = await store.series({ ...ask, points: 'hour' })
    expect(hours.speed).toEqual([[Math.floor(T0 / HOUR_MS) * HOUR_MS, 9, -5, 9]])
  }
  await store.close()
})

test('a clock that leaps ahead and comes back drops nothing and hides nothing', async () => {
  const dir = tempDir('leap')
  let store = await openEmbedded({ dir, retention: SHORT })
  await store.write(blockOf({ readings: [reading(1, T0 + 1000, 1), reading(2, T0 + 20 * MINUTE_MS, 2)] }))
  await store.maintain({ now: T0 + 2 * HOUR_MS, drop: true })
  for (const minutes of [0, 1, 30]) {
    await store.maintain({ now: T0 + 400 * DAY_MS + minutes * MINUTE_MS, drop: true })
  }
  await store.close()
  store = await openEmbedded({ dir, retention: SHORT })
  await store.maintain({ now: T0 + 400 * DAY_MS + HOUR_MS, drop: true })
  const values = async () => (await store.series({ ...ask, points: 'raw' })).speed?.map(([, speed]) => speed)
  expect(await values()).toEqual([1, 2])
  await store.maintain({ now: T0 + 2 * HOUR_MS + MINUTE_MS, drop: true })
  await store.write(blockOf({ readings: [reading(3, T0 + 30 * MINUTE_MS, 3)], from: 2 }))
  await store.maintain({ now: T0 + 3 * HOUR_MS, drop: true })
  expect(await values()).toEqual([1, 2, 3])

  // It held, though it was wrong: what it dropped is gone, what comes after it was set right is all there.
  await leapTo(store, T0 + 400 * DAY_MS)
  expect(await values()).toEqual([])
  await leapTo(store, T0 + 3 * HOUR_MS)
  const again = { ...reading(4, T0 + 27 * HOUR_MS + 5 * MINUTE_MS, 4) }
  await store.write(blockOf({ readings: [again], from: 3 }))
  const later = { ...ask, from: T0 + 27 * HOUR_MS, to: T0 + 29 * HOUR_MS, points: 'raw' as const }
  expect((await store.series(later)).speed).toEqual([[again.ts, 4]])
  await store.close()
})

test('an archive from before minutes and hours were made is rolled up whole', async () => {
  const dir = tempDir('older')
  const first = await openEmbedded({ dir, retention: SHORT })
  await first.write(blockOf({ readings: [reading(1, T0 + 1000, 1), reading(2, T0 + 30 * MINUTE_MS, 2)] }))
  await first.maintain({ now: T0 + 3 * HOUR_MS, drop: true })
  await first.close()
  const file = await openDuckDbFile(join(dir, 'history.duckdb'))
  const connection = await file.connect()
  await inTransaction(connection, async () => {
    await connection.run('DELETE FROM edge')
    await eraseRollups(connection, { from: 0, to: T0 * 2 })
  })
  file.close()

  const store = await openEmbedded({ dir, retention: SHORT })
  await store.maintain({ now: T0 + 3 * HOUR_MS, drop: true })
  await leapTo(store, T0 + 10 * DAY_MS)
  const hours = await store.series({ ...ask, points: 'minute' })
  expect(hours.speed?.map((point) => point.slice(1))).toEqual([
    [1, 1, 1],
    [2, 2, 2],
  ])
  await store.close()
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryStore } from '../../src/history/history.js'
import { openHistory } from '../../src/history/open-history.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { type InfluxServer, startInflux1 } from '../helpers/influx1.js'
import { leftOut } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { blockOf } from './block-of.js'
import { T0 } from './contract.js'

describe.skipIf(leftOut('what InfluxDB refuses', 'influxd'))('what InfluxDB refuses', () => {
  let server: InfluxServer
  const stores: HistoryStore[] = []
  beforeAll(async () => {
    server = await startInflux1()
  })
  afterAll(async () => {
    for (const store of stores) await store.close()
    await server?.stop()
  })

  async function open(database: string, now = () => T0): Promise<HistoryStore> {
    const influx = { url: server.url, database }
    const store = await openHistory({
      dataDir: tempDir('history'),
      influx,
      retention: DEFAULT_RETENTION,
      now,
    })
    stores.push(store)
    return store
  }
  async function lines(database: string, body: string): Promise<void> {
    const answer = await fetch(`${server.url}/write?db=${database}&precision=ms`, { method: 'POST', body })
    expect(answer.status).toBe(204)
  }
  const readings = (count: number, values: (i: number) => Record<string, number | string | boolean>) =>
    Array.from({ length: count }, (_, i) => ({
      equipment: 'R-1',
      ts: T0 + i,
      position: i + 1,
      values: values(i),
    }))
  const read = (store: HistoryStore, signals: string[]) =>
    store.series({ kind: 'elevator', equipment: 'R-1', signals, from: T0, to: T0 + 100_000, points: 'raw' })

  test('a field that the database already holds as another type is set aside, everything beside it is stored', async () => {
    await server.query('_internal', 'CREATE DATABASE "held"')
    await lines('held', `elevator,equipment=X speed=1i,vendorZ="text" ${T0}`)
    const store = await open('held')
    await store.write(blockOf({ readings: readings(7000, (i) => ({ speed: i, load: i, vendorZ: i })) }))
    const series = await read(store, ['speed', 'load', 'vendorZ'])
    expect(series.load).toHaveLength(7000)
    expect(series.speed).toEqual([])
    expect(series.vendorZ).toEqual([])
    expect(store.setAside()).toMatchObject({ type: 14_000, refused: 0 })
  })

  test('a type that somebody else wrote between two writes of ours is learnt from the refusal', async () => {
    const store = await open('raced')
    await store.write(blockOf({ readings: readings(1, () => ({ load: 1 })) }))
    await lines('raced', `elevator,equipment=X late="text" ${T0}`)
    const more = readings(6000, (i) => ({ load: i, late: i })).map((row) => ({
      ...row,
      position: row.position + 1,
    }))
    await store.write(blockOf({ readings: more, from: 1 }))
    const series = await read(store, ['load', 'late'])
    expect(series.load).toHaveLength(6000)
    expect(series.late).toEqual([])
    expect(store.setAside()).toMatchObject({ type: 6000, refused: 0 })
  })

  test('lines that the server cannot read at all are found by halving; every other line is stored', async () => {
    const store = await open('halved')
    const beyondItsTime = 1e16
    const rows = readings(300, (i) => ({ note: `n${i}` })).map((row, i) =>
      i === 77 || i === 200 ? { ...row, ts: beyondItsTime } : row,
    )
    await store.write(blockOf({ readings: rows }))
    const { note = [] } = await read(store, ['note'])
    expect(note).toHaveLength(298)
    expect(store.setAside().refused).toBe(2)
    expect(store.cursor()[0]).toBe(300)
  })

  test('what is older than the retention is set aside before it is sent', async () => {
    await server.query('_internal', 'CREATE DATABASE "short" WITH DURATION 48h')
    // The server goes by its own clock, so the rows stand around now.
    const now = Date.now()
    const store = await open('short', Date.now)
    const rows = [
      {
        equipment: 'R-2',
        ts: now - 3 * 86_400_000,
        position: 1,
        values: { load: 1, speed: 1, vendorOld: 'x' },
      },
      { equipment: 'R-2', ts: now - 3_600_000, position: 2, values: { load: 2 } },
    ]
    const events = [{ equipment: 'R-2', ts: now - 3 * 86_400_000, position: 3, code: 90, active: true }]
    await store.write(blockOf({ readings: rows, events }))
    const range = { kind: 'elevator', equipment: 'R-2', from: 0, to: now, points: 'raw' } as const
    expect((await store.series({ ...range, signals: ['load'] })).load).toEqual([[now - 3_600_000, 2]])
    expect(store.setAside()).toMatchObject({ 'too-old': 4, refused: 0 })
  })

  test('a database that was dropped is made again by the next write', async () => {
    const store = await open('dropped')
    await store.write(blockOf({ readings: readings(1, () => ({ load: 1 })) }))
    await server.query('_internal', 'DROP DATABASE "dropped"')
    const block = blockOf({
      readings: [{ equipment: 'R-1', ts: T0, position: 2, values: { load: 2 } }],
      from: 1,
    })
    await expect(store.write(block)).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
    await store.write(block)
    expect((await read(store, ['load'])).load).toEqual([[T0, 2]])
  })
})

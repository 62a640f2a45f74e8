import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TesheError } from '../../src/errors.js'
import type { OwnedStore } from '../../src/history/history.js'
import { openHistory } from '../../src/history/open-history.js'
import { HOUR_MS, MINUTE_MS } from '../../src/history/resolution.js'
import { createCursor } from '../../src/model/cursor.js'
import { type InfluxServer, startInflux1 } from '../helpers/influx1.js'
import { leftOut } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { blockOf } from './block-of.js'
import { SHORT } from './retention-contract.js'

describe.skipIf(leftOut('upkeep of InfluxDB 1', 'influxd'))('upkeep of InfluxDB 1', () => {
  /** The last hour that is over for long enough ended just now. */
  const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS
  const now = hour + 30 * MINUTE_MS
  let server: InfluxServer
  let store: OwnedStore
  let position = 0
  beforeAll(async () => {
    server = await startInflux1()
  })
  afterAll(async () => {
    await store?.close()
    await server?.stop()
  })

  async function open(database: string): Promise<void> {
    await store?.close()
    const influx = { url: server.url, database }
    store = await openHistory({ dataDir: tempDir('history'), influx, retention: SHORT, now: Date.now })
  }
  async function write(equipment: string, ts: number, speed: number): Promise<void> {
    const readings = [{ equipment, ts, position: ++position, values: { speed } }]
    await store.write(blockOf({ readings, from: position - 1 }))
  }
  async function hours(equipment: string): Promise<number[] | undefined> {
    const range = { from: hour - 10 * HOUR_MS, to: hour + HOUR_MS, points: 'hour' as const }
    const { speed } = await store.series({ kind: 'elevator', equipment, signals: ['speed'], ...range })
    return speed?.map(([, last]) => Number(last))
  }

  test('an hour that was empty when it was passed over is made when its values come after all', async () => {
    await open('passed')
    await write('U-1', hour - 8 * HOUR_MS, 1)
    await store.maintain({ now: now - 6 * HOUR_MS, drop: false })
    // The server was away: what belongs in between is still in the journal.
    await store.maintain({ now, drop: false })
    for (const back of [5, 4, 2]) await write('U-1', hour - back * HOUR_MS, back)
    await store.maintain({ now, drop: false })
    expect(await hours('U-1')).toEqual([1, 5, 4, 2])
  })

  test('a rebuild erases minutes, hours and what is kept with the values, and all of it comes again', async () => {
    await open('rebuilt')
    const ts = hour - 3 * HOUR_MS
    await write('U-3', ts, 1)
    await write('U-4', ts, 2)
    await store.keep([{ incident: 'I-3', equipment: 'U-3', spans: [{ from: ts, to: ts + HOUR_MS }] }])
    await store.maintain({ now, drop: false })
    const kept = () => server.query('rebuilt', 'SELECT speed FROM "kept"."elevator"')
    const whole = await kept()
    const plan = {
      from: Number.NEGATIVE_INFINITY,
      to: Number.POSITIVE_INFINITY,
      reach: { first: 1, since: ts },
      eraseFrom: ts - HOUR_MS,
      at: createCursor(),
    }
    const unreadable = () => Promise.reject(new TesheError('JOURNAL_DAMAGED', ['segment', 1, 'cut off']))
    await expect(store.rebuilding.begin(plan, ['U-3'], unreadable)).rejects.toThrow('cut off')
    expect(store.rebuilding.unfinished()).toBeNull()
    expect(await kept()).toEqual(whole)

    await store.rebuilding.begin(plan, ['U-3'], () => Promise.resolve())
    expect(await kept()).not.toEqual(whole)
    expect(await hours('U-3')).toEqual([])
    const readings = [{ equipment: 'U-3', ts, position: 1, values: { speed: 1 } }]
    await store.rebuilding.replace(blockOf({ readings }), plan)
    store.rebuilding.finish()
    await store.maintain({ now, drop: false })
    expect(await kept()).toEqual(whole)
    expect(await hours('U-3')).toEqual([1])
    expect(await hours('U-4')).toEqual([2])
  })

  test('what comes to a window around an incident after it is over is kept with the rest', async () => {
    await open('windows')
    await write('U-2', hour + MINUTE_MS, 1)
    const span = { from: hour, to: hour + 5 * MINUTE_MS }
    await store.keep([{ incident: 'I-1', equipment: 'U-2', spans: [span] }])
    await store.maintain({ now, drop: false })
    await write('U-2', hour + 2 * MINUTE_MS, 2)
    await store.maintain({ now: now + HOUR_MS, drop: false })
    const answer = await server.query('windows', 'SELECT speed FROM "kept"."elevator"')
    const [{ series = [] } = {}] = (answer as { results: { series?: { values: number[][] }[] }[] }).results
    expect(series[0]?.values.map(([, speed]) => speed)).toEqual([1, 2])
  })
})

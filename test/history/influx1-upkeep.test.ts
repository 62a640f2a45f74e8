import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TesheError } from '../../src/errors.js'
import type { OwnedStore } from '../../src/history/history.js'
import { openInfluxLedger } from '../../src/history/influx-ledger.js'
import { createRollupPace } from '../../src/history/influx-rollup.js'
import { maintainInflux } from '../../src/history/influx-upkeep.js'
import { openInflux1 } from '../../src/history/influx1.js'
import { openHistory } from '../../src/history/open-history.js'
import { HOUR_MS, MINUTE_MS } from '../../src/history/resolution.js'
import { createSignalTypes } from '../../src/history/signal-types.js'
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

  async function valuesOf(database: string, influxQl: string) {
    const answer = await server.query(database, influxQl)
    const [{ series = [] } = {}] = (answer as { results: { series?: { values: number[][] }[] }[] }).results
    return series[0]?.values.map(([, value]) => value).sort()
  }

  /** The upkeep alone, by a clock that the test moves. */
  async function openUpkeep(database: string) {
    await open(database)
    for (let i = 0; i < 4; i++) await write(`P-${i}`, hour - 2 * HOUR_MS + i * MINUTE_MS, i)
    const ledger = openInfluxLedger({ path: join(tempDir('ledger'), 'influx.sqlite'), target: database })
    const { upkeep } = ledger
    const connection = await openInflux1({ url: server.url, version: '1', database })
    const clock = { now: now + HOUR_MS }
    const types = createSignalTypes()
    types.heed([{ kind: 'elevator', name: 'speed', type: 'number' }])
    const options = {
      ledger: upkeep,
      types,
      retention: SHORT,
      pace: createRollupPace(),
      clock: () => clock.now,
      pause: () => Promise.resolve(),
      onClosing: () => undefined,
    }
    return {
      upkeep,
      clock,
      pace: options.pace,
      /** `costs` is asked before each statement and says how long (ms) it takes; half a minute is too long. */
      maintain: (costs: (statement: string) => number) =>
        maintainInflux(
          {
            ...options,
            connection: {
              ...connection,
              query(statement) {
                const ms = costs(statement)
                clock.now += Math.min(30_000, ms)
                if (ms < 30_000) return connection.query(statement)
                return Promise.reject(new TesheError('HISTORY_UNAVAILABLE', ['InfluxDB', 'timeout']))
              },
            },
          },
          { now, drop: false },
        ),
      async close() {
        await connection.close()
        ledger.close()
      },
    }
  }

  test('statements that take too long get smaller from call to call, until every hour is made', async () => {
    const { upkeep, pace, maintain, close } = await openUpkeep('slow')
    let timeouts = 0
    /** Ten minutes of four equipment take too long, and so does an hour of three. */
    function costs(statement: string): number {
      const [, from, to] = /time >= (\d+)ms AND time < (\d+)ms/.exec(statement) ?? []
      if (!statement.includes('last(') || from === undefined) return 10
      const own = statement.split('"equipment" = ').length - 1 || 4
      const size = statement.includes('last("last_speed")') ? 10 : (Number(to) - Number(from)) / MINUTE_MS
      const ms = size * own > 20 ? 30_000 : 2_000
      if (ms === 30_000) timeouts++
      return ms
    }
    for (let call = 0; call < 20 && (upkeep.edge('rolled influx') ?? 0) < hour; call++) {
      await maintain(costs).catch(() => undefined)
    }
    expect(upkeep.edge('rolled influx')).toBe(hour)
    expect(timeouts).toBeGreaterThan(1)
    expect(pace).toEqual({ minutes: 5, equipment: 2 })
    expect(await valuesOf('slow', 'SELECT last_speed FROM "hour_measure"."elevator"')).toEqual([0, 1, 2, 3])
    await close()
  })

  test('late hours leave half the time to new ones', async () => {
    const { upkeep, maintain, close } = await openUpkeep('busy')
    const late = Array.from({ length: 20 }, (_, i) => ({ hour: hour - (i + 3) * HOUR_MS, equipment: null }))
    upkeep.addLate(late)
    upkeep.setEdge('rolled influx', hour - 2 * HOUR_MS)
    await maintain(() => 1000)
    expect(upkeep.edge('rolled influx')).toBeGreaterThan(hour - 2 * HOUR_MS)
    expect(upkeep.late().size).toBeGreaterThan(5)
    await close()
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
    expect(await valuesOf('windows', 'SELECT speed FROM "kept"."elevator"')).toEqual([1, 2])
  })
})

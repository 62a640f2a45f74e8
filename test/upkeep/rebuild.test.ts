import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryClient } from '../../src/history/client.js'
import { openEmbedded } from '../../src/history/embedded.js'
import { openInfluxLedger } from '../../src/history/influx-ledger.js'
import { listSegments } from '../../src/journal/segment.js'
import { createCursor } from '../../src/model/cursor.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { type InfluxServer, startInflux1 } from '../helpers/influx1.js'
import { leftOut } from '../helpers/installed.js'
import { waitFor } from '../helpers/wait-for.js'
import { announce, catchUp, knowEquipment, openRecorded, type Recorded, startHistoryOf } from './recorded.js'

const LIFTS = Array.from({ length: 12 }, (_, i) => `REBUILD-${i}`)
const ROUNDS = 60
const HOUR = 3_600_000
const STEP = HOUR / 6
const DAY = 24 * HOUR
/** The journal begins here; it may have held more before. */
const BEGIN = Date.now() - 3 * DAY
const ALL = { onProgress: () => undefined, onWaiting: () => undefined }
/** The machine may be busy with other tests. */
const LONG = { timeout: 240_000 }
const FOR_EVER = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/** A round each ten minutes; every tenth has an event, and each lift sends late what it measured before the journal began. */
function record({ append }: Recorded): void {
  for (let round = 0; round < ROUNDS; round++) {
    const arrival = BEGIN + round * STEP
    for (const id of LIFTS)
      append('telemetry', id, arrival, { ts: arrival, speed: round, vendorA: `x${round}` })
    if (round % 10 === 0) {
      append('event', LIFTS[0] ?? '', arrival, { ts: arrival, code: 90, active: true, key: `k${round}` })
    }
  }
  for (const id of LIFTS) append('telemetry', id, BEGIN + ROUNDS * STEP, { ts: BEGIN - HOUR, load: 7 })
}

interface Content {
  series: Record<string, unknown>[]
  events: unknown
}

async function contentOf(client: HistoryClient, points: 'raw' | 'hour' = 'raw'): Promise<Content> {
  const range = { kind: 'elevator', from: BEGIN - 30 * DAY, to: Date.now() + DAY, points } as const
  const series: Record<string, unknown>[] = []
  for (const equipment of LIFTS) {
    series.push(await client.series({ ...range, equipment, signals: ['speed', 'load', 'vendorA', 'stray'] }))
  }
  return { series, events: await client.events(LIFTS[0] ?? '', range.from, range.to, 100) }
}

describe('embedded', () => {
  async function onRows(dataDir: string, sqls: readonly string[]): Promise<unknown[]> {
    const instance = await DuckDBInstance.create(join(dataDir, 'history', 'history.duckdb'))
    const connection = await instance.connect()
    let last: unknown[] = []
    for (const sql of sqls) last = (await connection.runAndReadAll(sql)).getRows()
    connection.closeSync()
    instance.closeSync()
    return last
  }
  /** Closed hours go into the archive and become minutes and hours. */
  async function maintain(dataDir: string): Promise<void> {
    const store = await openEmbedded({ dir: join(dataDir, 'history'), retention: DEFAULT_RETENTION })
    await store.maintain({ now: Date.now(), drop: false })
    await store.close()
  }
  const COUNT = `SELECT count(*)::INTEGER FROM (SELECT equipment, ts, position, part FROM elevator_recent
    UNION ALL SELECT equipment, ts, position, part FROM elevator_archive)`

  test(
    'rows that were deleted, changed or strange are as the journal says afterwards; older ones stay; nothing doubles',
    LONG,
    async () => {
      const recorded = openRecorded({ name: 'rebuild', headAtLeast: 1000, now: () => BEGIN })
      announce(recorded, LIFTS, BEGIN)
      record(recorded)
      const head = await recorded.settled()
      const { dataDir } = recorded
      let client = await startHistoryOf(dataDir)
      await catchUp(client, head)
      await client.close()
      const before = BEGIN - 10 * DAY
      // What the journal has dropped: an older row, and of some moments one half, while it still has the other.
      await onRows(dataDir, [
        `INSERT INTO elevator_recent (equipment, ts, shard, position, part, speed) VALUES (0, ${before}, 0, 900, 0, 9)`,
        `UPDATE elevator_recent SET speed = 5 WHERE ts = ${BEGIN - HOUR} AND equipment % 2 = 0`,
      ])
      await maintain(dataDir)
      client = await startHistoryOf(dataDir)
      const whole = await contentOf(client)
      const hours = await contentOf(client, 'hour')
      await client.close()
      const [[rows]] = (await onRows(dataDir, [COUNT])) as [[number]]

      await onRows(dataDir, [
        `DELETE FROM elevator_archive WHERE equipment % 3 = 0 AND ts >= ${BEGIN}`,
        `DELETE FROM extra_archive WHERE equipment % 2 = 0`,
        `DELETE FROM event WHERE ts > ${BEGIN + 20 * STEP}`,
        `UPDATE elevator_archive SET speed = -1, "load" = 3 WHERE ts >= ${BEGIN + 25 * STEP}`,
        // A row that no record gives, at a position that the journal knows.
        `INSERT INTO elevator_archive (equipment, ts, shard, position, part, speed)
         SELECT equipment, ts + 1, shard, position, part, 99 FROM elevator_archive WHERE ts = ${BEGIN + 30 * STEP} LIMIT 5`,
      ])
      client = await startHistoryOf(dataDir)
      expect(await contentOf(client)).not.toEqual(whole)
      const result = await client.rebuild({ ...FOR_EVER, ...ALL })
      expect(result).toMatchObject({ since: BEGIN, setAside: 0, notErased: null })
      // Everything but the row that only the history has.
      const events = ROUNDS / 10
      expect(result.rows).toBe(LIFTS.length * (ROUNDS * 2 + 1) + events)
      expect(await contentOf(client)).toEqual(whole)
      await client.rebuild({ from: BEGIN + 10 * STEP, to: BEGIN + 20 * STEP, ...ALL })
      expect(await contentOf(client)).toEqual(whole)
      expect(await contentOf(client, 'hour')).toEqual(hours)
      await client.close()
      // A moment keeps what only the dropped record said in a row of its own, beside what the journal gives.
      const halves = LIFTS.length / 2
      expect(await onRows(dataDir, [COUNT])).toEqual([[rows + halves]])
      await maintain(dataDir)
      client = await startHistoryOf(dataDir)
      expect(await contentOf(client)).toEqual(whole)
      expect(await contentOf(client, 'hour')).toEqual(hours)
      await client.close()
      await recorded.close()
    },
  )

  test(
    'live rows come while it is rebuilt, and a thread that ends in the middle leaves a whole store',
    LONG,
    async () => {
      const recorded = openRecorded({ name: 'rebuild-live' })
      announce(recorded, LIFTS, BEGIN)
      record(recorded)
      const client = await startHistoryOf(recorded.dataDir)
      await catchUp(client, await recorded.settled())
      const before = await contentOf(client)
      const port = client.port()
      let goOn = true
      let sent = 0
      const live = (async () => {
        for (; goOn; sent++) {
          const at = Date.now()
          for (const id of LIFTS) recorded.append('telemetry', id, at, { ts: at, load: sent })
          const head = await recorded.settled()
          port.postMessage({
            shards: [...head.keys()],
            from: head,
            to: head,
            readings: [],
            extras: [],
            events: [],
          })
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
      })()
      await client.rebuild({ ...FOR_EVER, ...ALL })
      const ended = client.rebuild({ ...FOR_EVER, ...ALL }).catch((error: unknown) => error)
      goOn = false
      await live
      await client.close()
      await ended
      const again = await startHistoryOf(recorded.dataDir)
      await catchUp(again, await recorded.settled())
      const after = await contentOf(again)
      for (const [i, series] of after.series.entries()) {
        const load = series.load as [number, number][]
        expect(load.slice(1).map(([, value]) => value)).toEqual(Array.from({ length: sent }, (_, n) => n))
        expect({ ...series, load: load.slice(0, 1) }).toEqual(before.series[i])
      }
      await again.close()
      await recorded.close()
    },
  )
})

describe.skipIf(leftOut('rebuild on InfluxDB 1', 'influxd'))('InfluxDB 1', () => {
  let server: InfluxServer
  beforeAll(async () => {
    server = await startInflux1()
  })
  afterAll(() => server?.stop())

  test(
    'points that were deleted, changed or strange are as the journal says; older and foreign ones stay; a kill in the middle is made good',
    LONG,
    async () => {
      const influx = { url: server.url, database: 'teshe' }
      const recorded = openRecorded({ name: 'rebuild-influx', now: () => BEGIN })
      announce(recorded, LIFTS, BEGIN)
      record(recorded)
      const { dataDir } = recorded
      let client = await startHistoryOf(dataDir, influx)
      await catchUp(client, await recorded.settled())
      knowEquipment(dataDir, LIFTS)
      const write = (lines: string) =>
        fetch(`${server.url}/write?db=teshe&precision=ms`, { method: 'POST', body: lines })
      await write(`elevator,equipment=${LIFTS[0]} speed=9 ${BEGIN - 10 * DAY}`)
      await write(`elevator,equipment=FOREIGN speed=9 ${BEGIN + HOUR}`)
      const foreign = () => server.query('teshe', `select speed from elevator where equipment = 'FOREIGN'`)
      const [whole, others] = [await contentOf(client), await foreign()]

      const at = (round: number) => `${BEGIN + round * STEP}ms`
      await server.query(
        'teshe',
        `delete from elevator where time >= ${at(5)} and time < ${at(9)} and equipment =~ /^REBUILD/`,
      )
      await server.query('teshe', `delete from event where time >= ${at(20)}`)
      await write(`elevator,equipment=${LIFTS[1]} speed=-1,load=3 ${BEGIN + 30 * STEP}`)
      await write(`elevator,equipment=${LIFTS[2]} stray=1 ${BEGIN + 30 * STEP + 1}`)
      expect(await contentOf(client)).not.toEqual(whole)
      expect(await client.rebuild({ ...FOR_EVER, ...ALL })).toMatchObject({ notErased: null, setAside: 0 })
      expect(await contentOf(client)).toEqual(whole)
      expect(await foreign()).toEqual(others)

      // The server goes away in the middle: it is waited for. Then the service ends in the middle: the next one goes on.
      await server.stop()
      const waited: string[] = []
      const rebuilt = client
        .rebuild({ ...FOR_EVER, onProgress: () => undefined, onWaiting: (why) => waited.push(why) })
        .catch((error: unknown) => error)
      await waitFor('it waits for the server', () => waited.length > 0)
      await waitFor('the journal is kept for it', () => client.cursor().every((position) => position === 0))
      await client.close()
      await rebuilt
      await server.start()
      client = await startHistoryOf(dataDir, influx)
      await waitFor('it has gone on by itself', () => client.cursor().some((position) => position > 0))
      expect(await contentOf(client)).toEqual(whole)
      await client.close()

      // Killed when everything was erased and nothing written yet.
      const target = [influx.url, influx.database, ''].join(' ')
      const ledger = openInfluxLedger({ path: join(dataDir, 'history', 'influx.sqlite'), target })
      const reach = { first: 1, since: BEGIN }
      ledger.rebuild.begin({ ...FOR_EVER, reach, eraseFrom: BEGIN, at: createCursor() })
      ledger.rebuild.erased()
      ledger.close()
      for (const measurement of ['elevator', 'event']) {
        await server.query(
          'teshe',
          `delete from ${measurement} where time >= ${at(0)} and equipment =~ /^REBUILD/`,
        )
      }
      client = await startHistoryOf(dataDir, influx)
      await waitFor('it has gone on by itself', async () => {
        expect(await contentOf(client)).toEqual(whole)
        return true
      })

      // A journal that cannot be read to its end is seen before anything is erased, and nothing is left half done.
      await recorded.close()
      const newest = new Sqlite(listSegments(join(dataDir, 'journal')).at(-1)?.path)
      newest.exec(`update batch set data = x'0102' where last = (select max(last) from batch)`)
      newest.close()
      await expect(client.rebuild({ ...FOR_EVER, ...ALL })).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' })
      expect(await contentOf(client)).toEqual(whole)
      await waitFor('the journal is not kept for it', () => client.cursor().some((position) => position > 0))
      await client.close()
    },
  )
})

/** The service on a real PostgreSQL and a real InfluxDB by nothing but settings: message → incident → history, and after a restart. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InfluxServer, startInflux1 } from '../helpers/influx1.js'
import { leftOut } from '../helpers/installed.js'
import { type PostgresServer, startPostgres } from '../helpers/postgres.js'
import { waitFor } from '../helpers/wait-for.js'
import { type Signed, signIn } from '../service/sign-in.js'
import { startService } from '../service/start-service.js'
import { connectDevice, DESK, type House, openHouse, PATIENCE } from './house.js'

const LIFT = 'PG-LIFT-1'
const missing = [
  leftOut('the service on PostgreSQL and InfluxDB', 'postgres'),
  leftOut('the service on PostgreSQL and InfluxDB', 'influxd'),
].includes(true)

type Series = { signals: Record<string, [number, number][]> }

describe.skipIf(missing)('PostgreSQL and InfluxDB by settings', () => {
  let postgres: PostgresServer
  let influx: InfluxServer
  let databaseUrl: string
  let env: Record<string, string>
  let house: House
  let desk: Signed

  beforeAll(async () => {
    ;[postgres, influx] = await Promise.all([startPostgres(), startInflux1()])
    databaseUrl = await postgres.newDatabase()
    env = { TESHE_DATABASE_URL: databaseUrl, TESHE_INFLUX_URL: influx.url, TESHE_INFLUX_DATABASE: 'city' }
    house = await openHouse({
      databaseUrl,
      env,
      equipment: [
        { id: LIFT, kind: 'elevator', name: '1号梯', attributes: { presenceSource: 'controller' } },
      ],
    })
    desk = await signIn(house.service.http, DESK.username, DESK.password)
  })
  afterAll(async () => {
    await house?.service.stop()
    await influx?.stop()
    await postgres?.close()
  })

  const speeds = () => desk.get<Series>(`/api/equipment/${LIFT}/history?signals=speed&points=raw`)

  test('message => incident in PostgreSQL => values in InfluxDB, and both are there after a restart', async () => {
    const device = await connectDevice(house, LIFT)
    const from = Date.now()
    await device.say('telemetry', { ts: from, speed: 0, doorZone: false, door: 2, passenger: true })
    for (const [index, speed] of [0.25, 0.5, 0].entries())
      await device.say('telemetry', { ts: from + 1 + index, speed })
    await device.say('event', { ts: from + 4, code: 90, active: true, key: 'alarm-1' })
    const recorded = [
      [from, 0],
      [from + 1, 0.25],
      [from + 2, 0.5],
      [from + 3, 0],
    ]

    const [incident] = await waitFor(
      'the incident',
      async () => {
        const { items } = await desk.get<{ items: { id: string; class: string }[] }>(
          `/api/incidents?equipment=${LIFT}`,
        )
        return items.length > 0 && items
      },
      PATIENCE,
    )
    expect(incident?.class).toBe('trapped')
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    const { rows } = await client.query('select id, equipment_id from incident')
    await client.end()
    expect(rows).toEqual([{ id: incident?.id, equipment_id: LIFT }])

    await waitFor(
      'the speeds in the history',
      async () => (await speeds()).signals.speed?.length === 4,
      PATIENCE,
    )
    expect((await speeds()).signals.speed).toEqual(recorded)
    const answer = (await influx.query('city', `select speed from elevator where equipment = '${LIFT}'`)) as {
      results: { series: { values: unknown[][] }[] }[]
    }
    expect(answer.results[0]?.series[0]?.values).toEqual(recorded)
    const events = await desk.get<{ items: { code: number; key: string }[] }>(`/api/equipment/${LIFT}/events`)
    expect(events.items).toMatchObject([{ code: 90, key: 'alarm-1' }])
    // Neither embedded store was opened beside the real ones.
    for (const file of ['teshe.sqlite', 'history.duckdb'])
      expect([file, existsSync(join(house.dir, file))]).toEqual([file, false])

    await device.close()
    expect(await house.service.stop()).toBe(0)
    house = { ...house, service: await startService({ dir: house.dir, env }) }
    desk = await signIn(house.service.http, DESK.username, DESK.password)
    expect((await speeds()).signals.speed).toEqual(recorded)
    expect((await desk.get<{ items: unknown[] }>('/api/incidents')).items).toHaveLength(1)
  })

  test('InfluxDB away: devices are acknowledged, and what they said is there when it is back', async () => {
    await influx.stop()
    const device = await connectDevice(house, LIFT)
    const from = Date.now()
    const recorded = Array.from({ length: 100 }, (_, i) => [from + i, i])
    await Promise.all(recorded.map(([ts, load]) => device.say('telemetry', { ts, load })))
    await device.close()
    await influx.start()
    const loads = () =>
      desk
        .get<Series>(`/api/equipment/${LIFT}/history?signals=load&points=raw&from=${from}&to=${from + 100}`)
        .then(({ signals }) => signals.load)
    // While the store is away or the writer waits, the answer is an error or a part.
    await waitFor('all loads', async () => (await loads())?.length === 100, { ...PATIENCE, everyMs: 500 })
    expect(await loads()).toEqual(recorded)
  })
})

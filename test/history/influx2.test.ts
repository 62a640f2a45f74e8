import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryStore } from '../../src/history/history.js'
import { detectInflux, parseVersion } from '../../src/history/influx-version.js'
import { openHistory } from '../../src/history/open-history.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { leftOut } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { startVictoriaMetrics, type VictoriaMetricsServer } from '../helpers/victoria-metrics.js'
import { blockOf } from './block-of.js'
import { T0 } from './contract.js'

test.each([
  ['1.6.7~rc0', '1'],
  ['v2.7.1', '2'],
  ['3.0.1', '3'],
  ['1.8.0', '1'],
])('version %s is of %s', (text, major) => {
  expect(parseVersion(text)).toMatchObject({ major })
})

test.each([['0.9.1'], ['relay'], [undefined], ['4.0.0']])('%s is no version we know', (text) => {
  expect(parseVersion(text)).toBeNull()
})

test('an address where nobody listens makes the store unavailable', async () => {
  await expect(detectInflux({ url: 'http://127.0.0.1:1' })).rejects.toMatchObject({
    code: 'HISTORY_UNAVAILABLE',
  })
})

describe.skipIf(leftOut('history on the writer of InfluxDB 2', 'victoria-metrics'))(
  'the writer of InfluxDB 2',
  () => {
    let server: VictoriaMetricsServer
    let store: HistoryStore
    const dataDir = tempDir('history')
    const open = () =>
      openHistory({
        dataDir,
        influx: { url: server.url, version: '2', database: 'teshe', org: 'teshe' },
        retention: DEFAULT_RETENTION,
        now: Date.now,
      })
    beforeAll(async () => {
      server = await startVictoriaMetrics()
      store = await open()
    })
    afterAll(async () => {
      await store?.close()
      await server?.stop()
    })

    async function stored(equipment: string): Promise<Record<string, [number, number][]>> {
      const series = await server.exported(`{equipment="${equipment}"}`)
      return Object.fromEntries(
        series.map(({ metric, values, timestamps }) => [
          metric.__name__,
          values.map((value, i): [number, number] => [timestamps[i] ?? 0, value]),
        ]),
      )
    }

    test('the server says it is 1.8, so the setting has to decide', async () => {
      expect(await detectInflux({ url: server.url })).toMatchObject({ major: '1' })
      expect(store.name).toContain('InfluxDB')
    })

    test('numbers and switches arrive as they were written', async () => {
      const readings = [1.52, -3.25, 0.001, 123456.5].map((speed, i) => ({
        equipment: 'VM-1',
        ts: T0 + i * 1000,
        position: i + 1,
        values: { speed, doorZone: i % 2 === 0, vendorA: i },
      }))
      await store.write(blockOf({ readings }))
      const series = await stored('VM-1')
      expect(series.elevator_speed).toEqual(readings.map(({ ts, values }) => [ts, values.speed]))
      expect(series.elevator_doorZone).toEqual(readings.map(({ ts }, i) => [ts, i % 2 === 0 ? 1 : 0]))
      expect(series.elevator_vendorA).toEqual(readings.map(({ ts }, i) => [ts, i]))
      expect(store.cursor()[0]).toBe(4)
    })

    test('more than one batch arrives whole', async () => {
      const readings = Array.from({ length: 12_000 }, (_, i) => ({
        equipment: `VM-MANY-${i % 7}`,
        ts: T0 + i,
        position: 100 + i,
        values: { load: i },
      }))
      await store.write(blockOf({ readings, from: 99 }))
      let count = 0
      for (let i = 0; i < 7; i++) count += (await stored(`VM-MANY-${i}`)).elevator_load?.length ?? 0
      expect(count).toBe(12_000)
    })

    test('another type of an unknown signal is set aside and nothing is sent of it', async () => {
      const one = { equipment: 'VM-2', ts: T0, position: 20_000, values: { vendorB: 1 } }
      const two = { equipment: 'VM-2', ts: T0 + 1, position: 20_001, values: { vendorB: true, load: 3 } }
      await store.write(blockOf({ readings: [one, two], from: 19_999 }))
      expect(await stored('VM-2')).toEqual({ elevator_vendorB: [[T0, 1]], elevator_load: [[T0 + 1, 3]] })
      expect(store.setAside().type).toBe(1)
    })

    test('while the server is away nothing moves; when it is back the same block goes in', async () => {
      await server.stop()
      const reading = { equipment: 'VM-3', ts: T0, position: 30_000, values: { load: 1 } }
      const block = blockOf({ readings: [reading], from: 29_999 })
      const before = store.cursor()
      await expect(store.write(block)).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
      expect(store.cursor()).toEqual(before)
      await server.start()
      await store.write(block)
      expect(await stored('VM-3')).toEqual({ elevator_load: [[T0, 1]] })
      await store.close()
      store = await open()
      expect(store.cursor()[0]).toBe(30_000)
    })
  },
)

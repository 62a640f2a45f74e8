import { afterAll, beforeAll, describe } from 'vitest'
import { openHistory } from '../../src/history/open-history.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { type InfluxServer, startInflux1 } from '../helpers/influx1.js'
import { leftOut } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { describeHistory } from './contract.js'

describe.skipIf(leftOut('history on InfluxDB 1', 'influxd'))('on a real server', () => {
  let server: InfluxServer
  beforeAll(async () => {
    server = await startInflux1()
  })
  afterAll(() => server?.stop())

  describeHistory('InfluxDB 1 history', async () => {
    const dataDir = tempDir('history')
    const open = () =>
      openHistory({
        dataDir,
        influx: { url: server.url, database: 'teshe' },
        retention: DEFAULT_RETENTION,
        now: Date.now,
      })
    let store = await open()
    return {
      store,
      async reopen() {
        await store.close()
        store = await open()
        return store
      },
      outage: { begin: () => server.stop(), end: () => server.start() },
      close: () => store.close(),
    }
  })
})

import { afterAll, beforeAll, describe } from 'vitest'
import { openHistory } from '../../src/history/open-history.js'
import { type InfluxServer, startInflux1 } from '../helpers/influx1.js'
import { leftOut } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { describeRetention, SHORT } from './retention-contract.js'

describe.skipIf(leftOut('retention on InfluxDB 1', 'influxd'))('on a real server', () => {
  let server: InfluxServer
  beforeAll(async () => {
    server = await startInflux1()
  })
  afterAll(() => server?.stop())

  describeRetention('retention on InfluxDB 1', () =>
    openHistory({
      dataDir: tempDir('history'),
      influx: { url: server.url, database: 'teshe' },
      retention: SHORT,
      now: Date.now,
    }),
  )
})

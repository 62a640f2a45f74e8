/**
 * SIGKILL between an outside broker and the journal: `node dist/test/chaos/uplink.js [--kills 20] [--rate 2000]
 * [--connections 50] [--inflight 1000] [--seed 1]`.
 *
 * Devices publish to a real Mosquitto while the service is killed, or ended, at random moments and started again. At the
 * end sets are compared: what Mosquitto acknowledged to the devices, and what lies in the journal. Exits 1 when something
 * was lost or doubled.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { WINDOW } from '../bench/fleet.js'
import { startMosquitto } from '../helpers/mosquitto-broker.js'
import { startLoad } from '../load/start.js'
import { lifts, seedDataDirectory } from '../service/seed.js'
import { startService } from '../service/start-service.js'
import { createRandom } from './random.js'
import { tallyJournal } from './tally.js'
import { pause, until } from './waiting.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    rate: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '50' },
    inflight: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})
const kills = Number(values.kills)
const random = createRandom(Number(values.seed))
const dir = mkdtempSync(join(tmpdir(), 'teshe-chaos-uplink-'))
const fleet = lifts(Number(values.connections))
await seedDataDirectory({ dir, equipment: fleet })
const outside = await startMosquitto({ maxInflight: Number(values.inflight) })
const start = () =>
  startService({ dir, env: { TESHE_UPLINK_URL: outside.url, TESHE_UPLINK_TOPICS: 'teshe/v1/#' } })

let service = await start()
await until('the uplink is up', async () => (await uplink())?.connected === true)
const ids = fleet.flatMap(({ id }) => id ?? [])
const load = startLoad()
await load.connect({
  host: '127.0.0.1',
  port: outside.port,
  ids,
  passwords: ids.map(() => 'none'),
  window: WINDOW,
  burst: 1,
  rate: 0,
  reconnectMs: 200,
  withSeq: true,
})
load.go(Number(values.rate))
for (let kill = 1; kill <= kills; kill++) {
  await pause(500 + random() * 3000)
  // One in four is an orderly end.
  const orderly = random() < 0.25
  if (orderly) await service.stop()
  else await service.kill()
  service = await start()
  console.log(`${orderly ? 'end ' : 'kill'} ${kill}/${kills}`)
}
await load.stop()
await until('Mosquitto has acknowledged everything', async () => (await load.report()).inFlight === 0)
const { report } = await load.report()
await load.end()
let journal = tallyJournal(dir, report)
for (let before = -1; journal.stored !== before; journal = tallyJournal(dir, report)) {
  before = journal.stored
  await pause(3000)
}
await service.stop()
await outside.stop()
console.table({ journal })
rmSync(dir, { recursive: true, force: true })
const bad = journal.lost + journal.doubled
console.log(bad === 0 ? 'lost 0, doubled 0' : `FAILED: ${bad} lost or doubled`)
process.exit(bad === 0 ? 0 : 1)

async function uplink(): Promise<{ connected: boolean } | undefined> {
  const { parts } = (await (await fetch(`${service.http}/readyz`)).json()) as {
    parts: { part: string; detail: { connected: boolean } }[]
  }
  return parts.find(({ part }) => part === 'uplink')?.detail
}

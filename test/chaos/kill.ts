/**
 * SIGKILL under load: `node dist/test/chaos/kill.js [--kills 20] [--rate 5000] [--connections 200] [--seed 1]
 * [--moments random,finding-posted,finding-committed,closed-in-the-tail] [--keep]`.
 *
 * Kills the service at random moments and at the named ones between two commits, lets it come back, and at the end
 * compares sets of values: what was acknowledged, what lies in the journal and in the history, and whether each alarm
 * became exactly one finding, one incident and one order. Exits 1 when something was lost or doubled.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '../helpers/free-port.js'
import { startLoad } from '../load/start.js'
import { lifts, SEEDER, seedDataDirectory } from '../service/seed.js'
import { signIn } from '../service/sign-in.js'
import { type Service, startService } from '../service/start-service.js'
import { startReceiver } from './receiver.js'
import { tallyHistory, tallyJournal, tallyRescues } from './tally.js'
import { startVictims } from './victims.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    rate: { type: 'string', default: '5000' },
    connections: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    moments: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const kills = Number(values.kills)
const rate = Number(values.rate)
const connections = Number(values.connections)
const random = mulberry32(Number(values.seed))

/** Where it dies, in turn; `random` is most of them. */
const MOMENTS = [
  'random',
  'finding-posted',
  'random',
  'finding-committed',
  'random',
  'closed-in-the-tail',
] as const

const dir = mkdtempSync(join(tmpdir(), 'teshe-chaos-'))
const receiver = await startReceiver()
const equipment = lifts(connections + kills)
const adminPassword = 'chaos-monkey-9'
const { passwordById } = await seedDataDirectory({
  dir,
  equipment,
  more: async (registry) => {
    const { id } = await registry.organisations.create({ name: 'Rescuers', type: 'maintainer' }, SEEDER)
    for (const lift of equipment) lift.maintainerId = id
    await registry.accounts.create({ username: 'desk', password: adminPassword, role: 'dispatcher' }, SEEDER)
  },
})
const ids = equipment.flatMap(({ id }) => id ?? [])
const ports = { http: String(await freePort()), mqtt: await freePort() }

function start(point: string, held: boolean): Promise<Service> {
  return startService({
    dir,
    entry: 'dist/test/chaos/service.js',
    env: {
      TESHE_HTTP_PORT: ports.http,
      TESHE_MQTT_PORT: String(ports.mqtt),
      TESHE_WEBHOOK_URL: receiver.url,
      TESHE_WEBHOOK_SECRET: 'chaos-webhook-secret',
      CHAOS_POINT: point,
      CHAOS_HELD: held ? 'yes' : 'no',
    },
  })
}

let service = await start('', false)
const load = startLoad()
await load.connect({
  host: '127.0.0.1',
  port: ports.mqtt,
  ids: ids.slice(0, connections),
  passwords: ids.slice(0, connections).map((id) => passwordById.get(id) ?? ''),
  window: 50,
  rate,
  reconnectMs: 200,
  withSeq: true,
})
const victims = startVictims({ port: ports.mqtt, ids: ids.slice(connections), passwordById })
load.go(rate)

for (let kill = 0; kill < kills; kill++) {
  const moment = MOMENTS[kill % MOMENTS.length] ?? 'random'
  const began = Date.now()
  if (moment === 'random') {
    const pressed = victims.press()
    await pause(1000 + random() * 4000)
    await service.kill()
    service = await start('', false)
    await pressed
  } else {
    // The service that dies at a moment is started for it: the one before is killed too.
    await service.kill()
    const held = moment === 'closed-in-the-tail'
    const pressed = victims.press()
    // It may die before it is ready: a finding of the one before comes again from the journal's tail.
    const doomed = await start(held ? 'finding-committed' : moment, held).catch(() => null)
    if (doomed && held) {
      service = doomed
      await closeIncidentOf(await pressed)
      await doomed.kill()
    }
    await doomed?.exited
    service = await start('', false)
    await pressed
  }
  console.log(`kill ${kill + 1}/${kills} ${moment}: back after ${((Date.now() - began) / 1000).toFixed(1)} s`)
}

await pause(3000)
const figures = await load.stop()
await until('everything in flight is acknowledged', async () => (await load.report()).inFlight === 0)
await until('rules and history have read everything', async () => {
  const behind = [...(await readiness()).matchAll(/"behind":(\d+)/g)].map(([, records]) => Number(records))
  // Ticks go on, so a reader is never quite at the head.
  return behind.length === 2 && behind.every((records) => records < 100)
})
await until('notices are sent', async () => {
  const before = receiver.arrivals.size
  await pause(2000)
  return receiver.arrivals.size === before
})
const { report } = await load.report()
await load.end()
await victims.close()
await service.stop()

const journal = tallyJournal(dir, report)
const history = await tallyHistory(dir, report)
const rescues = tallyRescues(dir, victims.acknowledged)
const repeats = [...receiver.arrivals.values()].reduce((sum, times) => sum + times - 1, 0)
receiver.close()
console.table({ journal, history })
console.table({ rescues: { ...rescues, received: receiver.arrivals.size, 'received again': repeats } })
console.log(
  `${Math.round(figures.acknowledged / figures.seconds)} messages/s acknowledged over the whole run, kills included`,
)
if (!values.keep) rmSync(dir, { recursive: true, force: true })
else console.log(`data kept in ${dir}`)
const bad = journal.lost + history.lost + history.doubled + rescues.doubled + rescues.missing
const unsent = rescues.notices - receiver.arrivals.size
console.log(
  bad + unsent === 0 ? 'lost 0, doubled 0' : `FAILED: ${bad} lost or doubled, ${unsent} notices not received`,
)
process.exit(bad + unsent === 0 ? 0 : 1)

/** A dispatcher closes the incident while the snapshot that would forget its finding is not written yet. */
async function closeIncidentOf(equipmentId: string): Promise<void> {
  const desk = await signIn(service.http, 'desk', adminPassword)
  await until('the incident is there', async () => {
    const { items } = await desk.get<{ items: { id: string }[] }>(`/api/incidents?equipment=${equipmentId}`)
    const id = items[0]?.id
    if (!id) return false
    await desk.post(`/api/incidents/${id}/actions`, { action: 'false-alarm', via: 'app', reason: 'chaos' })
    await desk.post(`/api/incidents/${id}/actions`, { action: 'close', via: 'app' })
    return true
  })
}

async function readiness(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${ports.http}/readyz`)
  return response.text()
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited 120 s in vain: ${what}`)
    await pause(250)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * `npm run fuzz -- [--packets 1000000] [--seed N] [--connections 200] [--gateways 0.15]`: generated packets and payloads,
 * right ones and spoilt ones, over real sockets to the service in a process of its own. Ends with what was sent by kind,
 * the account of every packet against the counters of the service, memory over time, and how a healthy device fared.
 * Exits 1 when a line does not agree, when the service died or complained, or when its memory grew.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { quantiles } from '../chaos/alarms.js'
import { pause, until } from '../chaos/waiting.js'
import { startService } from '../service/start-service.js'
import {
  add,
  type Counters,
  createSent,
  intakeLines,
  journalLines,
  readCounters,
  recount,
  total,
} from './accounts.js'
import { seedCast } from './cast.js'
import { startHealthy } from './healthy.js'
import { live } from './life.js'
import { createMemory } from './memory.js'

const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    connections: { type: 'string', default: '200' },
    gateways: { type: 'string', default: '0.15' },
    keep: { type: 'boolean', default: false },
  },
})
const MAX_PACKET_BYTES = 512 * 1024
const MAX_PACKETS_OF_A_LIFE = 120
/** So much more memory at the end is still flat: the stores fill their caches. */
const GROWTH_ALLOWED = 0.15
const WARM_ENOUGH_S = 60
const packets = Number(values.packets)
const seed = Number(values.seed)
console.log(`seed ${seed}, ${packets} packets`)

const dir = mkdtempSync(join(tmpdir(), 'teshe-fuzz-'))
const { characters, healthy: well } = await seedCast(dir, Number(values.connections), Number(values.gateways))
const service = await startService({
  dir,
  entry: 'dist/test/chaos/service.js',
  env: { TESHE_MQTT_MAX_PACKET: String(MAX_PACKET_BYTES) },
})
process.once('exit', () => service.process.kill('SIGKILL'))
let died: number | null | undefined
void service.exited.then((code) => {
  died = code
})
const before = service.lines.length
const healthy = startHealthy({ port: service.mqttPort, ...well })
const memory = createMemory()
const sent = createSent()
const began = performance.now()
let lives = 0

async function liveOn(index: number): Promise<void> {
  const who = characters[index]
  while (who && sent.packets < packets && died === undefined && sent.faults.length < 20) {
    const number = lives++
    const life = await live({
      seed: seed * 1_000_003 + number,
      port: service.mqttPort,
      // From an address of its own, as devices come: what one does wrong is not held against the others.
      address: `127.${1 + (number % 250)}.${1 + (Math.floor(number / 250) % 250)}.${1 + Math.floor(number / 62_500)}`,
      who,
      maxPackets: MAX_PACKETS_OF_A_LIFE,
      maxPacketBytes: MAX_PACKET_BYTES,
    })
    add(sent, life)
    if (life.fault !== null) sent.faults.push(`life ${number} as ${who.username}: ${life.fault}`)
  }
}

const watching = setInterval(() => memory.sample(service.process.pid ?? 0), 1000)
const telling = setInterval(() => {
  const seconds = (performance.now() - began) / 1000
  const mb = Math.round(memory.figures().lastQuarter)
  console.log(
    `  ${Math.round(seconds)} s: ${sent.packets} packets, ${Math.round(sent.packets / seconds)}/s, ${mb} MB`,
  )
}, 10_000)
await Promise.all(characters.map((_, index) => liveOn(index)))
const seconds = (performance.now() - began) / 1000
clearInterval(telling)
healthy.stop()
await until('the healthy device has its last acknowledgement', () => healthy.inFlight === 0, 30)
const counters = died === undefined ? await settledCounters() : new Map<string, number>()
clearInterval(watching)
const { cuts } = healthy
healthy.close()
if (died === undefined) await service.stop()

const lines = [...intakeLines(sent, healthy.sent, counters), ...journalLines(recount(dir), counters)]
const complaints = service.lines.slice(before).filter((line) => !line.startsWith('{'))
const figures = memory.figures()
console.table(Object.fromEntries([...sent.byName].sort(([, a], [, b]) => b - a)))
console.table(lines.map((line) => ({ ...line, agrees: line.sent === line.counted ? 'yes' : 'NO' })))
const served = {
  ...quantiles('PUBACK', healthy.times),
  'connection ended': cuts,
}
console.table({
  lives,
  packets: sent.packets,
  'packets/s': Math.round(sent.packets / seconds),
  'subscriptions denied': total(counters, 'teshe_broker_refused_total', '"subscribe-foreign"'),
  'MB, second quarter': figures.secondQuarter,
  'MB, last quarter': figures.lastQuarter,
  'MB, peak': figures.peak,
  ...Object.fromEntries(Object.entries(served).map(([name, value]) => [`healthy device: ${name}`, value])),
})
const faults = [
  ...sent.faults,
  ...complaints.map((line) => `the service said: ${line.slice(0, 300)}`),
  ...(died !== undefined && died !== 0 ? [`the service ended with ${died}`] : []),
  ...lines
    .filter((line) => line.sent !== line.counted)
    .map(({ what, sent: ours, counted }) => `${what}: ${ours} sent, ${counted} counted`),
  ...(cuts > 0 ? [`the healthy device was cut ${cuts} times`] : []),
  ...(seconds > WARM_ENOUGH_S && figures.lastQuarter > figures.secondQuarter * (1 + GROWTH_ALLOWED)
    ? [`memory grew from ${figures.secondQuarter} to ${figures.lastQuarter} MB`]
    : []),
]
if (!values.keep) rmSync(dir, { recursive: true, force: true })
else console.log(`data kept in ${dir}`)
console.log(
  faults.length === 0
    ? `every packet is accounted for, crashes 0, unhandled 0 (seed ${seed})`
    : `FAILED (seed ${seed}):\n  ${faults.join('\n  ')}`,
)
process.exit(faults.length === 0 ? 0 : 1)

/** Counters once the rules have read everything: they are brought up to date each second. */
async function settledCounters(): Promise<Counters> {
  const ask = async () => readCounters(await (await fetch(`${service.http}/metrics`)).text())
  let last = await ask()
  await until(
    'the counters stand still',
    async () => {
      await pause(2500)
      const now = await ask()
      const moving = ['teshe_broker_stored_total', 'teshe_rules_readings_total', 'teshe_rules_rejected_total']
      const still = moving.every((name) => total(now, name) === total(last, name))
      last = now
      return still
    },
    300,
  )
  return last
}

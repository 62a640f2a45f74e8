/**
 * `uplink`: messages a second that come durable into the journal through an outside broker (a real Mosquitto with a
 * persistent session of ours), beside the same messages straight to our own door, same generator, rules on.
 */
import { installed } from '../helpers/installed.js'
import { startMosquitto } from '../helpers/mosquitto-broker.js'
import type { Load } from '../load/start.js'
import { type BenchService, connectLoad, pause, startBenchService } from './fleet.js'

const CONNECTIONS = 50
/** `max_inflight_messages` of the Mosquitto that is measured; its own default, 20, is measured beside it. */
const MAX_INFLIGHT = 1000
/** Shares of the direct rate that are offered, until one is held. */
const SHARES = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
/** Stored soon after the end, of what was published: less, and a backlog grows at the outside broker. */
const HELD = 0.97
/** ms after which the figures know of it: they are brought up to date once a second, in two steps. */
const FIGURES_MS = 2000

type Figures = Record<string, number | string>

export async function benchUplink({ seconds }: { seconds: number }): Promise<Figures> {
  if (!installed('mosquitto')) return { uplink: 'left out: mosquitto is not installed' }
  const direct = await directly(seconds)
  console.log(`  straight to us: ${direct}/s`)
  const figures: Figures = { direct }
  for (const [name, maxInflight] of [
    ['', MAX_INFLIGHT],
    ['Inflight20', 20],
  ] as const) {
    const held = await through(maxInflight, direct, seconds)
    figures[`uplink${name}`] = held
    figures[`uplink${name}OfDirect`] = Math.round((held / direct) * 100) / 100
    console.log(`  through Mosquitto, ${maxInflight} in flight: ${held}/s held`)
  }
  return figures
}

async function directly(seconds: number): Promise<number> {
  const bench = await startBenchService({ equipment: CONNECTIONS })
  const load = await connectLoad(bench.service.mqttPort, bench)
  const figures = await load.run(seconds, 0)
  await load.end()
  await bench.close()
  return Math.round(figures.acknowledged / figures.seconds)
}

/** The most that is stored as fast as it is published; the publishers and Mosquitto share our cores. */
async function through(maxInflight: number, direct: number, seconds: number): Promise<number> {
  const outside = await startMosquitto({ maxInflight })
  const bench = await startBenchService({
    equipment: CONNECTIONS,
    env: { TESHE_UPLINK_URL: outside.url, TESHE_UPLINK_TOPICS: 'teshe/v1/#' },
  })
  const load = await connectLoad(outside.port, bench)
  try {
    for (const share of SHARES) {
      const rate = await offer({ bench, load, rate: Math.round(direct * share), seconds })
      if (rate > 0) return rate
    }
    return 0
  } finally {
    await load.end()
    await bench.close()
    await outside.stop()
  }
}

/** Messages published and stored a second, 0 when a backlog grew. */
async function offer({
  bench,
  load,
  rate,
  seconds,
}: {
  bench: BenchService
  load: Load
  rate: number
  seconds: number
}): Promise<number> {
  const stored = async () => (await bench.metrics()).get('teshe_broker_stored_total') ?? 0
  const before = await stored()
  const { sent, seconds: took } = await load.run(seconds, rate)
  await pause(FIGURES_MS)
  const arrived = (await stored()) - before
  const held = arrived >= sent * HELD
  const offered = Math.round(sent / took)
  console.log(
    `    ${rate}/s offered, ${offered}/s published: ${Math.round((arrived / sent) * 100)} % stored in time`,
  )
  for (let last = -1, now = arrived; last !== now; last = now, now = await stored()) await pause(FIGURES_MS)
  return held ? offered : 0
}

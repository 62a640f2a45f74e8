/**
 * `uplink`: messages a second that come durable into the journal through an outside broker (a real Mosquitto with a
 * persistent session of ours), beside the same messages straight to our own door, same generator, rules on. Publishers,
 * Mosquitto and the service share the machine.
 */
import { installed } from '../helpers/installed.js'
import { startMosquitto } from '../helpers/mosquitto-broker.js'
import { connectLoad, pause, startBenchService } from './fleet.js'

const CONNECTIONS = 50
/** `max_inflight_messages` of the Mosquitto that is measured; its own default, 20, is measured beside it. */
const MAX_INFLIGHT = 1000
/** ms between looks at a figure that is brought up to date once a second. */
const LOOK_MS = 250
const PATIENCE_MS = 120_000

export async function benchUplink({
  seconds,
}: {
  seconds: number
}): Promise<Record<string, number | string>> {
  if (!installed('mosquitto')) return { uplink: 'left out: mosquitto is not installed' }
  const before = await directly(seconds)
  const uplink = await through(MAX_INFLIGHT, seconds)
  const uplinkInflight20 = await through(20, seconds)
  // The machine may have changed its mind meanwhile.
  const direct = Math.round((before + (await directly(seconds))) / 2)
  return {
    direct,
    uplink,
    uplinkOfDirect: share(uplink, direct),
    uplinkInflight20,
    uplinkInflight20OfDirect: share(uplinkInflight20, direct),
  }
}

async function directly(seconds: number): Promise<number> {
  const bench = await startBenchService({ equipment: CONNECTIONS })
  const load = await connectLoad(bench.service.mqttPort, bench)
  const figures = await load.run(seconds, 0)
  await load.end()
  await bench.close()
  const perSecond = Math.round(figures.acknowledged / figures.seconds)
  console.log(`  straight to us: ${perSecond}/s`)
  return perSecond
}

/** As fast as Mosquitto acknowledges for a third of the time, and then until the last is stored. */
async function through(maxInflight: number, seconds: number): Promise<number> {
  const outside = await startMosquitto({ maxInflight })
  const bench = await startBenchService({
    equipment: CONNECTIONS,
    env: { TESHE_UPLINK_URL: outside.url, TESHE_UPLINK_TOPICS: 'teshe/v1/#' },
  })
  const figure = async (name: string) => (await bench.metrics()).get(name) ?? 0
  await until('the uplink is up', async () => (await figure('teshe_uplink_connected')) === 1)
  const load = await connectLoad(outside.port, bench)
  const began = performance.now()
  const { sent, seconds: published } = await load.run(Math.max(2, seconds / 3), 0)
  await until('all are stored', async () => (await figure('teshe_broker_stored_total')) >= sent)
  // It is known a second later on the average: once a second from the thread, once a second into the figures.
  const took = (performance.now() - began) / 1000 - 1
  await load.end()
  await bench.close()
  await outside.stop()
  const perSecond = Math.round(sent / took)
  console.log(
    `  through Mosquitto, ${maxInflight} in flight: ${sent} published in ${published.toFixed(1)} s, stored after ${took.toFixed(1)} s: ${perSecond}/s`,
  )
  return perSecond
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms in vain: ${what}`)
    await pause(LOOK_MS)
  }
}

function share(part: number, whole: number): number {
  return Math.round((part / whole) * 100) / 100
}

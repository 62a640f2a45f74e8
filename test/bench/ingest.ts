/**
 * `ingest`: durable QoS 1 messages a second, acknowledged and arrived in the history with the rules on, beside the bare
 * broker and beside the same points written straight to InfluxDB, all in the same run with the same generator.
 */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../src/runtime/package-root.js'
import { startInflux1 } from '../helpers/influx1.js'
import { installed } from '../helpers/installed.js'
import { connectLoad, startBenchService, UNLIMITED, WINDOW } from './fleet.js'
import { drained, findSaturation, hold } from './saturation.js'
import { straightWrites } from './straight-writes.js'

export interface IngestFigures {
  [name: string]: number | string
}

export async function benchIngest({ seconds }: { seconds: number }): Promise<IngestFigures> {
  const figures: IngestFigures = {}
  for (const connections of [50, 5000]) {
    const bare = await bareBroker(connections, Math.min(seconds, 20))
    figures[`bareBroker${connections}`] = Math.round(bare)
    console.log(`bare broker, ${connections} connections: ${Math.round(bare)}/s`)
    const durable = await durableOnly(connections, Math.min(seconds, 20))
    figures[`durable${connections}`] = Math.round(durable)
    figures[`durable${connections}OfBare`] = round(durable / bare)
    console.log(
      `acknowledged durable, closed loop: ${Math.round(durable)}/s, ${round(durable / bare)} of bare`,
    )
  }
  const ceiling = Number(figures.bareBroker5000)
  Object.assign(figures, await saturated('embedded', {}, ceiling, seconds))
  if (installed('influxd')) {
    const influx = await startInflux1()
    const env = { TESHE_INFLUX_URL: influx.url, TESHE_INFLUX_VERSION: '1' }
    Object.assign(figures, await saturated('influx', env, ceiling, seconds))
    const straight = await straightWrites({ url: influx.url, series: 5000, seconds: Math.min(seconds, 20) })
    figures.influxStraight = Math.round(straight)
    figures.influxOfStraight = round(Number(figures.influxSaturation) / straight)
    console.log(
      `straight to InfluxDB, 5000 series: ${Math.round(straight)} points/s; through us ${figures.influxOfStraight}`,
    )
    await influx.stop()
  } else {
    figures.influx = 'left out: influxd is not installed'
  }
  return figures
}

async function saturated(
  name: string,
  env: Record<string, string>,
  ceiling: number,
  seconds: number,
): Promise<IngestFigures> {
  const bench = await startBenchService({ equipment: 5000, env })
  // The 20 messages of a connection are in flight together (contract §9), as those of a device that was away are.
  const together = await connectLoad(bench.service.mqttPort, bench, { burst: WINDOW })
  const held = await findSaturation(bench, together, { upTo: ceiling, probeSeconds: 12, seconds })
  const drain = await drained(bench)
  const cpu = held?.cpu ?? { service: 0, load: 0 }
  console.log(`${name}: saturation ${held?.rate ?? 0}/s at 5000 equipment, ${WINDOW} in flight each`)
  const half = held && (await hold(bench, together, Math.round(held.rate / 2), 15))
  await together.end()
  await drained(bench)
  // And one by one, as devices in calm weather: each message costs its own reads and writes on both sides.
  const spread = await connectLoad(bench.service.mqttPort, bench)
  const single = await findSaturation(bench, spread, {
    upTo: held?.rate ?? ceiling,
    probeSeconds: 10,
    seconds: Math.min(seconds, 20),
  })
  const halfSingle = single && (await hold(bench, spread, Math.round(single.rate / 2), 15))
  await spread.end()
  await bench.close()
  console.log(`${name}: saturation ${single?.rate ?? 0}/s with messages one by one`)
  return {
    [`${name}Saturation`]: held?.rate ?? 0,
    [`${name}AckP99Ms`]: held?.figures.p99 ?? 0,
    [`${name}AckP99MsAtHalf`]: half?.figures.p99 ?? 0,
    [`${name}CpuPerMessageUs`]: round(cpu.service),
    [`${name}LoadCpuPerMessageUs`]: round(cpu.load),
    [`${name}BytesPerMessage`]: held ? Math.round(held.figures.bytes / held.figures.sent) : 0,
    [`${name}DrainSeconds`]: round(drain),
    [`${name}SaturationOneByOne`]: single?.rate ?? 0,
    [`${name}AckP99MsAtHalfOneByOne`]: halfSingle?.figures.p99 ?? 0,
  }
}

async function durableOnly(connections: number, seconds: number): Promise<number> {
  const bench = await startBenchService({ equipment: connections, env: UNLIMITED })
  const load = await connectLoad(bench.service.mqttPort, bench)
  const figures = await load.run(seconds, 0)
  await load.end()
  await bench.close()
  return figures.acknowledged / figures.seconds
}

async function bareBroker(connections: number, seconds: number): Promise<number> {
  const child = fork(join(packageRoot(), 'dist/test/bench/bare-broker.js'))
  const { port } = await new Promise<{ port: number }>((resolve) =>
    child.once('message', resolve as () => void),
  )
  const ids = Array.from({ length: connections }, (_, i) => `E${String(i + 1).padStart(5, '0')}`)
  const load = await connectLoad(port, { ids, passwords: ids.map(() => 'none') })
  const figures = await load.run(seconds, 0)
  await load.end()
  child.disconnect()
  return figures.acknowledged / figures.seconds
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/**
 * `recovery`: kill -9 with a million messages behind, and the seconds until the service is ready again, until the rules
 * have read everything, and until the history has; into the embedded store, and into InfluxDB where it is installed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { packageRoot } from '../../src/runtime/package-root.js'
import { startInflux1 } from '../helpers/influx1.js'
import { installed } from '../helpers/installed.js'
import { pause, startBenchService } from './fleet.js'
import { drained } from './saturation.js'

const BEHIND = 1_000_000
const DEVICES = 1000
const DRAIN_S = 900

export async function benchRecovery({
  behind = BEHIND,
}: {
  behind?: number
}): Promise<Record<string, number | string>> {
  const embedded = await recover('embedded', {}, behind)
  if (!installed('influxd')) return { behind, ...embedded, influx: 'left out: influxd is not installed' }
  const influx = await startInflux1()
  try {
    const env = { TESHE_INFLUX_URL: influx.url, TESHE_INFLUX_VERSION: '1' }
    return { behind, ...embedded, ...(await recover('influx', env, behind)) }
  } finally {
    await influx.stop()
  }
}

async function recover(
  name: string,
  env: Record<string, string>,
  behind: number,
): Promise<Record<string, number>> {
  const bench = await startBenchService({ equipment: DEVICES, env })
  await drained(bench)
  await bench.service.kill()
  await writeBacklog(bench.dir, behind)

  const began = performance.now()
  const secondsSince = () => Math.round((performance.now() - began) / 100) / 10
  await bench.restart()
  const ready = secondsSince()
  const before = await bench.behind()
  let rules = 0
  for (;;) {
    const left = await bench.behind()
    const seconds = secondsSince()
    if (rules === 0 && left.rules < 200) rules = seconds
    if (rules > 0 && left.history < 200) break
    if (seconds > DRAIN_S) throw new Error(`not drained after ${DRAIN_S} s: ${JSON.stringify(left)}`)
    await pause(200)
  }
  const history = secondsSince()
  console.log(
    `  ${name}: ready after ${ready} s with ${before.rules} still behind for the rules and ${before.history} for the history; rules drained after ${rules} s, history after ${history} s`,
  )
  await bench.close()
  return {
    [`${name}ReadySeconds`]: ready,
    [`${name}RulesDrainedSeconds`]: rules,
    [`${name}DrainedSeconds`]: history,
    [`${name}DrainedPerSecond`]: Math.round(behind / history),
  }
}

async function writeBacklog(dir: string, messages: number): Promise<void> {
  const entry = join(packageRoot(), 'dist/test/bench/journal-backlog.js')
  const args = [entry, dir, String(messages), String(DEVICES)]
  const writer = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const [code, signal] = (await once(writer, 'exit')) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the backlog was not written: ended with ${code ?? signal}`)
}

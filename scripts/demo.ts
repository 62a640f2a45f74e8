/**
 * `npm run demo`: the whole product on embedded defaults, with a simulated Luoyang of lifts, boilers and escalators, both recorded
 * replays, faults happening, and a log-in for each role.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startApp } from '../src/app.js'
import { type Config, readConfig } from '../src/config.js'
import { messageOf, TesheError } from '../src/errors.js'
import { createLog } from '../src/runtime/log.js'
import { packageRoot } from '../src/runtime/package-root.js'
import { type DemoCity, registerCity } from './demo-city.js'
import type { DemoOrders } from './demo-fleet.js'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const EXIT_UNUSABLE = 2

const config = demoConfig()
const log = createLog({ level: process.env.TESHE_LOG_LEVEL ?? 'error', room: 'demo' })
let fleet: ChildProcess | null = null

try {
  console.log('Teshe demo: opening the service …')
  const app = await startApp({ config, log, version: 'demo', demo: true, onFatal: fatal })
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
  let stopping = false
  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    fleet?.disconnect()
    await app.close()
    process.exit(0)
  }

  console.log('registering 300 lifts, 30 boilers, 20 escalators and the recorded equipment …')
  const city = await registerCity({ registry: app.registry, dataDir: config.data.dir })
  // Nearly 3,000 devices knock at once; each is to be known by then.
  await app.loginsSettled()
  const orders: DemoOrders = {
    url: `mqtt://127.0.0.1:${app.mqttPort}`,
    seed: city.seed,
    passwords: city.passwords,
  }
  fleet = fork(join(packageRoot(), 'dist/scripts/demo-fleet.js'), [], { stdio: 'inherit' })
  fleet.send(orders)
  await new Promise((resolve) => fleet?.once('message', resolve))
  printWelcome(`http://${config.http.host}:${app.httpPort}`, app.mqttPort, app.adminPasswordFile, city)
} catch (error) {
  console.error(messageOf(error))
  process.exit(error instanceof TesheError && error.remedy === 'stop' ? EXIT_UNUSABLE : 1)
}

/** Settings from the environment, but in a directory of its own and on loopback only. */
function demoConfig(): Config {
  const read = readConfig(process.env, (path) => readFileSync(path, 'utf8'))
  const faults = 'faults' in read ? read.faults : []
  if ('config' in read) {
    const { config } = read
    for (const [name, host] of [
      ['TESHE_HTTP_HOST', config.http.host],
      ['TESHE_MQTT_HOST', config.mqtt.host],
    ]) {
      if (!LOOPBACK.includes(host ?? '')) faults.push(`${name}: a demo listens on loopback only (is ${host})`)
    }
    if (faults.length === 0)
      return { ...config, data: { ...config.data, dir: join(config.data.dir, 'demo') } }
  }
  console.error(new TesheError('CONFIG_INVALID', [faults.map((fault) => `  ${fault}`).join('\n')]).message)
  process.exit(EXIT_UNUSABLE)
}

function printWelcome(
  address: string,
  mqttPort: number,
  adminPasswordFile: string | null,
  city: DemoCity,
): void {
  const width = Math.max(...city.people.map(({ username }) => username.length))
  console.log(`
  Teshe 特设                      ${address}
  devices                         mqtt://127.0.0.1:${mqttPort}
  API                             ${address}/api/docs

  log in as
${city.people.map(({ username, password, role }) => `    ${username.padEnd(width)}   ${password}   ${role}`).join('\n')}
${adminPasswordFile ? `    ${'admin'.padEnd(width)}   password in ${adminPasswordFile}, to be changed at the first log-in\n` : ''}
  A fault happens about every minute. Ctrl-C ends the demo.
`)
}

function fatal(error: TesheError): void {
  console.error(error.message)
  process.exit(1)
}

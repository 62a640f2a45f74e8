/** The service: settings from the environment, one process, signals. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startApp } from './app.js'
import { readConfig } from './config.js'
import { mqttListeners } from './config-checks.js'
import { TesheError } from './errors.js'
import { createLog } from './runtime/log.js'
import { packageRoot } from './runtime/package-root.js'

/** A setting or the data directory is not usable: nothing has been opened. */
const EXIT_UNUSABLE = 2
/** Longest time between a signal and the end (contract §1). */
const CLOSE_MS = 10_000

const read = readConfig(process.env, (path) => readFileSync(path, 'utf8'))
if ('faults' in read) {
  console.error(
    new TesheError('CONFIG_INVALID', [read.faults.map((fault) => `  ${fault}`).join('\n')]).message,
  )
  process.exit(EXIT_UNUSABLE)
}
const { config, warnings } = read
const log = createLog({ level: config.process.logLevel, room: 'teshe' })
for (const warning of warnings) log.warn(warning)

const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
  version: string
}

try {
  const app = await startApp({ config, log, version, onFatal: fatal })
  log.info(
    {
      http: `${config.http.cert ? 'https' : 'http'}://${config.http.host}:${app.httpPort}`,
      mqtt: `mqtt://${mqttListeners(config).plain.host}:${app.mqttPort}`,
      ...(app.mqttsPort !== null && { mqtts: `mqtts://${config.mqtt.host}:${app.mqttsPort}` }),
      ...(app.adminPasswordFile && { adminPassword: app.adminPasswordFile }),
    },
    'ready',
  )
  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), CLOSE_MS).unref()
    void app.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('SIGHUP', app.reloadCertificates)
} catch (error) {
  if (!(error instanceof TesheError)) throw error
  log.fatal({ code: error.code }, error.message)
  process.exit(error.remedy === 'stop' ? EXIT_UNUSABLE : 1)
}

/** A thread died: a supervisor restarts us, and everything goes on from what is on disk. */
function fatal(error: TesheError): void {
  log.fatal({ code: error.code }, error.message)
  process.exit(1)
}

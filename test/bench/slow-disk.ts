/** The service with a delay in each commit, as on a slow disk. */
import { readFileSync } from 'node:fs'
import { startApp } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { createLog } from '../../src/runtime/log.js'

const read = readConfig(process.env, (path) => readFileSync(path, 'utf8'))
if ('faults' in read) {
  console.error(read.faults.join('\n'))
  process.exit(2)
}
const log = createLog({ level: 'info', room: 'bench' })
const app = await startApp({
  config: read.config,
  log,
  version: 'bench',
  commitDelayMs: Number(process.env.BENCH_COMMIT_DELAY_MS ?? '0'),
  onFatal(error) {
    log.fatal(error.message)
    process.exit(1)
  },
})
log.info({ http: `http://127.0.0.1:${app.httpPort}`, mqtt: `mqtt://127.0.0.1:${app.mqttPort}` }, 'ready')
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)))

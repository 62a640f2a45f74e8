/** The service with places where it can be made to die: the moments between two commits that a random kill rarely hits. */
import { readFileSync } from 'node:fs'
import { startApp } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { createLog } from '../../src/runtime/log.js'

/** Which moment kills or holds, and after how many passes of it. */
const point = process.env.CHAOS_POINT ?? ''
const held = process.env.CHAOS_HELD === 'yes'
let passes = Number(process.env.CHAOS_PASSES ?? '0')
/** ms added to each commit of the journal, as on a slow disk. */
const commitDelayMs = Number(process.env.CHAOS_COMMIT_DELAY_MS ?? '0')

const read = readConfig(process.env, (path) => readFileSync(path, 'utf8'))
if ('faults' in read) {
  console.error(read.faults.join('\n'))
  process.exit(2)
}
const log = createLog({ level: 'info', room: 'chaos' })
const app = await startApp({
  config: read.config,
  log,
  version: 'chaos',
  commitDelayMs,
  onFatal(error) {
    log.fatal(error.message)
    process.exit(1)
  },
  async probe(moment) {
    if (moment !== point || passes-- > 0) return
    // Held: nothing goes on from here, so no snapshot is written until somebody kills us from outside.
    if (!held) process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  },
})
log.info({ http: `http://127.0.0.1:${app.httpPort}`, mqtt: `mqtt://127.0.0.1:${app.mqttPort}` }, 'ready')
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)))

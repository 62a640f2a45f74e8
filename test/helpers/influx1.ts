/** A real InfluxDB 1.x with a data directory of its own, which may be stopped and started again. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import { installed } from './installed.js'
import { tempDir } from './temp-dir.js'
import { waitFor } from './wait-for.js'

export interface InfluxServer {
  url: string
  /** Answer of an InfluxQL statement, with times in ms. */
  query(database: string, influxQl: string): Promise<unknown>
  /** Ends the process, as a crash does unless told otherwise; the data stays. */
  stop(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Starts it again at the same address. */
  start(): Promise<void>
}

/** Starts one and waits until it answers; stop it in the test that started it. */
export async function startInflux1(): Promise<InfluxServer> {
  const binary = installed('influxd')
  if (!binary) throw new Error('influxd is not installed; guard the suite with leftOut')
  const dir = tempDir('influx1')
  const [http, rpc] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${http}`
  const config = join(dir, 'influxdb.conf')
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${dir}/meta"
[data]
dir = "${dir}/data"
wal-dir = "${dir}/wal"
[http]
bind-address = "127.0.0.1:${http}"
log-enabled = false
[monitor]
store-enabled = false
[retention]
check-interval = "1s"
`,
  )
  let child: ReturnType<typeof spawn> | null = null

  async function start(): Promise<void> {
    child = spawn(binary as string, ['-config', config], { stdio: 'ignore' })
    await waitFor('influxd answers', async () => {
      if (child?.exitCode !== null) throw new Error('influxd ended')
      return await fetch(`${url}/ping`).then(
        (answer) => answer.ok,
        () => false,
      )
    })
  }

  await start()
  return {
    url,
    start,
    async query(database, influxQl) {
      const parameters = new URLSearchParams({ db: database, epoch: 'ms', q: influxQl })
      return await (await fetch(`${url}/query`, { method: 'POST', body: parameters })).json()
    },
    async stop(signal = 'SIGKILL') {
      if (!child || child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
      child = null
    },
  }
}

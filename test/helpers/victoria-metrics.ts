/** A real VictoriaMetrics, which takes what InfluxDB 2 takes at `/api/v2/write`; what it stored is read by its own export. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from './free-port.js'
import { installed } from './installed.js'
import { tempDir } from './temp-dir.js'
import { waitFor } from './wait-for.js'

export interface ExportedSeries {
  metric: Record<string, string>
  values: number[]
  /** ms since 1970. */
  timestamps: number[]
}

export interface VictoriaMetricsServer {
  url: string
  /** Everything stored that matches, e.g. `{equipment="L-1"}`. */
  exported(match: string): Promise<ExportedSeries[]>
  stop(): Promise<void>
  start(): Promise<void>
}

/** Starts one that keeps points for a hundred years and waits until it answers; stop it in the test that started it. */
export async function startVictoriaMetrics(): Promise<VictoriaMetricsServer> {
  const binary = installed('victoria-metrics')
  if (!binary) throw new Error('victoria-metrics is not installed; guard the suite with leftOut')
  const dir = tempDir('victoria-metrics')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${dir}`, '-retentionPeriod=100y']
  let child: ReturnType<typeof spawn> | null = null

  async function start(): Promise<void> {
    child = spawn(binary as string, args, { stdio: 'ignore' })
    await waitFor('victoria-metrics answers', async () => {
      if (child?.exitCode !== null) throw new Error('victoria-metrics ended')
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
    async exported(match) {
      await fetch(`${url}/internal/force_flush`)
      const answer = await fetch(`${url}/api/v1/export?${new URLSearchParams({ 'match[]': match })}`)
      const lines = (await answer.text()).split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line) as ExportedSeries)
    },
    async stop() {
      if (!child || child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      child = null
    },
  }
}

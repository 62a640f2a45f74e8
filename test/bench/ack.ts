/** `ack`: PUBLISH to PUBACK at 1,000 and 10,000 messages a second, also with a slow disk, beside the disk's own sync. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectLoad, startBenchService } from './fleet.js'

const CONNECTIONS = 500

export async function benchAck({ seconds }: { seconds: number }): Promise<Record<string, number>> {
  const figures: Record<string, number> = { ...syncTimes() }
  for (const delayMs of [0, 5, 20]) {
    const bench = await startBenchService({
      equipment: CONNECTIONS,
      entry: 'dist/test/bench/slow-disk.js',
      env: { BENCH_COMMIT_DELAY_MS: String(delayMs) },
    })
    const load = await connectLoad(bench.service.mqttPort, bench)
    for (const rate of [1000, 10_000]) {
      const { p50, p99, acknowledged, seconds: took } = await load.run(seconds, rate)
      const metrics = await bench.metrics()
      const name = `at${rate}${delayMs === 0 ? '' : `Plus${delayMs}ms`}`
      figures[`${name}P50Ms`] = p50
      figures[`${name}P99Ms`] = p99
      figures[`${name}PerSecond`] = Math.round(acknowledged / took)
      figures[`${name}ApiLoopDelayP99Ms`] =
        (metrics.get('teshe_nodejs_eventloop_lag_p99_seconds') ?? 0) * 1000
      console.log(`  ${rate}/s, commit +${delayMs} ms: p50 ${p50} ms, p99 ${p99} ms`)
    }
    await load.end()
    await bench.close()
  }
  return figures
}

/** What the disk takes to make 4 kB durable: nobody can be acknowledged faster. */
function syncTimes(): { fsyncP50Ms: number; fsyncP99Ms: number } {
  const dir = mkdtempSync(join(tmpdir(), 'teshe-sync-'))
  const file = openSync(join(dir, 'probe'), 'w')
  const page = Buffer.alloc(4096, 1)
  const times: number[] = []
  for (let i = 0; i < 300; i++) {
    const began = performance.now()
    writeSync(file, page, 0, page.length, i * page.length)
    fdatasyncSync(file)
    times.push(performance.now() - began)
  }
  closeSync(file)
  rmSync(dir, { recursive: true })
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 100) / 100
  return { fsyncP50Ms: at(0.5), fsyncP99Ms: at(0.99) }
}

/** `ack`: PUBLISH to PUBACK at 1,000 and 10,000 messages a second, also with a slow disk, beside the disk's own sync. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machineTicks } from './cpu.js'
import { type BenchService, connectLoad, startBenchService, WINDOW } from './fleet.js'

const CONNECTIONS = 500
/** At half of saturation and at saturation the load is that of `ingest`, which found it. */
const SATURATING = 5000
/** s until what is measured runs compiled. */
const WARM_UP_S = 5

export async function benchAck({
  seconds,
  saturation,
}: {
  seconds: number
  /** Messages a second that the whole service holds, when it was measured in the same run. */
  saturation: number | null
}): Promise<Record<string, number>> {
  const figures: Record<string, number> = { ...syncTimes() }
  const runs: { delayMs: number; connections: number; burst: number; rates: [string, number][] }[] = [
    ...[0, 5, 20].map((delayMs) => ({
      delayMs,
      connections: CONNECTIONS,
      burst: 1,
      rates: [
        ['at1000', 1000],
        ['at10000', 10_000],
      ] satisfies [string, number][],
    })),
  ]
  if (saturation !== null) {
    const rates: [string, number][] = [
      ['atHalfOfSaturation', Math.round(saturation / 2)],
      ['atSaturation', saturation],
    ]
    runs.push({ delayMs: 0, connections: SATURATING, burst: WINDOW, rates })
  }
  for (const { delayMs, connections, burst, rates } of runs) {
    const bench = await startBenchService({
      equipment: connections,
      entry: 'dist/test/bench/slow-disk.js',
      env: { BENCH_COMMIT_DELAY_MS: String(delayMs) },
    })
    const load = await connectLoad(bench.service.mqttPort, bench, { burst })
    await load.run(WARM_UP_S, 1000)
    for (const [at, rate] of rates) {
      const before = await costsOf(bench)
      const ticks = machineTicks()
      const held = await load.run(seconds, rate)
      const after = await costsOf(bench)
      const stolen = stolenSince(ticks)
      const { p50, p99, acknowledged, seconds: took } = held
      const name = `${at}${delayMs === 0 ? '' : `Plus${delayMs}ms`}`
      figures[`${name}P50Ms`] = p50
      figures[`${name}P99Ms`] = p99
      figures[`${name}PerSecond`] = Math.round(acknowledged / took)
      figures[`${name}ApiLoopDelayP99Ms`] = after.apiLoopDelayMs
      // Nothing here can be faster than a processor that is not there.
      figures[`${name}StolenPercent`] = stolen
      console.log(
        `  ${rate}/s, commit +${delayMs} ms: p50 ${p50} ms, p99 ${p99} ms; the host took ${stolen} % of the processors`,
      )
      if (delayMs > 0) continue
      // The whole service: intake, journal, rules and history, whatever of it lay in these seconds.
      figures[`${name}CpuUsPerMessage`] = perMessage((after.cpu - before.cpu) * 1e6, acknowledged)
      figures[`${name}LoadCpuUsPerMessage`] = perMessage(held.cpuSeconds * 1e6, acknowledged)
      figures[`${name}PayloadBytesPerMessage`] = perMessage(held.bytes, held.sent)
      figures[`${name}JournalBytesPerMessage`] = perMessage(after.journal - before.journal, acknowledged)
    }
    await load.end()
    await bench.close()
  }
  return figures
}

async function costsOf(
  bench: BenchService,
): Promise<{ cpu: number; journal: number; apiLoopDelayMs: number }> {
  const metrics = await bench.metrics()
  const apiLoopDelayMs = (metrics.get('teshe_nodejs_eventloop_lag_p99_seconds') ?? 0) * 1000
  return { cpu: bench.cpu(), journal: metrics.get('teshe_journal_bytes') ?? 0, apiLoopDelayMs }
}

function stolenSince(before: ReturnType<typeof machineTicks>): number {
  const after = machineTicks()
  return Math.round(((after.stolen - before.stolen) / Math.max(1, after.total - before.total)) * 1000) / 10
}

function perMessage(total: number, messages: number): number {
  return Math.round((total / Math.max(1, messages)) * 10) / 10
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

/**
 * The highest offered rate that the whole service holds: rules lag p99 at most 1 s, history lag at most 5 s, neither
 * growing (contract §9). Searched between what was acknowledged closed-loop and nothing, then held.
 */
import type { LoadFigures } from '../load/messages.js'
import type { Load } from '../load/start.js'
import { type BenchService, pause } from './fleet.js'

const RULES_LAG_S = 1
const HISTORY_LAG_S = 5

export interface Held {
  rate: number
  figures: LoadFigures
  holds: boolean
  rulesLagP99: number
  historyLagMax: number
  /** µs of CPU a message. */
  cpu: { service: number; load: number }
}

/** Offers `rate` for `seconds` and watches the lags once a second. */
export async function hold(bench: BenchService, load: Load, rate: number, seconds: number): Promise<Held> {
  const rules: number[] = []
  const history: number[] = []
  let running = true
  const watching = (async () => {
    while (running) {
      await pause(1000)
      const metrics = await bench.metrics()
      rules.push(metrics.get('teshe_rules_lag_seconds{worker="0"}') ?? 0)
      history.push([...metrics].find(([name]) => name.startsWith('teshe_history_lag_seconds'))?.[1] ?? 0)
    }
  })()
  const before = bench.cpu()
  const figures = await load.run(seconds, rate)
  const perMessage = 1e6 / Math.max(1, figures.sent)
  const cpu = { service: (bench.cpu() - before) * perMessage, load: figures.cpuSeconds * perMessage }
  running = false
  await watching
  const rulesLagP99 = quantile(rules, 0.99)
  const historyLagMax = Math.max(0, ...history)
  const delivered = figures.acknowledged / figures.seconds >= rate * 0.97
  const holds = delivered && rulesLagP99 <= RULES_LAG_S && historyLagMax <= HISTORY_LAG_S && !grows(history)
  return { rate, figures, holds, rulesLagP99, historyLagMax, cpu }
}

/** Bisects to the highest rate that holds, in probes of `probeSeconds`, and holds that for `seconds`. */
export async function findSaturation(
  bench: BenchService,
  load: Load,
  { upTo, probeSeconds, seconds }: { upTo: number; probeSeconds: number; seconds: number },
): Promise<Held | null> {
  let low = 0
  let high = upTo
  while (high - low > upTo * 0.06) {
    const rate = Math.round((low + high) / 2)
    const held = await hold(bench, load, rate, probeSeconds)
    console.log(`  ${rate}/s ${held.holds ? 'holds' : 'does not hold'}: ${describe(held)}`)
    if (held.holds) low = rate
    else high = rate
    await drained(bench)
  }
  for (let rate = low; rate > upTo * 0.05; rate = Math.round(rate * 0.93)) {
    const held = await hold(bench, load, rate, seconds)
    console.log(`  ${rate}/s for ${seconds} s ${held.holds ? 'holds' : 'does not hold'}: ${describe(held)}`)
    await drained(bench)
    if (held.holds) return held
  }
  return null
}

function describe({ figures, rulesLagP99, historyLagMax, cpu }: Held): string {
  const acknowledged = Math.round(figures.acknowledged / figures.seconds)
  return `acknowledged ${acknowledged}/s, rules lag p99 ${rulesLagP99.toFixed(2)} s, history lag ${historyLagMax.toFixed(2)} s, CPU a message ${cpu.service.toFixed(0)} µs and ${cpu.load.toFixed(0)} µs of load`
}

/** Waits until rules and history have read everything. */
export async function drained(bench: BenchService): Promise<number> {
  const began = performance.now()
  for (;;) {
    const parts = await bench.readiness()
    const behind = parts.map(({ detail }) => Number(detail.behind ?? 0))
    if (behind.every((records) => records < 200)) return (performance.now() - began) / 1000
    if (performance.now() - began > 180_000)
      throw new Error(`not drained after 180 s: ${JSON.stringify(parts)}`)
    await pause(250)
  }
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** The last third is more than a second worse than the first. */
function grows(values: number[]): boolean {
  const third = Math.max(1, Math.floor(values.length / 3))
  const mean = (some: number[]) => some.reduce((sum, value) => sum + value, 0) / Math.max(1, some.length)
  return mean(values.slice(-third)) > mean(values.slice(0, third)) + 1
}

/** The history's totals as metrics. */
import { createRise } from '../runtime/cumulative.js'
import type { HistoryMetrics } from '../runtime/metrics.js'
import type { HistoryClient } from './client.js'

/** Returns what brings the metrics up to date; called once a second. */
export function createHistoryFigures(metrics: HistoryMetrics): (history: HistoryClient) => void {
  const rise = createRise()
  return (history) => {
    const stats = history.stats()
    if (!stats) return
    const { store } = stats
    metrics.rows.inc({ store }, rise('rows', stats.rows))
    metrics.failures.inc({ store }, rise('failures', stats.failures))
    metrics.lagSeconds.set({ store }, stats.lagMs / 1000)
    for (const [reason, total] of Object.entries(stats.setAside)) {
      metrics.setAside.inc({ store, reason }, rise(`set aside ${reason}`, total))
    }
    const { writesMs, queriesMs } = history.takeDurations()
    for (const ms of writesMs) metrics.writeSeconds.observe({ store }, ms / 1000)
    for (const ms of queriesMs) metrics.querySeconds.observe({ store }, ms / 1000)
  }
}

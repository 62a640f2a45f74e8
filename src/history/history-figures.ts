/** The history's totals as metrics. */
import { createRise } from '../runtime/cumulative.js'
import type { HistoryMetrics } from '../runtime/metrics.js'
import { createBacklogMeter, type HistoryBacklog } from './backlog.js'
import type { HistoryClient } from './client.js'

export interface HistoryFigures {
  /** Brings the metrics up to date; called once a second. `head` is the newest position of the journal. */
  update(history: HistoryClient, head: number): void
  /** As of the last update, as is `lagMs`: the age of the oldest record that is not stored. */
  backlog(): HistoryBacklog
  lagMs(): number
}

export function createHistoryFigures(metrics: HistoryMetrics, now: () => number): HistoryFigures {
  const rise = createRise()
  const meter = createBacklogMeter()
  let backlog: HistoryBacklog = { records: 0, drainSeconds: 0 }
  let lagMs = 0

  function update(history: HistoryClient, head: number): void {
    const stats = history.stats()
    if (!stats) return
    const { store } = stats
    lagMs = stats.lagMs
    backlog = meter({ at: now(), head, cursor: stats.cursor, lagMs: stats.lagMs })
    metrics.backlogRecords.set({ store }, backlog.records)
    metrics.backlogSeconds.set({ store }, backlog.drainSeconds ?? Number.POSITIVE_INFINITY)
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

  return { update, backlog: () => backlog, lagMs: () => lagMs }
}

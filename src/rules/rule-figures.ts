/** The rule workers' totals as metrics. */

import { createRise } from '../runtime/cumulative.js'
import type { RulesMetrics } from '../runtime/metrics.js'
import type { RulePool } from './pool.js'

/** Returns what brings the metrics up to date; called once a second. */
export function createRuleFigures(metrics: RulesMetrics): (pool: RulePool) => void {
  const rise = createRise()
  return (pool) => {
    for (const [index, stats] of pool.stats().entries()) {
      const worker = String(index)
      metrics.records.inc({ worker }, rise(`records ${worker}`, stats.records))
      metrics.readings.inc({ worker }, rise(`readings ${worker}`, stats.readings))
      metrics.evaluations.inc({ worker }, rise(`evaluations ${worker}`, stats.evaluations))
      metrics.disbelieved.inc({ worker }, rise(`disbelieved ${worker}`, stats.disbelieved))
      metrics.equipment.set({ worker }, stats.equipment)
      metrics.lagSeconds.set({ worker }, stats.lagMs / 1000)
      for (const [reason, total] of Object.entries(stats.setAside)) {
        metrics.setAside.inc({ reason }, rise(`set aside ${worker} ${reason}`, total))
      }
      for (const [reason, total] of Object.entries(stats.rejected)) {
        metrics.rejected.inc({ reason }, rise(`rejected ${worker} ${reason}`, total))
      }
    }
  }
}

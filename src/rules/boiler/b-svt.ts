/** B-SVT: the yearly check of the safety valves, or the half-yearly one of the gauges, is overdue. */

import type { Evidence } from '../../model/finding.js'
import { DAY_MS } from '../diary.js'
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

const CHECK = 'usual check interval'

export const checksOverdue = definePattern<BoilerFacts>()({
  id: 'B-SVT',
  kind: 'boiler',
  class: 'pressure',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.sampled,
  needs: [['attributes.safetyValveCheckedOn', 'attributes.gaugeCheckedOn']],
  parameters: {
    valveDays: { default: 366, unit: 'days', min: 30, max: 1_500, source: `${CHECK}: 12 months` },
    gaugeDays: { default: 184, unit: 'days', min: 30, max: 1_500, source: `${CHECK}: 6 months` },
  },

  condition({ now, safetyValveCheckedAt, gaugeCheckedAt }, p) {
    const valve = now - safetyValveCheckedAt > p.valveDays * DAY_MS
    const gauge = now - gaugeCheckedAt > p.gaugeDays * DAY_MS
    if (!valve && !gauge) return false
    const evidence: Evidence[] = []
    if (valve) evidence.push({ key: 'valve-check-overdue', witness: 'person', at: safetyValveCheckedAt })
    if (gauge) evidence.push({ key: 'gauge-check-overdue', witness: 'person', at: gaugeCheckedAt })
    return { confidence: 0.95, evidence, showMs: 0, orderMs: Number.POSITIVE_INFINITY }
  },
})

/** B-EFF: the boiler turns less of its fuel into heat than it was built to: soot, scale, or air. */
import { daysFrom, dayToJudge } from '../diary.js'
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

const WEEK = 7

export const efficiencyLoss = definePattern<BoilerFacts>()({
  id: 'B-EFF',
  kind: 'boiler',
  class: 'combustion',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.sampled,
  needs: [
    ['attributes.designEfficiency'],
    ['steamFlow & attributes.capacity'],
    ['fuelFlow & feedwaterTemp & pressure & attributes.fuelHeat', 'exhaustTemp & o2 & attributes.fuel'],
  ],
  parameters: {
    points: { default: 3, unit: '% points', min: 0.5, max: 30, source: 'our judgement' },
    days: { default: 5, unit: 'of 7 days', min: 3, max: 7, source: 'our judgement' },
    leastSamples: { default: 20, unit: 'per day', min: 3, max: 1_000, source: 'our judgement' },
  },

  prepare(facts, p) {
    const { efficiency } = facts
    const newest = dayToJudge(efficiency)
    if (newest === null || efficiency === null || newest.count < p.leastSamples) return
    const mean = weekOf(facts, p)
    if (!Number.isNaN(mean)) efficiency.foundAt = mean < facts.designEfficiency - p.points ? facts.now : 0
  },

  condition(facts, p) {
    const { efficiency, designEfficiency } = facts
    if (efficiency === null || efficiency.foundAt <= facts.attendedAt) return false
    return {
      confidence: 0.75,
      evidence: [
        { key: 'efficiency-design', witness: 'machine', value: designEfficiency },
        { key: 'efficiency-now', witness: 'machine', value: Math.round(weekOf(facts, p) * 10) / 10 },
      ],
      showMs: 0,
      orderMs: Number.POSITIVE_INFINITY,
    }
  },
})

/** The mean of the week that ended with the newest day judged, %; NaN while too few of its days are known. */
function weekOf({ efficiency }: BoilerFacts, p: { days: number; leastSamples: number }): number {
  if (efficiency === null) return Number.NaN
  const week = daysFrom(efficiency, efficiency.judged - WEEK + 1).filter(
    ({ count }) => count >= p.leastSamples,
  )
  return week.length < p.days ? Number.NaN : week.reduce((sum, { mean }) => sum + mean, 0) / week.length
}

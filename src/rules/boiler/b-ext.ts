/** B-EXT: flue gas leaves too hot, or hotter than it used to at the same load: soot or scale, and money up the chimney. */
import type { Evidence } from '../../model/finding.js'
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import type { Exhaust } from './memory-facts.js'
import { SIGN } from './signs.js'

const MEMORY_DAYS = 28

export const exhaustHot = definePattern<BoilerFacts>()({
  id: 'B-EXT',
  kind: 'boiler',
  class: 'temperature',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.exhaust,
  needs: [['exhaustTemp']],
  parameters: {
    limit: {
      default: 170,
      unit: '°C',
      min: 60,
      max: 400,
      source: 'usual limit for 1 t/h and above; 230 °C below',
    },
    margin: { default: 5, unit: 'K', min: 0, max: 50, source: 'our judgement' },
    holdMs: { default: 600_000, unit: 'ms', min: 60_000, max: 7_200_000, source: 'our judgement' },
    aboveUsual: { default: 20, unit: 'K', min: 5, max: 100, source: 'our judgement: soot or scale' },
    days: { default: 7, unit: 'days', min: 2, max: 28, source: 'our judgement' },
    learnDays: { default: 7, unit: 'days', min: 3, max: 28, source: 'our judgement' },
    leastMinutes: { default: 60, unit: 'min/day', min: 15, max: 1_440, source: 'our judgement, at one load' },
  },

  prepare({ exhaust, now }, p) {
    if (exhaust === null || exhaust.judged) return
    exhaust.judged = true
    judgeDay(exhaust, p)
    exhaust.foundAt = exhaust.strange >= p.days ? now : 0
  },

  condition(facts, p) {
    const hot = facts.hot && facts.exhaustTemp > p.limit
    const sooty = isSooty(facts)
    if (!hot && !sooty) return false
    const evidence: Evidence[] = []
    if (hot)
      evidence.push({
        key: 'exhaust-hot',
        witness: 'machine',
        signal: 'exhaustTemp',
        value: facts.exhaustTemp,
      })
    if (sooty && facts.exhaust)
      evidence.push(
        {
          key: 'exhaust-above-usual',
          witness: 'machine',
          signal: 'exhaustTemp',
          value: Math.round(facts.exhaust.above),
        },
        { key: 'days-in-a-row', witness: 'machine', value: facts.exhaust.strange },
      )
    return {
      confidence: 0.9,
      evidence,
      showMs: sooty ? 0 : p.holdMs,
      orderMs: Number.POSITIVE_INFINITY,
    }
  },

  over: (facts, p) => !isSooty(facts) && (!facts.hot || !(facts.exhaustTemp > p.limit - p.margin)),
})

function isSooty({ exhaust, attendedAt }: BoilerFacts): boolean {
  return exhaust !== null && exhaust.foundAt > attendedAt
}

/** How far the last day was above what is usual at the loads it had; a strange day is not learnt. */
function judgeDay(
  exhaust: Exhaust,
  p: { aboveUsual: number; learnDays: number; leastMinutes: number },
): void {
  const { lastMeans, lastMinutes, usual, days } = exhaust
  let above = 0
  let minutes = 0
  for (const [step, mean] of lastMeans.entries()) {
    const lasted = lastMinutes[step] ?? 0
    if (lasted < p.leastMinutes || (days[step] ?? 0) < p.learnDays) continue
    above += (mean - (usual[step] ?? 0)) * lasted
    minutes += lasted
  }
  if (minutes > 0) {
    exhaust.above = above / minutes
    exhaust.strange = exhaust.above > p.aboveUsual ? exhaust.strange + 1 : 0
  }
  if (exhaust.strange > 0) return
  for (const [step, mean] of lastMeans.entries()) {
    if ((lastMinutes[step] ?? 0) < p.leastMinutes) continue
    const known = (days[step] ?? 0) + 1
    days[step] = known
    const before = usual[step] ?? 0
    usual[step] = before + (mean - before) / Math.min(known, MEMORY_DAYS)
  }
}

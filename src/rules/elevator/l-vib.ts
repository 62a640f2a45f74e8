/** L-VIB: the car shakes more than it may, or more than it used to: rail joints, guide shoes, sheave. */
import type { Evidence } from '../../model/finding.js'
import { dayToJudge } from '../diary.js'
import { definePattern } from '../pattern.js'
import { spreadOf, takeDay } from '../usual.js'
import type { ElevatorFacts } from './facts.js'
import { partEvidence } from './lines.js'
import { SIGN } from './signs.js'
import type { Vibration } from './wear-facts.js'

const RUNS = 10

export const vibration = definePattern<ElevatorFacts>()({
  id: 'L-VIB',
  kind: 'elevator',
  class: 'vibration',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.wear,
  needs: [['vibrationZ', 'vibrationX', 'vibrationY']],
  parameters: {
    vertical: { default: 0.2, unit: 'm/s²', min: 0.05, max: 2, source: 'usual limit of ride comfort, A95' },
    horizontal: {
      default: 0.15,
      unit: 'm/s²',
      min: 0.05,
      max: 2,
      source: 'usual limit of ride comfort, A95',
    },
    roughRuns: { default: 3, unit: 'of 10 runs', min: 1, max: 10, source: 'our judgement' },
    spreads: { default: 3, unit: 'σ', min: 2, max: 6, source: 'our judgement' },
    ratio: { default: 1.5, unit: '× usual', min: 1.1, max: 5, source: 'our judgement' },
    days: { default: 3, unit: 'days', min: 1, max: 14, source: 'our judgement' },
    learnDays: { default: 7, unit: 'days', min: 3, max: 28, source: 'our judgement' },
    leastRuns: { default: 10, unit: 'per day', min: 3, max: 1_000, source: 'our judgement' },
    backSpreads: { default: 2, unit: 'σ', min: 0, max: 5, source: 'our judgement' },
    leastPeak: { default: 0.02, unit: 'm/s²', min: 0, max: 2, source: 'our judgement: below it is noise' },
    lineShare: {
      default: 0.1,
      unit: '× frequency',
      min: 0.01,
      max: 0.3,
      source: 'our judgement: speed and sizes are known no better',
    },
  },

  prepare({ vibration, now }, p) {
    if (vibration === null || vibration.judged === vibration.runs) return
    vibration.judged = vibration.runs
    const rough = Math.max(over(vibration.vertical, p.vertical), over(vibration.horizontal, p.horizontal))
    if (rough === 0) vibration.roughAt = 0
    else if (rough >= p.roughRuns && vibration.roughAt === 0) vibration.roughAt = now
    judgeDay(vibration, now, p)
    vibration.diary.foundAt = Math.max(vibration.roughAt, vibration.strangeAt)
  },

  condition(facts, p) {
    const { vibration } = facts
    if (vibration === null || vibration.diary.foundAt <= facts.attendedAt) return false
    const evidence: Evidence[] = []
    const up = over(vibration.vertical, p.vertical)
    const across = over(vibration.horizontal, p.horizontal)
    if (vibration.roughAt > facts.attendedAt && up > 0)
      evidence.push({ key: 'runs-shake-vertically', witness: 'machine', signal: 'vibrationZ', value: up })
    if (vibration.roughAt > facts.attendedAt && across > 0)
      evidence.push({ key: 'runs-shake-sideways', witness: 'machine', signal: 'vibrationX', value: across })
    if (vibration.strangeAt > facts.attendedAt)
      evidence.push(
        { key: 'vibration-usual', witness: 'machine', value: Math.round(vibration.usual.mean * 1000) / 1000 },
        { key: 'vibration-now', witness: 'machine', value: Math.round(vibration.newest * 1000) / 1000 },
        { key: 'days-in-a-row', witness: 'machine', value: vibration.usual.strange },
      )
    evidence.push(...partEvidence(facts, { leastPeak: p.leastPeak, share: p.lineShare }))
    return { confidence: 0.8, evidence, showMs: 0, orderMs: Number.POSITIVE_INFINITY }
  },
})

function over(runs: readonly number[], limit: number): number {
  let count = 0
  for (let i = Math.max(0, runs.length - RUNS); i < runs.length; i++) if ((runs[i] ?? 0) > limit) count++
  return count
}

function judgeDay(
  vibration: Vibration,
  now: number,
  p: {
    spreads: number
    ratio: number
    days: number
    learnDays: number
    leastRuns: number
    backSpreads: number
  },
): void {
  const { usual } = vibration
  const day = dayToJudge(vibration.diary)
  if (day === null || day.count < p.leastRuns) return
  vibration.newest = day.median
  const spread = spreadOf(usual)
  const strange = takeDay(usual, day.median, usual.mean + p.spreads * spread, p.learnDays)
  const far = strange && day.median > p.ratio * usual.mean
  if (vibration.strangeAt === 0 && (far || usual.strange >= p.days)) vibration.strangeAt = now
  else if (day.median < usual.mean + p.backSpreads * spread) vibration.strangeAt = 0
}

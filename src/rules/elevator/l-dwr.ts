/** L-DWR: the door takes longer to close than it used to, or turns back day after day: rollers, sill, drive or curtain. */
import type { Evidence } from '../../model/finding.js'
import { dayToJudge } from '../diary.js'
import { definePattern } from '../pattern.js'
import { takeDay } from '../usual.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const doorWear = definePattern<ElevatorFacts>()({
  id: 'L-DWR',
  kind: 'elevator',
  class: 'door',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.wear,
  needs: [['door']],
  parameters: {
    slower: { default: 0.25, unit: '× usual', min: 0.05, max: 2, source: 'our judgement' },
    turnedShare: {
      default: 0.1,
      unit: '× closings',
      min: 0.01,
      max: 1,
      source: 'our judgement: people hold fewer doors than one in ten, all day long',
    },
    days: { default: 3, unit: 'days', min: 1, max: 14, source: 'our judgement' },
    learnDays: { default: 7, unit: 'days', min: 3, max: 28, source: 'our judgement' },
    leastClosings: { default: 30, unit: 'per day', min: 10, max: 1_000, source: 'our judgement' },
  },

  prepare({ doorWear, now }, p) {
    if (doorWear === null) return
    const day = dayToJudge(doorWear.diary)
    if (day === null || day.count < p.leastClosings) return
    const { usual, diary, lastTurned } = doorWear
    doorWear.newest = day.mean
    doorWear.share = lastTurned / (lastTurned + day.count)
    doorWear.obstructed = doorWear.share > p.turnedShare ? doorWear.obstructed + 1 : 0
    takeDay(usual, day.mean, usual.mean * (1 + p.slower), p.learnDays)
    const found = usual.strange >= p.days || doorWear.obstructed >= p.days
    diary.foundAt = found ? now : 0
  },

  condition({ doorWear, attendedAt }, p) {
    if (doorWear === null || doorWear.diary.foundAt <= attendedAt) return false
    const { usual, newest, obstructed, share } = doorWear
    const evidence: Evidence[] = []
    if (usual.strange >= p.days)
      evidence.push(
        {
          key: 'door-closing-usual',
          witness: 'machine',
          signal: 'door',
          value: Math.round(usual.mean) / 1000,
        },
        { key: 'door-closing-now', witness: 'machine', signal: 'door', value: Math.round(newest) / 1000 },
      )
    if (obstructed >= p.days)
      evidence.push({
        key: 'door-turns-back',
        witness: 'machine',
        signal: 'door',
        value: Math.round(share * 100),
      })
    evidence.push({ key: 'days-in-a-row', witness: 'machine', value: Math.max(usual.strange, obstructed) })
    return { confidence: 0.75, evidence, showMs: 0, orderMs: Number.POSITIVE_INFINITY }
  },
})

/** L-LVL: the car stops off its landings, or a little further off each week: brake, encoder or ropes. Judged by day. */
import type { Evidence } from '../../model/finding.js'
import { type Day, type Diary, daysFrom, dayToJudge, slopeOf } from '../diary.js'
import { definePattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

const machine = { witness: 'machine', signal: 'levelError' } as const
const WEEK = 7
/** A slope that is not so many times its own uncertainty is chance. */
const SURE = 3
/** Share of the days of a trend that must be known. */
const KNOWN_DAYS = 0.7

export const levelling = definePattern<ElevatorFacts>()({
  id: 'L-LVL',
  kind: 'elevator',
  class: 'levelling',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.wear,
  needs: [['levelError']],
  parameters: {
    offMm: {
      default: 10,
      unit: 'mm',
      min: 3,
      max: 50,
      source: 'stopping accuracy of the lift standard, ±10 mm',
    },
    share: { default: 0.2, unit: '× stops', min: 0.02, max: 1, source: 'our judgement' },
    farMm: {
      default: 20,
      unit: 'mm',
      min: 5,
      max: 100,
      source: 'levelling accuracy of the lift standard, ±20 mm',
    },
    leastStops: { default: 10, unit: 'per day', min: 3, max: 1_000, source: 'our judgement' },
    mmPerWeek: { default: 0.3, unit: 'mm/week', min: 0.05, max: 10, source: 'our judgement' },
    weeks: { default: 3, unit: 'weeks', min: 2, max: 4, source: 'our judgement' },
  },

  prepare(facts, p) {
    const day = dayToJudge(facts.levelling)
    const diary = facts.levelling
    if (day === null || diary === null || day.count < p.leastStops) return
    const wrong = offOf(diary, p) >= p.share || Math.abs(diary.lastWorst) > p.farMm
    diary.foundAt = wrong || driftOf(diary, day, p) !== 0 ? facts.now : 0
  },

  condition(facts, p) {
    const diary = facts.levelling
    if (diary === null || diary.foundAt <= facts.attendedAt) return false
    const evidence: Evidence[] = []
    const newest = daysFrom(diary, diary.judged)[0]
    const off = offOf(diary, p)
    const drift = newest ? driftOf(diary, newest, p) : 0
    if (off >= p.share) evidence.push({ key: 'stops-off-level', ...machine, value: Math.round(off * 100) })
    if (Math.abs(diary.lastWorst) > p.farMm)
      evidence.push({ key: 'stop-far-off-level', ...machine, value: diary.lastWorst })
    if (drift !== 0) evidence.push({ key: 'level-drifts', ...machine, value: Math.round(drift * 100) / 100 })
    return { confidence: 0.85, evidence, showMs: 0, orderMs: Number.POSITIVE_INFINITY }
  },
})

/** The share of the last day's stops that were off. */
function offOf({ lastKept }: Diary, p: { offMm: number }): number {
  if (lastKept.length === 0) return 0
  return lastKept.filter((level) => Math.abs(level) > p.offMm).length / lastKept.length
}

/** mm a week by which the median of a day has been moving; 0 where that is little, or not sure. */
function driftOf(diary: Diary, newest: Day, p: { mmPerWeek: number; weeks: number }): number {
  const span = p.weeks * WEEK
  const days = daysFrom(diary, newest.day - span + 1)
  if (days.length < KNOWN_DAYS * span || newest.day - (days[0]?.day ?? 0) < span - WEEK / 2) return 0
  const slope = slopeOf(days.map(({ day, median }) => ({ day, value: median })))
  if (slope === null || Math.abs(slope.perDay) < SURE * slope.error) return 0
  return Math.abs(slope.perDay * WEEK) > p.mmPerWeek ? slope.perDay * WEEK : 0
}

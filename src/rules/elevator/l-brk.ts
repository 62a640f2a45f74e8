/**
 * L-BRK: the brake lets the car go further than it used to, lets a standing car creep, or holds one way worse than the
 * other: up with an empty car against down with a loaded one. Stops are compared by the
 * deceleration after the brake fell, so that a stop from a higher speed is no longer stop.
 */
import type { Evidence } from '../../model/finding.js'
import { medianOf } from '../diary.js'
import { definePattern } from '../pattern.js'
import { judgeWays, unevenOf } from './braking.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'
import type { Braking, BrakingWays } from './wear-facts.js'

export const brakeSlip = definePattern<ElevatorFacts>()({
  id: 'L-BRK',
  kind: 'elevator',
  class: 'movement',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.wear,
  needs: [['brakeReleased & speed', 'levelError & door']],
  parameters: {
    warnShare: { default: 0.2, unit: '× usual', min: 0.05, max: 1, source: 'our judgement' },
    alarmShare: { default: 0.4, unit: '× usual', min: 0.1, max: 2, source: 'our judgement' },
    stops: { default: 20, unit: '', min: 5, max: 50, source: 'our judgement: the median of so many stops' },
    farMetres: {
      default: 1.2,
      unit: 'm',
      min: 0.2,
      max: 5,
      source: 'most distance of the protection against unintended movement',
    },
    unevenShare: {
      default: 0.3,
      unit: '× usual',
      min: 0.1,
      max: 2,
      source: 'our judgement: how far up and down may come apart, against what they were first',
    },
    unevenTimes: {
      default: 2,
      unit: '',
      min: 1,
      max: 10,
      source: 'our judgement: after so many times `stops` stops each way it is no chance',
    },
    creepMm: { default: 5, unit: 'mm', min: 2, max: 50, source: 'our judgement' },
  },

  prepare(facts, p) {
    const { braking, now } = facts
    judgeWays(facts, { stops: p.stops, share: p.unevenShare, times: p.unevenTimes })
    if (braking === null || (braking.fresh < p.stops && braking.longest <= p.farMetres)) return
    const median = medianOf(braking.decelerations.slice(-p.stops))
    if (braking.longest > p.farMetres) braking.foundAt = now
    braking.longest = 0
    if (braking.fresh < p.stops) return
    braking.fresh = 0
    braking.newest = median
    // What was measured first is the measure: a brake wears slowly, and a moving average would wear with it.
    if (braking.usual === 0) braking.usual = median
    else braking.foundAt = longerOf(braking) > p.warnShare ? now : 0
  },

  condition(facts, p) {
    const { braking } = facts
    if (braking === null) return false
    const crept = Math.min(braking.crept, braking.creptBefore)
    const creeps = facts.motion === 'standing' && crept > p.creepMm
    const slips = braking.foundAt > facts.attendedAt
    const uneven = (braking.ways?.foundAt ?? 0) > facts.attendedAt
    if (!creeps && !slips && !uneven) return false
    const longer = longerOf(braking)
    const evidence: Evidence[] = []
    if (creeps)
      evidence.push({
        key: 'creeps-while-shut',
        witness: 'machine',
        signal: 'levelError',
        value: braking.crept,
      })
    if (slips)
      evidence.push(
        { key: 'stops-longer', witness: 'machine', signal: 'speed', value: Math.round(longer * 100) },
        { key: 'braking-usual', witness: 'machine', value: Math.round(braking.usual * 100) / 100 },
        { key: 'braking-now', witness: 'machine', value: Math.round(braking.newest * 100) / 100 },
      )
    if (uneven && braking.ways) evidence.push(...unevenEvidence(braking.ways))
    // Below the alarm it is work for the next visit.
    const worse = creeps || (slips && (longer > p.alarmShare || longer <= p.warnShare))
    return {
      confidence: creeps ? 0.85 : 0.8,
      evidence,
      priority: worse ? 'P2' : 'P3',
      showMs: 0,
      orderMs: Number.POSITIVE_INFINITY,
    }
  },

  over: (facts, _p, firedAt) =>
    facts.attendedAt > firedAt ||
    (facts.braking !== null &&
      facts.braking.foundAt === 0 &&
      (facts.braking.ways?.foundAt ?? 0) === 0 &&
      facts.motion === 'moving'),
})

/** By which share a stop became longer: distances are to each other as decelerations are, the other way round. */
function longerOf({ usual, newest }: Braking): number {
  return usual > 0 && newest > 0 ? usual / newest - 1 : 0
}

function unevenEvidence(ways: BrakingWays): Evidence[] {
  const rounded = (value: number) => Math.round(value * 100) / 100
  return [
    { key: 'brake-uneven', witness: 'machine', signal: 'speed', value: Math.round(unevenOf(ways) * 100) },
    { key: 'braking-up-to-down-usual', witness: 'machine', value: rounded(ways.usual) },
    { key: 'braking-up-to-down-now', witness: 'machine', value: rounded(ways.newest) },
  ]
}

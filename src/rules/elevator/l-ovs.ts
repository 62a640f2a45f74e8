/** L-OVS: the car is faster than its nameplate allows. */
import { since } from '../facts.js'
import { definePattern } from '../pattern.js'
import { passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const overspeed = definePattern<ElevatorFacts>()({
  id: 'L-OVS',
  kind: 'elevator',
  class: 'speed',
  priority: 'P0',
  gates: 'equipment',
  signs: SIGN.fast,
  needs: [['speed & attributes.ratedSpeed']],
  parameters: {
    overRatio: {
      default: 1.15,
      unit: '× rated',
      min: 1.05,
      max: 1.5,
      source: 'the governor trips at 115 % of the rated speed or above',
    },
    overMs: { default: 1_000, unit: 'ms', min: 0, max: 10_000, source: 'our judgement' },
    farRatio: { default: 1.2, unit: '× rated', min: 1.1, max: 2, source: 'field practice 1.2 × rated' },
    farSamples: { default: 3, unit: '', min: 1, max: 20, source: 'our judgement: one sample may be noise' },
    backRatio: { default: 1.05, unit: '× rated', min: 1, max: 1.2, source: 'rated speeds hold within 105 %' },
    backMs: { default: 15_000, unit: 'ms', min: 0, max: 600_000, source: 'field practice 15 s' },
  },

  prepare(facts, p) {
    if (!facts.newSpeed || facts.speedAt !== facts.now) return
    const ratio = facts.speed / facts.ratedSpeed
    facts.overspeedSince = since(facts.overspeedSince, ratio > p.overRatio, facts.now)
    facts.overspeedSamples = ratio > p.farRatio ? facts.overspeedSamples + 1 : 0
  },

  condition(facts, p) {
    const far = facts.overspeedSamples >= p.farSamples
    if (Number.isNaN(facts.overspeedSince) && !far) return false
    return {
      confidence: far ? 0.9 : 0.8,
      evidence: [
        {
          key: 'over-rated-speed',
          witness: 'machine',
          signal: 'speed',
          value: facts.speed,
          at: facts.overspeedSince,
        },
        ...(facts.occupied ? [passengerEvidence(facts)] : []),
      ],
      showMs: far ? 0 : p.overMs,
      orderMs: far ? 0 : p.overMs,
      heldFrom: facts.overspeedSince,
    }
  },

  over: (facts, p) => !(facts.speed > p.backRatio * facts.ratedSpeed),
  keepFiringMs: (p) => p.backMs,
})

/** E-HDR: a handrail falls behind the steps and pulls whoever holds it backwards. */
import { since } from '../facts.js'
import { definePattern } from '../pattern.js'
import type { EscalatorFacts } from './facts.js'

export const handrailSlip = definePattern<EscalatorFacts>()({
  id: 'E-HDR',
  kind: 'escalator',
  class: 'speed',
  priority: 'P2',
  gates: 'equipment',
  needs: [
    ['handrailSpeedLeft', 'handrailSpeedRight'],
    ['speed', 'speedMode & attributes.ratedSpeed'],
  ],
  parameters: {
    slip: {
      default: 0.15,
      unit: '× steps',
      min: 0.03,
      max: 0.5,
      source: 'the escalator standard acts at −15 %',
    },
    holdMs: {
      default: 15_000,
      unit: 'ms',
      min: 1_000,
      max: 300_000,
      source: 'the escalator standard acts after more than 15 s',
    },
    backMs: { default: 15_000, unit: 'ms', min: 0, max: 600_000, source: 'our judgement' },
  },

  prepare(facts, p) {
    if (facts.readAt !== facts.now) return
    const behind = facts.handrailSpeed < (1 - p.slip) * facts.stepSpeed
    facts.slipSince = since(facts.slipSince, behind, facts.now)
  },

  condition(facts, p) {
    // From reading to reading: one taken as it starts says nothing of the fifteen seconds after it.
    if (!(facts.readAt - facts.slipSince >= p.holdMs)) return false
    return {
      confidence: 0.85,
      evidence: [
        {
          key: 'handrail-behind-steps',
          witness: 'machine',
          signal: facts.slowerHandrail === 0 ? 'handrailSpeedLeft' : 'handrailSpeedRight',
          value: facts.handrailSpeed,
          at: facts.slipSince,
        },
      ],
      showMs: 0,
      orderMs: 0,
    }
  },

  // One that was stopped for it has not been mended.
  over: (facts) => Number.isNaN(facts.slipSince) && facts.motion === 'moving',
  keepFiringMs: (p) => p.backMs,
})

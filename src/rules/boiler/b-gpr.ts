/** B-GPR: gas comes to the burner with too little pressure to burn steadily, or with too much to burn safely. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

export const fuelPressure = definePattern<BoilerFacts>()({
  id: 'B-GPR',
  kind: 'boiler',
  class: 'gas',
  priority: 'P1',
  gates: 'equipment',
  signs: SIGN.fuel,
  needs: [['fuelPressure & attributes.fuelPressureSet']],
  parameters: {
    lowRatio: { default: 0.7, unit: '× set', min: 0.3, max: 0.95, source: 'our judgement' },
    highRatio: { default: 1.3, unit: '× set', min: 1.05, max: 2, source: 'our judgement' },
    backRatio: { default: 0.05, unit: '× set', min: 0, max: 0.2, source: 'our judgement' },
    holdMs: { default: 3_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement' },
  },

  condition(facts, p) {
    const ratio = facts.fuelPressure / facts.fuelPressureSet
    // A shut train has no pressure, and that is right.
    if (Number.isNaN(facts.fuelSince) || !(ratio < p.lowRatio || ratio > p.highRatio)) return false
    return {
      confidence: 0.9,
      evidence: [
        {
          key: ratio < 1 ? 'fuel-pressure-low' : 'fuel-pressure-high',
          witness: 'machine',
          signal: 'fuelPressure',
          value: facts.fuelPressure,
        },
      ],
      showMs: p.holdMs,
      orderMs: p.holdMs,
    }
  },

  over(facts, p) {
    const ratio = facts.fuelPressure / facts.fuelPressureSet
    const within = ratio >= p.lowRatio + p.backRatio && ratio <= p.highRatio - p.backRatio
    return Number.isNaN(facts.fuelSince) || within
  },
})

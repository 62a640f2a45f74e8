/** B-WTR: water that makes scale or eats the steel. Measured by an instrument, or by hand and entered. */
import type { Evidence } from '../../model/finding.js'
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

const WATER = 'GB 1576-2001; GB/T 1576-2018 changed detail'

export const waterQuality = definePattern<BoilerFacts>()({
  id: 'B-WTR',
  kind: 'boiler',
  class: 'water',
  priority: 'P2',
  gates: 'equipment',
  signs: SIGN.water,
  needs: [['hardness', 'ph', 'tds']],
  parameters: {
    hardness: { default: 0.03, unit: 'mmol/L', min: 0.005, max: 6, source: WATER },
    lowPh: { default: 10, unit: '', min: 6, max: 12, source: WATER },
    highPh: { default: 12, unit: '', min: 8, max: 14, source: WATER },
    tds: { default: 4_000, unit: 'mg/L', min: 500, max: 10_000, source: `${WATER}: up to 1.0 MPa` },
    holdMs: { default: 1_800_000, unit: 'ms', min: 0, max: 86_400_000, source: 'our judgement' },
  },

  condition(facts, p) {
    if (!facts.hot) return false
    const hard = facts.hardness > p.hardness
    const ph = facts.ph < p.lowPh || facts.ph > p.highPh
    const salty = facts.tds > p.tds
    if (!hard && !ph && !salty) return false
    const evidence: Evidence[] = []
    if (hard)
      evidence.push({ key: 'water-hard', witness: 'machine', signal: 'hardness', value: facts.hardness })
    if (ph) evidence.push({ key: 'water-ph', witness: 'machine', signal: 'ph', value: facts.ph })
    if (salty) evidence.push({ key: 'water-salty', witness: 'machine', signal: 'tds', value: facts.tds })
    return { confidence: 0.85, evidence, showMs: p.holdMs, orderMs: p.holdMs }
  },
})

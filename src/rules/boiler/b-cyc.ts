/** B-CYC: the burner starts again and again: each start purges heat away and wears the boiler. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

const HOUR_MS = 3_600_000

export const shortCycling = definePattern<BoilerFacts>()({
  id: 'B-CYC',
  kind: 'boiler',
  class: 'combustion',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.starts,
  needs: [['burnerStarts', 'fuelValve', 'fuelFlow']],
  parameters: {
    starts: { default: 6, unit: 'per hour', min: 2, max: 15, source: 'our judgement' },
  },

  condition(facts, p) {
    // More than so many: the one before them lies within the hour too.
    const first = facts.starts.at(-(p.starts + 1)) ?? 0
    if (facts.now - first > HOUR_MS) return false
    return {
      confidence: 0.9,
      evidence: [{ key: 'burner-starts', witness: 'machine', signal: 'burnerStarts', at: first }],
      showMs: 0,
      orderMs: Number.POSITIVE_INFINITY,
    }
  },
})

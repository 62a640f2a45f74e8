/** B-IGN: fuel was let in again and again and never lit. What did not burn is still in there. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

const HOUR_MS = 3_600_000

export const failedIgnitions = definePattern<BoilerFacts>()({
  id: 'B-IGN',
  kind: 'boiler',
  class: 'flame',
  priority: 'P1',
  gates: 'equipment',
  signs: SIGN.failed,
  needs: [['flame'], ['fuelValve', 'fuelFlow']],
  parameters: {
    attempts: { default: 3, unit: 'per hour', min: 2, max: 10, source: 'our judgement' },
  },

  condition(facts, p) {
    const first = facts.failedIgnitions.at(-p.attempts) ?? 0
    if (facts.now - first > HOUR_MS) return false
    return {
      confidence: 0.9,
      evidence: [
        { key: 'ignitions-failed', witness: 'machine', signal: 'flame', value: p.attempts, at: first },
      ],
      showMs: 0,
      orderMs: 0,
    }
  },
})

/** B-FAN: fuel without air, or air without a way out. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

export const fanFailure = definePattern<BoilerFacts>()({
  id: 'B-FAN',
  kind: 'boiler',
  class: 'combustion',
  priority: 'P0',
  gates: 'equipment',
  signs: SIGN.becalmed,
  needs: [['forcedDraftFan & fuelValve', 'forcedDraftFan & inducedDraftFan', 'forcedDraftFan & fuelFlow']],
  parameters: {
    holdMs: {
      default: 2_000,
      unit: 'ms',
      min: 0,
      max: 10_000,
      source: 'our judgement: an interlock cuts the fuel at once',
    },
  },

  condition(facts, p) {
    const noAir = facts.forcedDraft === 0 && !Number.isNaN(facts.fuelSince)
    const noDraught = facts.inducedDraft === 0 && facts.forcedDraft === 1
    if (!noAir && !noDraught) return false
    return {
      confidence: 0.9,
      evidence: [
        noAir
          ? { key: 'fuel-without-air', witness: 'machine', signal: 'forcedDraftFan', value: false }
          : { key: 'air-without-draught', witness: 'machine', signal: 'inducedDraftFan', value: false },
      ],
      showMs: p.holdMs,
      orderMs: p.holdMs,
      interlockFailed: noAir,
    }
  },
})

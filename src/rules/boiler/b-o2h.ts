/** B-O2H: more air than the fire needs is heated and blown out. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'

export const excessAir = definePattern<BoilerFacts>()({
  id: 'B-O2H',
  kind: 'boiler',
  class: 'combustion',
  priority: 'P3',
  gates: 'equipment',
  needs: [['o2 & attributes.fuel']],
  parameters: {
    overPoints: { default: 1, unit: '% O2', min: 0, max: 10, source: 'our judgement, above the limit of α' },
    holdMs: { default: 1_800_000, unit: 'ms', min: 60_000, max: 86_400_000, source: 'our judgement' },
  },

  condition(facts, p) {
    if (!isBurning(facts) || !(facts.o2 > facts.o2Limit + p.overPoints)) return false
    return {
      confidence: 0.8,
      evidence: [{ key: 'oxygen-high', witness: 'machine', signal: 'o2', value: facts.o2 }],
      showMs: p.holdMs,
      orderMs: Number.POSITIVE_INFINITY,
    }
  },

  over: (facts) => !isBurning(facts) || facts.o2 <= facts.o2Limit,
  keepFiringMs: () => 600_000,
})

/** Flue gas says something about the fire only while there is one. */
function isBurning({ flameKnown, flameSince, fuelSince }: BoilerFacts): boolean {
  return flameKnown ? !Number.isNaN(flameSince) : !Number.isNaN(fuelSince)
}

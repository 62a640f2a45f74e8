/** B-O2H: more air than the fire needs is heated and blown out. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { isBurning } from './fire.js'
import { SIGN } from './signs.js'

export const excessAir = definePattern<BoilerFacts>()({
  id: 'B-O2H',
  kind: 'boiler',
  class: 'combustion',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.muchAir,
  needs: [['o2 & attributes.fuel']],
  parameters: {
    overPoints: { default: 1, unit: '% O2', min: 0, max: 10, source: 'our judgement, above the limit of α' },
    leastLoad: {
      default: 0.5,
      unit: '× capacity',
      min: 0,
      max: 1,
      source: 'our judgement: α is limited for a boiler at work, not for its smallest flame',
    },
    holdMs: { default: 1_800_000, unit: 'ms', min: 60_000, max: 86_400_000, source: 'our judgement' },
  },

  condition(facts, p) {
    if (!atWork(facts, p.leastLoad) || !(facts.o2 > facts.o2Limit + p.overPoints)) return false
    return {
      confidence: 0.8,
      evidence: [{ key: 'oxygen-high', witness: 'machine', signal: 'o2', value: facts.o2 }],
      showMs: p.holdMs,
      orderMs: Number.POSITIVE_INFINITY,
    }
  },

  over: (facts, p) => !atWork(facts, p.leastLoad) || facts.o2 <= facts.o2Limit,
  keepFiringMs: () => 600_000,
})

/** Where the load is not known, any fire counts. */
function atWork(facts: BoilerFacts, leastLoad: number): boolean {
  return isBurning(facts) && !(facts.steamFlow < leastLoad * facts.capacity)
}

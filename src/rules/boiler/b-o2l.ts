/** B-O2L: too little air: carbon monoxide, soot, and a furnace that may puff. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { isBurning } from './fire.js'
import { SIGN } from './signs.js'

export const airShort = definePattern<BoilerFacts>()({
  id: 'B-O2L',
  kind: 'boiler',
  class: 'combustion',
  priority: 'P1',
  gates: 'equipment',
  signs: SIGN.littleAir,
  needs: [['o2']],
  parameters: {
    leastO2: { default: 1.5, unit: '% O2', min: 0.2, max: 5, source: 'field practice' },
    coPpm: { default: 200, unit: 'ppm', min: 50, max: 5_000, source: 'field practice' },
    coBelowO2: { default: 3.5, unit: '% O2', min: 1, max: 10, source: 'field practice' },
    holdMs: { default: 60_000, unit: 'ms', min: 5_000, max: 3_600_000, source: 'our judgement' },
    backMs: { default: 60_000, unit: 'ms', min: 0, max: 3_600_000, source: 'our judgement' },
  },

  condition(facts, p) {
    const smothered = facts.co > p.coPpm && facts.o2 < p.coBelowO2
    if (!isBurning(facts) || !(facts.o2 < p.leastO2 || smothered)) return false
    return {
      confidence: smothered ? 0.9 : 0.75,
      evidence: [
        { key: 'oxygen-low', witness: 'machine', signal: 'o2', value: facts.o2 },
        ...(smothered
          ? [{ key: 'carbon-monoxide', witness: 'machine' as const, signal: 'co', value: facts.co }]
          : []),
      ],
      showMs: p.holdMs,
      orderMs: p.holdMs,
    }
  },

  keepFiringMs: (p) => p.backMs,
})

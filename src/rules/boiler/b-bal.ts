/** B-BAL: steam leaves, nothing is fed, and the water does not fall: one of the meters is wrong. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

export const balanceBroken = definePattern<BoilerFacts>()({
  id: 'B-BAL',
  kind: 'boiler',
  class: 'sensor',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.unfed,
  needs: [['steamFlow & attributes.capacity'], ['waterLevel'], ['feedPump', 'feedwaterFlow']],
  parameters: {
    holdMs: { default: 300_000, unit: 'ms', min: 60_000, max: 7_200_000, source: 'our judgement' },
    load: { default: 0.2, unit: '× capacity', min: 0.01, max: 1, source: 'our judgement' },
    fallMm: {
      default: 2,
      unit: 'mm',
      min: 0.5,
      max: 50,
      source: 'our judgement: a pump that rests lets the level fall',
    },
  },

  condition(facts, p) {
    if (Number.isNaN(facts.unfedSince) || !facts.hot || !(facts.steamFlow > p.load * facts.capacity))
      return false
    // Electrodes stand still between their steps.
    if (facts.electrode || !(facts.unfedLevel - facts.level <= p.fallMm)) return false
    return {
      confidence: 0.7,
      evidence: [
        {
          key: 'steam-without-feed',
          witness: 'machine',
          signal: 'steamFlow',
          value: facts.steamFlow,
          at: facts.unfedSince,
        },
      ],
      showMs: p.holdMs,
      orderMs: Number.POSITIVE_INFINITY,
      heldFrom: facts.unfedSince,
    }
  },

  over: (facts) => Number.isNaN(facts.unfedSince),
})

/** B-LVX: a level that does not move while steam is made and water is fed is no level: the gauge is blocked. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'

export const falseLevel = definePattern<BoilerFacts>()({
  id: 'B-LVX',
  kind: 'boiler',
  class: 'sensor',
  priority: 'P1',
  gates: 'equipment',
  needs: [['waterLevel'], ['steamFlow & attributes.capacity'], ['feedPump', 'feedwaterFlow']],
  parameters: {
    constantMs: { default: 600_000, unit: 'ms', min: 120_000, max: 7_200_000, source: 'our judgement' },
    load: { default: 0.2, unit: '× capacity', min: 0.05, max: 1, source: 'our judgement' },
    feeds: { default: 2, unit: '', min: 1, max: 20, source: 'our judgement: on and off once' },
  },

  condition(facts, p) {
    // Electrodes know three or four levels and stand still between them.
    if (facts.electrode || !facts.hot || !(facts.steamFlow > p.load * facts.capacity)) return false
    if (facts.steadyFeeds < p.feeds || facts.readAt - facts.steadySince < p.constantMs) return false
    return {
      confidence: 0.85,
      evidence: [
        {
          key: 'level-stands-still',
          witness: 'machine',
          signal: 'waterLevel',
          value: facts.level,
          at: facts.steadySince,
        },
      ],
      showMs: 0,
      orderMs: 0,
    }
  },

  over: (facts, p) => facts.readAt - facts.steadySince < p.constantMs,
})

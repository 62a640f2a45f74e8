/** B-LVX: a level that does not move while steam is made and water is fed is no level, and two gauges cannot both be right. */
import { since } from '../facts.js'
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

export const falseLevel = definePattern<BoilerFacts>()({
  id: 'B-LVX',
  kind: 'boiler',
  class: 'sensor',
  priority: 'P1',
  gates: 'equipment',
  signs: SIGN.gauges,
  needs: [
    ['waterLevel'],
    [
      'steamFlow & attributes.capacity & feedPump',
      'steamFlow & attributes.capacity & feedwaterFlow',
      'waterLevel2',
    ],
  ],
  parameters: {
    constantMs: { default: 600_000, unit: 'ms', min: 120_000, max: 7_200_000, source: 'our judgement' },
    load: { default: 0.2, unit: '× capacity', min: 0.05, max: 1, source: 'our judgement' },
    feeds: { default: 2, unit: '', min: 1, max: 20, source: 'our judgement: on and off once' },
    differMm: { default: 30, unit: 'mm', min: 10, max: 200, source: 'our judgement' },
    differMs: { default: 60_000, unit: 'ms', min: 5_000, max: 3_600_000, source: 'our judgement' },
  },

  prepare(facts, p) {
    const differ = facts.hot && !facts.electrode && Math.abs(facts.level - facts.level2) > p.differMm
    facts.gaugesDifferSince = since(facts.gaugesDifferSince, differ, facts.now)
  },

  condition(facts, p) {
    if (standsStill(facts, p)) {
      const { level, steadySince } = facts
      return {
        confidence: 0.85,
        evidence: [
          {
            key: 'level-stands-still',
            witness: 'machine',
            signal: 'waterLevel',
            value: level,
            at: steadySince,
          },
        ],
        showMs: 0,
        orderMs: 0,
      }
    }
    if (Number.isNaN(facts.gaugesDifferSince)) return false
    return {
      confidence: 0.9,
      evidence: [
        { key: 'gauges-differ', witness: 'machine', signal: 'waterLevel2', value: facts.level2 },
        { key: 'first-gauge', witness: 'machine', signal: 'waterLevel', value: facts.level },
      ],
      showMs: p.differMs,
      orderMs: p.differMs,
      heldFrom: facts.gaugesDifferSince,
    }
  },

  over: (facts, p) =>
    Number.isNaN(facts.gaugesDifferSince) && facts.readAt - facts.steadySince < p.constantMs,
})

function standsStill(facts: BoilerFacts, p: { load: number; feeds: number; constantMs: number }): boolean {
  // Electrodes know three or four levels and stand still between them.
  if (facts.electrode || !facts.hot || !(facts.steamFlow > p.load * facts.capacity)) return false
  return facts.steadyFeeds >= p.feeds && facts.readAt - facts.steadySince >= p.constantMs
}

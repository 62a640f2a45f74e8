/** B-PRT: the pressure climbs fast while less steam is taken: the control does not follow the load. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'
import { changeOver } from './trail.js'

const MINUTE_MS = 60_000

export const pressureRise = definePattern<BoilerFacts>()({
  id: 'B-PRT',
  kind: 'boiler',
  class: 'pressure',
  priority: 'P2',
  gates: 'equipment',
  signs: SIGN.pressed,
  needs: [['pressure & attributes.workingPressure'], ['steamFlow']],
  parameters: {
    rise: { default: 0.05, unit: 'MPa/min', min: 0.01, max: 1, source: 'our judgement' },
    fromRatio: {
      default: 0.9,
      unit: '× working',
      min: 0.5,
      max: 1,
      source: 'our judgement: a start rises faster',
    },
    holdMs: { default: 60_000, unit: 'ms', min: 0, max: 600_000, source: 'our judgement' },
  },

  condition(facts, p) {
    if (Number.isNaN(facts.fuelSince) || !(facts.pressureRatio >= p.fromRatio)) return false
    const change = changeOver(facts, MINUTE_MS)
    if (!change || !(change.steamFlow < 0)) return false
    const aMinute = (change.pressure * MINUTE_MS) / change.ms
    if (!(aMinute > p.rise)) return false
    return {
      confidence: 0.75,
      evidence: [
        { key: 'pressure-rises-fast', witness: 'machine', signal: 'pressure', value: facts.pressure },
      ],
      showMs: p.holdMs,
      orderMs: p.holdMs,
    }
  },
})

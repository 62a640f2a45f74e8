/** B-LWL: water is low, but not yet below the lowest safe level: the operator still has time. */

import { SIGN } from './signs.js'
import { threshold } from './threshold.js'

export const waterLow = threshold({
  id: 'B-LWL',
  class: 'water',
  priority: 'P2',
  needs: [['waterLevel']],
  signs: SIGN.belowMiddle,
  signal: 'waterLevel',
  key: 'level-low',
  side: 'below',
  limit: {
    default: -50,
    unit: 'mm',
    min: -300,
    max: 0,
    source: 'steps of a vendor: pump at ±40 mm, alarm at −50 mm',
  },
  margin: { default: 5, unit: 'mm', min: 0, max: 100, source: 'our judgement: ripple of a gauge' },
  hold: { default: 3_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement' },
  value: (facts) => facts.level,
  applies: (facts) => facts.hot,
})

/** B-HWL: water is high: it is carried over into the steam. */

import { SIGN } from './signs.js'
import { threshold } from './threshold.js'

export const waterHigh = threshold({
  id: 'B-HWL',
  class: 'water',
  priority: 'P2',
  needs: [['waterLevel', 'highWaterAlarm']],
  signs: SIGN.aboveMiddle,
  signal: 'waterLevel',
  key: 'level-high',
  side: 'above',
  limit: {
    default: 50,
    unit: 'mm',
    min: 0,
    max: 300,
    source: 'steps of a vendor: pump at ±40 mm, alarm at +50 mm',
  },
  margin: { default: 5, unit: 'mm', min: 0, max: 100, source: 'our judgement: ripple of a gauge' },
  hold: {
    default: 10_000,
    unit: 'ms',
    min: 0,
    max: 60_000,
    source: 'our judgement: a drum swells when fired up',
  },
  value: (facts) => facts.level,
  alarm: (facts) => facts.highWaterAlarm,
  applies: (facts) => facts.hot,
})

/** B-EXT: flue gas leaves too hot: soot or scale, and money up the chimney. */
import { threshold } from './threshold.js'

export const exhaustHot = threshold({
  id: 'B-EXT',
  class: 'temperature',
  priority: 'P3',
  needs: [['exhaustTemp']],
  signal: 'exhaustTemp',
  key: 'exhaust-hot',
  side: 'above',
  limit: {
    default: 170,
    unit: '°C',
    min: 60,
    max: 400,
    source: 'usual limit for 1 t/h and above; 230 °C below',
  },
  margin: { default: 5, unit: 'K', min: 0, max: 50, source: 'our judgement' },
  hold: { default: 600_000, unit: 'ms', min: 60_000, max: 7_200_000, source: 'our judgement' },
  value: (facts) => facts.exhaustTemp,
  applies: (facts) => facts.hot,
  proposesWork: true,
})

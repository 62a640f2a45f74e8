/** B-FUR: pressure in a furnace that is meant to be drawn, not blown: flame and gas come out where people stand. */

import { SIGN } from './signs.js'
import { threshold } from './threshold.js'

export const furnacePressure = threshold({
  id: 'B-FUR',
  class: 'combustion',
  priority: 'P1',
  // Only a boiler with an induced-draught fan has a furnace below the pressure of the house.
  needs: [['furnacePressure'], ['inducedDraftFan']],
  signs: SIGN.furnace,
  signal: 'furnacePressure',
  key: 'furnace-pressure-high',
  side: 'above',
  limit: { default: 100, unit: 'Pa', min: 0, max: 2_000, source: 'our judgement' },
  margin: { default: 20, unit: 'Pa', min: 0, max: 500, source: 'our judgement' },
  hold: {
    default: 5_000,
    unit: 'ms',
    min: 0,
    max: 60_000,
    source: 'our judgement: a puff at lighting passes',
  },
  value: (facts) => facts.furnacePressure,
  applies: (facts) => facts.hot,
})

/** B-HW: hot water close to boiling, or fire under water that stands still. */
import { since } from '../facts.js'
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

const ATMOSPHERE = 0.101325 // MPa
const MMHG_A_MPA = 7500.62
const NEAR = 'our judgement'

export const hotWaterTemperature = definePattern<BoilerFacts>()({
  id: 'B-HW',
  kind: 'boiler',
  class: 'temperature',
  priority: 'P1',
  gates: 'equipment',
  signs: SIGN.hotWater,
  needs: [
    ['attributes.medium'],
    ['outletTemp & attributes.ratedOutletTemp', 'outletTemp & pressure', 'circulationPump & fuelValve'],
  ],
  parameters: {
    overK: { default: 5, unit: 'K', min: 0, max: 50, source: NEAR },
    warnBelowBoilingK: { default: 20, unit: 'K', min: 5, max: 50, source: NEAR },
    dangerBelowBoilingK: { default: 10, unit: 'K', min: 1, max: 40, source: NEAR },
    holdMs: { default: 5_000, unit: 'ms', min: 0, max: 60_000, source: NEAR },
    pumpMs: {
      default: 2_000,
      unit: 'ms',
      min: 0,
      max: 60_000,
      source: 'our judgement: a pump trip cuts the fuel',
    },
    backK: { default: 3, unit: 'K', min: 0, max: 30, source: NEAR },
  },

  prepare(facts, p) {
    if (!facts.hotWater) return
    const danger = facts.outletTemp >= boilingPoint(facts.pressure) - p.dangerBelowBoilingK
    const still = facts.circulation === 0 && !Number.isNaN(facts.fuelSince)
    facts.boilingSince = since(facts.boilingSince, danger, facts.now)
    facts.stillSince = since(facts.stillSince, still, facts.now)
  },

  condition(facts, p) {
    if (!facts.hotWater || !facts.hot) return false
    const hot = facts.outletTemp >= hottest(facts, p)
    const still = !Number.isNaN(facts.stillSince)
    if (!hot && !still) return false
    const boiling = facts.now - facts.boilingSince >= p.holdMs
    const unmoved = facts.now - facts.stillSince >= p.pumpMs
    const urgent = boiling || unmoved
    return {
      confidence: 0.9,
      evidence: [
        hot
          ? { key: 'outlet-hot', witness: 'machine', signal: 'outletTemp', value: facts.outletTemp }
          : { key: 'fuel-without-circulation', witness: 'machine', signal: 'circulationPump', value: false },
      ],
      priority: urgent ? 'P0' : 'P1',
      showMs: urgent ? 0 : hot ? p.holdMs : p.pumpMs,
      orderMs: urgent ? 0 : hot ? p.holdMs : p.pumpMs,
      interlockFailed: unmoved,
    }
  },

  over: (facts, p) => Number.isNaN(facts.stillSince) && !(facts.outletTemp >= hottest(facts, p) - p.backK),
})

/** °C from which it is too hot: above what it is rated for, or near boiling, whichever comes first. */
function hottest(facts: BoilerFacts, p: { overK: number; warnBelowBoilingK: number }): number {
  const rated = facts.ratedOutletTemp + p.overK
  const boiling = boilingPoint(facts.pressure) - p.warnBelowBoilingK
  if (Number.isNaN(rated)) return boiling
  return Number.isNaN(boiling) ? rated : Math.min(rated, boiling)
}

/** °C at a gauge pressure (MPa): Antoine's equation with its constants for 99–374 °C. */
function boilingPoint(gauge: number): number {
  return 1810.94 / (8.14019 - Math.log10((gauge + ATMOSPHERE) * MMHG_A_MPA)) - 244.485
}

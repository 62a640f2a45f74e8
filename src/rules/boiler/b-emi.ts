/** B-EMI: an hour's mean of what leaves the chimney, at the reference oxygen, is over its limit. Single samples are not judged. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import type { Emission } from './memory-facts.js'
import { SIGN } from './signs.js'

const LIMIT = 'GB 13271-2014, new boilers, as we know it; provinces and cities are stricter'
const POLLUTANTS = [
  { key: 'dust-over-limit', signal: 'pm' },
  { key: 'so2-over-limit', signal: 'so2' },
  { key: 'nox-over-limit', signal: 'nox' },
] as const

function limit(value: number) {
  return { default: value, unit: 'mg/m³', min: 1, max: 2_000, source: LIMIT }
}

export const emission = definePattern<BoilerFacts>()({
  id: 'B-EMI',
  kind: 'boiler',
  class: 'emission',
  priority: 'P2',
  gates: 'equipment',
  signs: SIGN.sampled,
  needs: [['nox', 'so2', 'pm'], ['o2 & attributes.fuel']],
  parameters: {
    gasDust: limit(20),
    gasSo2: limit(50),
    gasNox: limit(200),
    oilDust: limit(30),
    oilSo2: limit(200),
    oilNox: limit(250),
    coalDust: limit(50),
    coalSo2: limit(300),
    coalNox: limit(300),
    validMinutes: {
      default: 45,
      unit: 'min',
      min: 15,
      max: 60,
      source: 'usual practice: three quarters of an hour',
    },
    worseHours: { default: 3, unit: 'h', min: 2, max: 24, source: 'our judgement' },
    worseRatio: { default: 2, unit: '× limit', min: 1.1, max: 10, source: 'our judgement' },
  },

  prepare({ emission, fuelKind }, p) {
    if (emission === null || emission.judged || fuelKind === 'unknown') return
    emission.judged = true
    const limits = {
      gas: [p.gasDust, p.gasSo2, p.gasNox],
      oil: [p.oilDust, p.oilSo2, p.oilNox],
      coal: [p.coalDust, p.coalSo2, p.coalNox],
    }[fuelKind]
    judgeHour(emission, limits, p.validMinutes)
  },

  condition({ emission }, p) {
    if (emission === null || emission.hoursOver === 0) return false
    const { worst, ratio, hoursOver } = emission
    const worse = ratio > p.worseRatio || hoursOver >= p.worseHours
    return {
      confidence: 0.8,
      evidence: [
        {
          ...(POLLUTANTS[worst] ?? POLLUTANTS[2]),
          witness: 'machine',
          value: Math.round(emission.lastMeans[worst] ?? 0),
        },
        { key: 'hours-over-limit', witness: 'machine', value: hoursOver },
      ],
      priority: worse ? 'P1' : 'P2',
      showMs: 0,
      // A fire that is not clean is looked into; nobody is sent unasked.
      orderMs: Number.POSITIVE_INFINITY,
    }
  },
})

/** An hour with too few valid minutes is no violation. */
function judgeHour(emission: Emission, limits: readonly number[], validMinutes: number): void {
  emission.ratio = 0
  for (const [i, mean] of emission.lastMeans.entries()) {
    if ((emission.lastMinutes[i] ?? 0) < validMinutes) continue
    const ratio = mean / (limits[i] ?? Number.POSITIVE_INFINITY)
    if (ratio <= emission.ratio) continue
    emission.ratio = ratio
    emission.worst = i
  }
  emission.hoursOver = emission.ratio > 1 ? emission.hoursOver + 1 : 0
}

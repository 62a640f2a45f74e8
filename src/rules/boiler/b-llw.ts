/** B-LLW: water below the lowest safe level in a hot boiler. Fuel still on two seconds later means that the interlock failed. */
import { definePattern } from '../pattern.js'
import { type BoilerFacts, fuelStillOn } from './facts.js'
import { SIGN } from './signs.js'

export const lowWater = definePattern<BoilerFacts>()({
  id: 'B-LLW',
  kind: 'boiler',
  class: 'water',
  priority: 'P0',
  gates: 'equipment',
  signs: SIGN.low,
  needs: [['waterLevel & attributes.lowWaterLimit', 'lowWaterAlarm']],
  parameters: {
    holdMs: {
      default: 2_000,
      unit: 'ms',
      min: 0,
      max: 10_000,
      source: 'our judgement 0–2 s: a drum swells and shrinks',
    },
    interlockMs: {
      default: 2_000,
      unit: 'ms',
      min: 500,
      max: 10_000,
      source: 'our judgement: a trip acts at once',
    },
    marginMs: { default: 10_000, unit: 'ms', min: 0, max: 600_000, source: 'our judgement' },
    marginMm: { default: 5, unit: 'mm', min: 0, max: 100, source: 'our judgement: ripple of a gauge' },
  },

  condition(facts, p) {
    const below = facts.level < facts.lowWaterLimit
    if (!facts.hot || !(below || facts.lowWaterAlarm)) return false
    // The switch has its own damping, and electrodes do not ripple.
    const holdMs = facts.lowWaterAlarm || facts.electrode ? 0 : p.holdMs
    const interlockFailed = fuelStillOn(facts, facts.lowWaterSince, holdMs + p.interlockMs)
    return {
      confidence: below && facts.lowWaterAlarm ? 0.98 : 0.9,
      evidence: [
        ...(below
          ? [
              {
                key: 'level-below-limit',
                witness: 'machine' as const,
                signal: 'waterLevel',
                value: facts.level,
              },
            ]
          : []),
        ...(facts.lowWaterAlarm
          ? [{ key: 'low-water-alarm', witness: 'machine' as const, signal: 'lowWaterAlarm', value: true }]
          : []),
        ...(interlockFailed
          ? [
              {
                key: 'fuel-still-on',
                witness: 'machine' as const,
                signal: 'fuelValve',
                at: facts.valveOpenAt,
              },
            ]
          : []),
      ],
      showMs: holdMs,
      orderMs: holdMs,
      interlockFailed,
    }
  },

  over(facts, p) {
    if (facts.lowWaterAlarm) return !facts.hot
    return !facts.hot || !(facts.level < facts.lowWaterLimit + p.marginMm)
  },
  keepFiringMs: (p) => p.marginMs,
})

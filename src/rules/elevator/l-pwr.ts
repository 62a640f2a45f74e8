/** L-PWR: the mains are gone. A mark: whoever is inside is another pattern's; several lifts of a site make an area event. */
import { definePattern } from '../pattern.js'
import { lastSeen, mainsEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const powerLost = definePattern<ElevatorFacts>()({
  id: 'L-PWR',
  kind: 'elevator',
  class: 'power',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.dark,
  needs: [['mainsPower', 'event.41']],
  parameters: {
    holdMs: {
      default: 3_000,
      unit: 'ms',
      min: 0,
      max: 60_000,
      source: 'our judgement: a dip, or the change to a second feeder, is shorter',
    },
    backMs: {
      default: 10_000,
      unit: 'ms',
      min: 0,
      max: 600_000,
      source: 'our judgement: mains that come back for a moment are not back',
    },
  },

  condition(facts, p) {
    if (Number.isNaN(facts.mainsLostSince)) return false
    return {
      confidence: 0.95,
      evidence: [...mainsEvidence(facts), ...lastSeen(facts)],
      showMs: p.holdMs,
      orderMs: Number.POSITIVE_INFINITY,
      heldFrom: facts.mainsLostSince,
    }
  },

  keepFiringMs: (p) => p.backMs,
})

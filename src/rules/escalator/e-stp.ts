/** E-STP: it took too far to stop, so its brake is failing; a stop that is a little too long, or too short, is work to plan. */
import { definePattern } from '../pattern.js'
import { seenToAt } from './evidence.js'
import type { EscalatorFacts } from './facts.js'

export const stopDistance = definePattern<EscalatorFacts>()({
  id: 'E-STP',
  kind: 'escalator',
  class: 'movement',
  priority: 'P1',
  gates: 'equipment',
  needs: [['stopDistance'], ['attributes.stopDistanceLimit', 'attributes.ratedSpeed']],
  parameters: {
    farRatio: {
      default: 1.2,
      unit: '× limit',
      min: 1,
      max: 3,
      source: 'the escalator standard locks it above 1.2 × the longest stop',
    },
  },

  condition(facts, p) {
    const { stopDistance: way, stopDistanceLimit: limit, stopDistanceMin: least } = facts
    if (facts.stopDistanceAt <= seenToAt(facts)) return false
    // A stop of no length is one that was not measured.
    const short = way > 0 && way < least
    if (!(way > limit) && !short) return false
    const far = way > p.farRatio * limit
    return {
      confidence: 0.85,
      evidence: [
        {
          key: short ? 'stop-too-short' : 'stop-too-long',
          witness: 'machine',
          signal: 'stopDistance',
          value: way,
          at: facts.stopDistanceAt,
        },
      ],
      priority: far ? 'P1' : 'P3',
      showMs: 0,
      orderMs: far ? 0 : Number.POSITIVE_INFINITY,
    }
  },

  /** The next stop says whether it was mended; so does whoever came for it. */
  over: (facts, _p, firedAt) =>
    (facts.stopDistanceAt > firedAt &&
      facts.stopDistance <= facts.stopDistanceLimit &&
      !(facts.stopDistance < facts.stopDistanceMin)) ||
    seenToAt(facts) > firedAt,
})

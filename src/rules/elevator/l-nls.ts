/** L-NLS: an empty car stands between floors. Nobody waits in it; the company does. */
import { definePattern } from '../pattern.js'
import { mainsEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const stoppedBetweenFloors = definePattern<ElevatorFacts>()({
  id: 'L-NLS',
  kind: 'elevator',
  class: 'fault',
  priority: 'P2',
  gates: 'equipment',
  signs: SIGN.betweenFloors,
  needs: [['doorZone'], ['speed', 'carStatus']],
  parameters: {
    holdMs: {
      default: 45_000,
      unit: 'ms',
      min: 10_000,
      max: 600_000,
      source: 'field practice: 30 s is too short, at least 45 s',
    },
  },

  condition(facts, p) {
    if (facts.motion !== 'standing' || facts.zone !== 0 || facts.occupied) return false
    return {
      confidence: 0.85,
      evidence: [
        {
          key: 'stopped-outside-zone',
          witness: 'machine',
          signal: 'doorZone',
          value: false,
          at: facts.standingSince,
        },
        ...mainsEvidence(facts),
      ],
      showMs: p.holdMs,
      orderMs: p.holdMs,
      heldFrom: facts.standingSince,
    }
  },

  over: (facts) => facts.zone === 1 || facts.motion === 'moving',
})

/** L-TRAP-1: someone is shut in a car that stands between floors. */
import { definePattern } from '../pattern.js'
import {
  CHAIN_BOUNCE_MS,
  mainsEvidence,
  orderEvidence,
  passengerEvidence,
  presenceNeedsEyes,
} from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

const FIELD = 'field practice 15–90 s; shorter holds gave false alarms'

export const trappedBetweenFloors = definePattern<ElevatorFacts>()({
  id: 'L-TRAP-1',
  kind: 'elevator',
  class: 'trapped',
  priority: 'P1',
  gates: 'trap',
  signs: SIGN.betweenFloors,
  needs: [['doorZone'], ['passenger', 'peopleCount'], ['speed', 'carStatus']],
  parameters: {
    showMs: { default: 30_000, unit: 'ms', min: 5_000, max: 300_000, source: FIELD },
    showWithoutControllerMs: { default: 45_000, unit: 'ms', min: 5_000, max: 300_000, source: FIELD },
    orderMs: { default: 75_000, unit: 'ms', min: 10_000, max: 600_000, source: FIELD },
    chainMs: CHAIN_BOUNCE_MS,
    emptyMs: { default: 2_000, unit: 'ms', min: 0, max: 60_000, source: 'one flap of a presence sensor' },
  },

  condition(facts, p) {
    if (facts.motion !== 'standing' || facts.zone !== 0 || !facts.occupied) return false
    const order = orderEvidence(facts, { since: facts.standingSince, chainMs: p.chainMs })
    const showMs = facts.controllerLink ? p.showMs : p.showWithoutControllerMs
    return {
      confidence: order.now ? 0.98 : facts.presenceDoubtful ? 0.6 : 0.85,
      evidence: [
        {
          key: 'stopped-outside-zone',
          witness: 'machine',
          signal: 'doorZone',
          value: false,
          at: facts.standingSince,
        },
        passengerEvidence(facts),
        ...order.evidence,
        ...mainsEvidence(facts),
      ],
      showMs: order.now ? 0 : showMs,
      orderMs: order.now ? 0 : Math.max(p.orderMs, showMs),
      needsConfirmation: presenceNeedsEyes(facts) && facts.buttonAt < facts.standingSince,
    }
  },

  // Presence alone never clears a trap; people have left through a door that opened at a landing.
  over(facts, _p, firedAt) {
    const ranSince = facts.longRunAt > firedAt
    if (facts.door === 'unknown') return ranSince && facts.zone === 1 && facts.motion === 'standing'
    if (facts.door !== 'open') return false
    return ranSince || (facts.zone === 1 && !facts.occupied)
  },
  keepFiringMs: (p) => p.emptyMs,
})

/** L-TRAP-4: the mains are gone and somebody is in a car that has not come to a landing and opened since. */
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

export const trappedByPowerLoss = definePattern<ElevatorFacts>()({
  id: 'L-TRAP-4',
  kind: 'elevator',
  class: 'trapped',
  priority: 'P1',
  gates: 'trap',
  signs: SIGN.dark,
  needs: [
    ['mainsPower', 'event.41'],
    ['passenger', 'peopleCount'],
    ['door', 'doorZone'],
  ],
  parameters: {
    holdMs: { default: 60_000, unit: 'ms', min: 10_000, max: 600_000, source: 'our judgement' },
    automaticRescueMs: {
      default: 90_000,
      unit: 'ms',
      min: 10_000,
      max: 600_000,
      source: 'our judgement: an automatic rescue drive lands the car within about a minute',
    },
    chainMs: CHAIN_BOUNCE_MS,
    openMs: { default: 3_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement: time to step out' },
  },

  condition(facts, p) {
    if (Number.isNaN(facts.mainsLostSince) || !facts.occupied || facts.landed) return false
    if (facts.door === 'open' && facts.zone !== 0) return false
    const order = orderEvidence(facts, { since: facts.mainsLostSince, chainMs: p.chainMs })
    const holdMs = facts.automaticRescue ? p.automaticRescueMs : p.holdMs
    return {
      confidence: order.now ? 0.98 : facts.presenceDoubtful ? 0.6 : 0.85,
      evidence: [...mainsEvidence(facts), passengerEvidence(facts), ...order.evidence],
      showMs: order.now ? 0 : holdMs,
      orderMs: order.now ? 0 : holdMs,
      // Whoever stepped in after the lights went out stands before an open door.
      heldFrom: Math.max(facts.mainsLostSince, facts.occupiedSince),
      needsConfirmation: presenceNeedsEyes(facts) && facts.buttonAt < facts.mainsLostSince,
    }
  },

  over: (facts, p) =>
    facts.door === 'open' && facts.zone !== 0 && facts.now - facts.doorOpenSince >= p.openMs,
})

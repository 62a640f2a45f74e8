/** L-TRAP-2: someone is in a car that stands at a floor and does not open. Suspected, until someone or time says more. */
import type { Evidence } from '../../model/finding.js'
import { DOOR, EVENT_CODE } from '../../model/signals.js'
import { definePattern } from '../pattern.js'
import { mainsEvidence, orderEvidence, passengerEvidence, presenceNeedsEyes } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { presenceDisputed } from './presence.js'

/** A door-open fault is a command to open without door motion. */
const ORDER_CODES = [
  EVENT_CODE.safetyCircuitBroken,
  EVENT_CODE.doorOpenFault,
  EVENT_CODE.restartPrevented,
] as const

const DISPUTED: Evidence = { key: 'passenger-disputed', witness: 'machine', signal: 'passenger' }

export const trappedAtFloor = definePattern<ElevatorFacts>()({
  id: 'L-TRAP-2',
  kind: 'elevator',
  class: 'trapped',
  priority: 'P1',
  gates: 'trap',
  needs: [['door'], ['doorZone'], ['passenger', 'peopleCount'], ['speed', 'carStatus']],
  parameters: {
    showMs: { default: 90_000, unit: 'ms', min: 10_000, max: 600_000, source: 'field practice 45–90 s' },
    orderMs: { default: 180_000, unit: 'ms', min: 30_000, max: 1_200_000, source: 'our judgement' },
    openMs: { default: 3_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement: time to step out' },
  },

  condition(facts, p) {
    const standing = facts.motion === 'standing' && facts.zone === 1
    if (!standing || facts.door !== 'closed' || !facts.occupied) return false
    const since = Math.max(facts.standingSince, facts.doorClosedSince)
    const order = orderEvidence(facts, since, ORDER_CODES)
    const long = facts.now - since >= p.orderMs
    const disputed = presenceDisputed(facts)
    return {
      confidence: order.now ? 0.95 : facts.presenceDoubtful || disputed ? 0.3 : long ? 0.7 : 0.5,
      evidence: [
        { key: 'door-shut-at-floor', witness: 'machine', signal: 'door', value: DOOR.closed, at: since },
        passengerEvidence(facts),
        ...(disputed ? [DISPUTED] : []),
        ...order.evidence,
        ...mainsEvidence(facts),
      ],
      showMs: order.now ? 0 : p.showMs,
      // Nobody appears in a shut car or comes and goes in it: that may be the sensor, and a person looks.
      orderMs: order.now
        ? 0
        : facts.presenceDoubtful || disputed
          ? Number.POSITIVE_INFINITY
          : Math.max(p.orderMs, p.showMs),
      needsConfirmation: presenceNeedsEyes(facts) && facts.buttonAt < since,
    }
  },

  over: (facts, p) => facts.door === 'open' && facts.now - facts.doorOpenSince >= p.openMs,
})

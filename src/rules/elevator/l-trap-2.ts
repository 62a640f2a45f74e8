/** L-TRAP-2: someone is in a car that stands at a floor and does not open. Suspected, until someone or time says more. */
import { DOOR, EVENT_CODE } from '../../model/signals.js'
import { definePattern } from '../pattern.js'
import {
  CHAIN_BOUNCE_MS,
  mainsEvidence,
  orderEvidence,
  passengerEvidence,
  presenceNeedsEyes,
} from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { doubtOf } from './presence-doubt.js'
import { SIGN } from './signs.js'

/** A door-open fault is a command to open without door motion. */
const ORDER_CODES = [
  EVENT_CODE.safetyCircuitBroken,
  EVENT_CODE.doorOpenFault,
  EVENT_CODE.restartPrevented,
] as const

export const trappedAtFloor = definePattern<ElevatorFacts>()({
  id: 'L-TRAP-2',
  kind: 'elevator',
  class: 'trapped',
  priority: 'P1',
  gates: 'trap',
  signs: SIGN.shutIn,
  needs: [['door'], ['doorZone'], ['passenger', 'peopleCount'], ['speed', 'carStatus']],
  parameters: {
    showMs: { default: 90_000, unit: 'ms', min: 10_000, max: 600_000, source: 'field practice 45–90 s' },
    orderMs: { default: 180_000, unit: 'ms', min: 30_000, max: 1_200_000, source: 'our judgement' },
    heardMs: {
      default: 90_000,
      unit: 'ms',
      min: 10_000,
      max: 600_000,
      source:
        'our judgement: a terminal at rest speaks once a minute, and a car that is not heard may have left',
    },
    suspicions: {
      default: 2,
      unit: 'per day',
      min: 1,
      max: 16,
      source: 'field practice: a sensor that fails more often than twice a day is not gone by',
    },
    tiredMs: {
      default: 600_000,
      unit: 'ms',
      min: 60_000,
      max: 3_600_000,
      source:
        'our judgement: after so many suspicions somebody still looks after so long, if the sensor says anything new',
    },
    stops: {
      default: 8,
      unit: '',
      min: 2,
      max: 100,
      source: 'our judgement: so many stops on end at which the sensor saw nobody leave the car empty',
    },
    stopsHere: {
      default: 3,
      unit: '',
      min: 1,
      max: 100,
      source: 'our judgement: and so many where its door has just opened and shut at this one',
    },
    chainMs: CHAIN_BOUNCE_MS,
    openMs: { default: 3_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement: time to step out' },
  },

  condition(facts, p, past) {
    const standing = facts.motion === 'standing' && facts.zone === 1
    if (!standing || facts.door !== 'closed' || !facts.occupied) return false
    const since = Math.max(facts.standingSince, facts.doorClosedSince)
    const order = orderEvidence(facts, { since, chainMs: p.chainMs, codes: ORDER_CODES })
    const silent = facts.now - facts.readAt > p.heardMs
    const long = facts.now - since >= p.orderMs && !silent
    const { doubted, stale, evidence } = doubtOf(facts, past, p)
    // Nobody was found the last times that only this sensor said so. What it says anew is looked at if it lasts.
    const tired = doubted && past.length >= p.suspicions
    const tiredMs = stale ? Number.POSITIVE_INFINITY : Math.max(p.tiredMs, p.showMs)
    return {
      confidence: order.now ? 0.95 : doubted ? 0.3 : long ? 0.7 : 0.5,
      evidence: [
        { key: 'door-shut-at-floor', witness: 'machine', signal: 'door', value: DOOR.closed, at: since },
        passengerEvidence(facts),
        ...evidence,
        ...order.evidence,
        ...mainsEvidence(facts),
      ],
      showMs: order.now ? 0 : tired ? tiredMs : p.showMs,
      // Nobody appears in a shut car or comes and goes in it: that may be the sensor, and a person looks. So it does
      // where the device fell silent: the car may have gone on, and time alone says nothing.
      orderMs: order.now ? 0 : doubted || silent ? Number.POSITIVE_INFINITY : Math.max(p.orderMs, p.showMs),
      needsConfirmation: presenceNeedsEyes(facts) && facts.buttonAt < since,
    }
  },

  over: (facts, p) => facts.door === 'open' && facts.now - facts.doorOpenSince >= p.openMs,
})

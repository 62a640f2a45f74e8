/** L-EMS: the car came to rest harder than a drive stops it: brake, safety gear or a broken circuit did. */
import { definePattern } from '../pattern.js'
import { orderEvidence, passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

/** Readings this close together show the deceleration itself; others only that a stop was short. */
const FAST_SAMPLES_MS = 250

export const suddenStop = definePattern<ElevatorFacts>()({
  id: 'L-EMS',
  kind: 'elevator',
  class: 'movement',
  priority: 'P2',
  gates: 'equipment',
  signs: SIGN.stopped,
  needs: [['speed & attributes.ratedSpeed'], ['doorZone', 'safetyCircuit', 'event.1']],
  parameters: {
    deceleration: {
      default: 2,
      unit: 'm/s²',
      min: 1.2,
      max: 10,
      source: 'our judgement: drives stop at 1.5 m/s² or less',
    },
    fromRatio: {
      default: 0.8,
      unit: '× rated',
      min: 0.5,
      max: 1,
      source: 'our judgement: a usual stop from 0.6 of 1 m/s takes 0.8 s',
    },
    withinMs: { default: 1_200, unit: 'ms', min: 200, max: 3_000, source: 'one interval of readings' },
    quietMs: { default: 300_000, unit: 'ms', min: 0, max: 3_600_000, source: 'field practice 300 s' },
  },

  condition(facts, p) {
    if (facts.motion !== 'standing' || facts.stoppedAt === 0 || facts.now - facts.stoppedAt > p.withinMs)
      return false
    const { stoppedFrom, stoppedWithinMs } = facts
    const hard = stoppedWithinMs <= FAST_SAMPLES_MS && (stoppedFrom / stoppedWithinMs) * 1000 > p.deceleration
    const short = stoppedWithinMs <= p.withinMs && stoppedFrom >= p.fromRatio * facts.ratedSpeed
    // A short stop at a landing with everything closed may be a slow sample of a usual one.
    if (!hard && !(short && (facts.zone === 0 || facts.safetyCircuitOpen))) return false
    return {
      confidence: hard ? 0.85 : 0.7,
      evidence: [
        { key: 'stopped-hard', witness: 'machine', signal: 'speed', value: stoppedFrom, at: facts.stoppedAt },
        ...orderEvidence(facts, { since: facts.stoppedAt, chainMs: 0 }).evidence,
        ...(facts.occupied ? [passengerEvidence(facts)] : []),
      ],
      showMs: 0,
      orderMs: 0,
    }
  },

  over: () => true,
  keepFiringMs: (p) => p.quietMs,
})

/** L-UCM: the car leaves a landing with its door not closed. Only a person at the machine ends it. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import { CHAIN_BOUNCE_MS, orderEvidence, passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

const CODES = [EVENT_CODE.unintendedMovement] as const

export const unintendedMovement = definePattern<ElevatorFacts>()({
  id: 'L-UCM',
  kind: 'elevator',
  class: 'movement',
  priority: 'P0',
  gates: 'equipment',
  signs: SIGN.code | SIGN.escaping,
  needs: [['door & doorZone', 'door & speed', 'event.5']],
  parameters: {
    directMs: { default: 500, unit: 'ms', min: 0, max: 10_000, source: 'our judgement: one direct signal' },
    stillMs: {
      default: 3_000,
      unit: 'ms',
      min: 0,
      max: 30_000,
      source: 'our judgement: a zone sensor may flap while nothing moves',
    },
    chainMs: CHAIN_BOUNCE_MS,
    driftSamples: { default: 3, unit: '', min: 2, max: 20, source: 'our judgement: derived speed is noisy' },
    driftMetres: {
      default: 0.2,
      unit: 'm',
      min: 0.05,
      max: 1.2,
      source: 'unlocking zone of the lift standard, ±0.2 m',
    },
  },

  condition(facts, p, past) {
    const code = codeSince(facts, CODES)
    if (code && code.since > (past.at(-1) ?? 0)) {
      return {
        confidence: 0.97,
        evidence: [{ key: 'controller-code', witness: 'machine', value: code.code, at: code.since }],
        showMs: 0,
        orderMs: 0,
      }
    }
    const leftZone = !Number.isNaN(facts.leftZoneOpenAt)
    const drifted =
      facts.driftSamples >= p.driftSamples && facts.driftMetres > p.driftMetres && facts.zone !== 1
    if (!leftZone && !drifted) return false
    const since = leftZone ? facts.leftZoneOpenAt : facts.now
    const evidence = [
      leftZone
        ? {
            key: 'left-zone-door-open',
            witness: 'machine' as const,
            signal: 'doorZone',
            value: false,
            at: since,
          }
        : {
            key: 'drifted-door-open',
            witness: 'machine' as const,
            signal: 'speed',
            value: facts.driftMetres,
          },
      { key: 'door-not-closed', witness: 'machine' as const, signal: 'door', at: facts.doorNotClosedSince },
      ...(facts.occupied ? [passengerEvidence(facts)] : []),
    ]
    if (leftZone && facts.controllerLink) {
      const holdMs = facts.leftZoneMoving ? p.directMs : p.stillMs
      return { confidence: 0.9, evidence, showMs: holdMs, orderMs: holdMs }
    }
    // A box on the car derives speed and door by itself: a suspicion, until the controller or a second time says so.
    const order = orderEvidence(facts, { since, chainMs: p.chainMs })
    const again = past.length > 0
    const sure = again || (order.now && facts.occupied)
    return {
      confidence: again ? 0.8 : 0.5,
      evidence: [
        ...evidence,
        ...order.evidence,
        ...(again ? [{ key: 'second-in-a-day', witness: 'machine' as const, at: past.at(-1) ?? 0 }] : []),
      ],
      priority: again ? 'P0' : 'P1',
      showMs: leftZone ? p.stillMs : 0,
      orderMs: sure ? (leftZone ? p.stillMs : 0) : Number.POSITIVE_INFINITY,
    }
  },

  over: (facts, _p, firedAt) =>
    Math.max(facts.attendedAt, facts.inspectedAt) > firedAt && facts.door === 'closed',
})

/** L-SFC: the safety circuit broke under way. With somebody inside that is one rescue with the trap that follows, hence its class. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import { CHAIN_BOUNCE_MS, passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const safetyCircuitBroken = definePattern<ElevatorFacts>()({
  id: 'L-SFC',
  kind: 'elevator',
  class: 'movement',
  priority: 'P2',
  gates: 'equipment',
  signs: SIGN.circuit,
  needs: [['safetyCircuit', 'event.1']],
  parameters: {
    chainMs: CHAIN_BOUNCE_MS,
    closedMs: { default: 10_000, unit: 'ms', min: 0, max: 600_000, source: 'our judgement' },
  },

  condition(facts, p) {
    if (Number.isNaN(facts.circuitBrokeAt)) return false
    const code = codeSince(facts, [EVENT_CODE.safetyCircuitBroken])
    return {
      confidence: code ? 0.95 : 0.85,
      evidence: [
        {
          key: 'safety-circuit-open',
          witness: 'machine',
          signal: 'safetyCircuit',
          value: false,
          at: facts.circuitBrokeAt,
        },
        ...(code
          ? [{ key: 'controller-code', witness: 'machine' as const, value: code.code, at: code.since }]
          : []),
        ...(facts.occupied ? [passengerEvidence(facts)] : []),
      ],
      priority: facts.occupied ? 'P1' : 'P2',
      showMs: 0,
      orderMs: facts.safetyCircuitOpen ? p.chainMs : Number.POSITIVE_INFINITY,
    }
  },

  over: (facts) => !facts.safetyCircuitOpen,
  keepFiringMs: (p) => p.closedMs,
})

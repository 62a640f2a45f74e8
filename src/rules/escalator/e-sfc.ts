/** E-SFC: the safety circuit broke while it ran: something stopped it, and with people on it somebody may have fallen. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import {
  ABOARD_MS,
  aboardEvidence,
  codeEvidence,
  freshCode,
  isRighted,
  lastAboard,
  wasAboard,
} from './evidence.js'
import type { EscalatorFacts } from './facts.js'

const CODES = [
  EVENT_CODE.escalatorSafetyCircuit,
  EVENT_CODE.escalatorCircuitBroken,
  EVENT_CODE.safetyCircuitBroken,
] as const

export const circuitBroken = definePattern<EscalatorFacts>()({
  id: 'E-SFC',
  kind: 'escalator',
  class: 'safety-circuit',
  priority: 'P2',
  gates: 'equipment',
  needs: [['safetyCircuit', ...CODES.map((code) => `event.${code}`)]],
  parameters: {
    aboardMs: ABOARD_MS,
    backMs: { default: 10_000, unit: 'ms', min: 0, max: 600_000, source: 'our judgement' },
  },

  condition(facts, p, past) {
    const code = freshCode(facts, CODES, past)
    const broke = facts.brokeRunning && !Number.isNaN(facts.circuitOpenSince)
    if (!code && !broke) return false
    const at = broke ? facts.circuitOpenSince : (code?.since ?? facts.now)
    const seenAt = lastAboard(facts)
    const aboard = wasAboard(seenAt, at, p.aboardMs)
    return {
      confidence: code ? 0.95 : 0.9,
      evidence: [
        ...(code ? [codeEvidence(code)] : []),
        ...(broke
          ? [
              {
                key: 'safety-circuit-open',
                witness: 'machine' as const,
                signal: 'safetyCircuit',
                value: false,
                at,
              },
            ]
          : []),
        ...(aboard ? [aboardEvidence(seenAt)] : []),
      ],
      priority: aboard ? 'P1' : 'P2',
      showMs: 0,
      orderMs: 0,
    }
  },

  over: (facts, _p, firedAt) =>
    Number.isNaN(facts.circuitOpenSince) && (codeSince(facts, CODES) === null || isRighted(facts, firedAt)),
  keepFiringMs: (p) => p.backMs,
})

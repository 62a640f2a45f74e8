/** E-BRK: the motor drives against a brake that has not opened, and wears it out. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import { codeEvidence, freshCode, isRighted } from './evidence.js'
import type { EscalatorFacts } from './facts.js'

const CODES = [EVENT_CODE.brakeNotReleased] as const

export const brakeNotReleased = definePattern<EscalatorFacts>()({
  id: 'E-BRK',
  kind: 'escalator',
  class: 'fault',
  priority: 'P2',
  gates: 'equipment',
  needs: [['motorOn & brakeReleased', ...CODES.map((code) => `event.${code}`)]],
  parameters: {
    holdMs: {
      default: 2_000,
      unit: 'ms',
      min: 500,
      max: 60_000,
      source: 'our judgement: a brake opens within half a second',
    },
  },

  condition(facts, p, past) {
    const code = freshCode(facts, CODES, past)
    // From reading to reading: one taken between motor and brake says nothing of what came after it.
    const held = facts.readAt - facts.brakeHeldSince > p.holdMs
    if (!code && !held) return false
    return {
      confidence: code ? 0.95 : 0.85,
      evidence: [
        ...(code ? [codeEvidence(code)] : []),
        ...(held
          ? [
              {
                key: 'motor-against-brake',
                witness: 'machine' as const,
                signal: 'brakeReleased',
                value: false,
                at: facts.brakeHeldSince,
              },
            ]
          : []),
      ],
      showMs: 0,
      orderMs: 0,
    }
  },

  over: (facts, _p, firedAt) =>
    Number.isNaN(facts.brakeHeldSince) && (codeSince(facts, CODES) === null || isRighted(facts, firedAt)),
})

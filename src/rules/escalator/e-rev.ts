/** E-REV: it turns round while it runs. Those who stand on it fall; only a person at the machine ends it. */
import { EVENT_CODE } from '../../model/signals.js'
import { definePattern } from '../pattern.js'
import { codeEvidence, freshCode, isRighted, seenToAt } from './evidence.js'
import type { EscalatorFacts } from './facts.js'

const CODES = [EVENT_CODE.escalatorReversal, EVENT_CODE.escalatorReversed] as const
/** An episode that nobody ended tells nothing of later days. */
const FRESH_MS = 3_600_000

export const unintendedReversal = definePattern<EscalatorFacts>()({
  id: 'E-REV',
  kind: 'escalator',
  class: 'movement',
  priority: 'P0',
  gates: 'equipment',
  needs: [['speed', ...CODES.map((code) => `event.${code}`)]],
  parameters: {
    restMs: {
      default: 3_000,
      unit: 'ms',
      min: 500,
      max: 60_000,
      source: 'our judgement: whoever turns it round stops it, turns a key and starts it',
    },
  },

  condition(facts, p, past) {
    const code = freshCode(facts, CODES, past)
    const reversed =
      facts.reversedAt > Math.max(past.at(-1) ?? 0, seenToAt(facts)) &&
      facts.reversalGapMs <= p.restMs &&
      facts.now - facts.reversedAt < FRESH_MS
    if (!code && !reversed) return false
    return {
      confidence: code ? 0.97 : 0.85,
      evidence: [
        ...(code ? [codeEvidence(code)] : []),
        ...(reversed
          ? [
              {
                key: 'reversed-while-running',
                witness: 'machine' as const,
                signal: 'speed',
                value: facts.speed,
                at: facts.reversedAt,
              },
            ]
          : []),
      ],
      showMs: 0,
      orderMs: 0,
    }
  },

  over: (facts, _p, firedAt) => isRighted(facts, firedAt),
})

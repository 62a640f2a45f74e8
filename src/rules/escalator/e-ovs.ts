/** E-OVS: faster than its nominal speed allows; downwards with people on it, nobody can step off. */
import { EVENT_CODE } from '../../model/signals.js'
import { since } from '../facts.js'
import { definePattern } from '../pattern.js'
import { codeEvidence, freshCode } from './evidence.js'
import type { EscalatorFacts } from './facts.js'

const CODES = [EVENT_CODE.escalatorOverspeed, EVENT_CODE.escalatorTooFast] as const

export const escalatorOverspeed = definePattern<EscalatorFacts>()({
  id: 'E-OVS',
  kind: 'escalator',
  class: 'speed',
  priority: 'P0',
  gates: 'equipment',
  needs: [['speed & attributes.ratedSpeed', ...CODES.map((code) => `event.${code}`)]],
  parameters: {
    overRatio: {
      default: 1.15,
      unit: '× nominal',
      min: 1.05,
      max: 1.5,
      source: 'the escalator standard stops it before 1.2 × nominal',
    },
    overMs: { default: 1_000, unit: 'ms', min: 0, max: 10_000, source: 'our judgement' },
    farRatio: {
      default: 1.2,
      unit: '× nominal',
      min: 1.1,
      max: 2,
      source: 'the escalator standard: its own protection has not acted',
    },
    farReadings: { default: 1, unit: '', min: 1, max: 20, source: 'our judgement: at once' },
    backRatio: {
      default: 1.05,
      unit: '× nominal',
      min: 1,
      max: 1.2,
      source: 'nominal speeds hold within 5 %',
    },
    backMs: { default: 15_000, unit: 'ms', min: 0, max: 600_000, source: 'our judgement' },
  },

  prepare(facts, p) {
    // The same moment said twice is one reading.
    if (facts.readAt !== facts.now || facts.overspeedAt === facts.now) return
    facts.overspeedAt = facts.now
    const ratio = facts.speed / facts.ratedSpeed
    facts.overspeedSince = since(facts.overspeedSince, ratio > p.overRatio, facts.now)
    facts.overspeedReadings = ratio > p.farRatio ? facts.overspeedReadings + 1 : 0
  },

  condition(facts, p, past) {
    const code = freshCode(facts, CODES, past)
    const far = facts.overspeedReadings >= p.farReadings
    // Two readings so far apart: the first alone may be a slip of the sensor that nothing corrects for a minute.
    const held = facts.readAt - facts.overspeedSince >= p.overMs
    if (!code && !far && !held) return false
    return {
      confidence: code ? 0.95 : far ? 0.9 : 0.8,
      evidence: [
        ...(code ? [codeEvidence(code)] : []),
        ...(far || held
          ? [
              {
                key: 'over-nominal-speed',
                witness: 'machine' as const,
                signal: 'speed',
                value: facts.speed,
                at: facts.overspeedSince,
              },
            ]
          : []),
      ],
      showMs: 0,
      orderMs: 0,
    }
  },

  over: (facts, p) => !(facts.speed > p.backRatio * facts.ratedSpeed),
  keepFiringMs: (p) => p.backMs,
})

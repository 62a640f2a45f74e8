/** L-RTL: the drive runs and the car passes nothing: slack ropes, a held car, or a motor against its brake. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import { passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

const STOREY = 3 // m, where nobody measured
const CODES = [EVENT_CODE.runTimeLimiter] as const

export const runTimeOver = definePattern<ElevatorFacts>()({
  id: 'L-RTL',
  kind: 'elevator',
  class: 'movement',
  priority: 'P2',
  gates: 'equipment',
  signs: SIGN.code | SIGN.stalls,
  needs: [['carStatus & floor', 'carStatus & doorZone', 'event.6']],
  parameters: {
    mostMs: {
      default: 45_000,
      unit: 'ms',
      min: 20_000,
      max: 120_000,
      source: 'run-time limiter: 45 s, or the travel time and 10 s if that is less, never below 20 s',
    },
    marginMs: { default: 10_000, unit: 'ms', min: 0, max: 60_000, source: 'run-time limiter' },
    leastMs: { default: 20_000, unit: 'ms', min: 5_000, max: 60_000, source: 'run-time limiter' },
  },

  condition(facts, p) {
    const told = codeSince(facts, CODES)
    const since = Math.max(facts.runCommandSince, facts.passedAt)
    // Every run looks like this at its start, and a run that goes wrong is reported once a second.
    if (!told && !(facts.now - since >= limitMs(facts, p))) return false
    return {
      confidence: told ? 0.95 : 0.8,
      evidence: [
        ...(told
          ? [{ key: 'controller-code', witness: 'machine' as const, value: told.code, at: told.since }]
          : [{ key: 'runs-without-passing', witness: 'machine' as const, signal: 'carStatus', at: since }]),
        ...(facts.occupied ? [passengerEvidence(facts)] : []),
      ],
      showMs: 0,
      orderMs: 0,
      heldFrom: told ? told.since : since,
    }
  },

  over: (facts, _p, firedAt) =>
    codeSince(facts, CODES) === null && (facts.passedAt > firedAt || Number.isNaN(facts.runCommandSince)),
})

function limitMs(facts: ElevatorFacts, p: { mostMs: number; marginMs: number; leastMs: number }): number {
  const travelMs = (((facts.floors - 1) * STOREY) / facts.ratedSpeed) * 1000
  if (Number.isNaN(travelMs)) return p.mostMs
  return Math.max(p.leastMs, Math.min(p.mostMs, travelMs + p.marginMs))
}

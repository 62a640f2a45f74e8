/** E-FAL: it stopped unplanned with people on it: they stumble, and those behind them fall over them. */
import type { Evidence } from '../../model/finding.js'
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import {
  ABOARD_MS,
  aboardEvidence,
  actedEvidence,
  codeEvidence,
  isRighted,
  seenToAt,
  wasAboard,
} from './evidence.js'
import type { EscalatorFacts } from './facts.js'

/** Faults and cuts that stop it; a stop by key, or because nobody is on it, has none of them. */
const STOPPING_CODES = [
  EVENT_CODE.escalatorSafetyCircuit,
  EVENT_CODE.escalatorOverspeed,
  EVENT_CODE.escalatorReversal,
  EVENT_CODE.stepMissing,
  EVENT_CODE.escalatorRestartPrevented,
  EVENT_CODE.escalatorCircuitBroken,
  EVENT_CODE.escalatorTooFast,
  EVENT_CODE.escalatorReversed,
  EVENT_CODE.escalatorStepMissing,
  EVENT_CODE.escalatorFault,
  EVENT_CODE.escalatorMainsOff,
  EVENT_CODE.emergencyStop,
  EVENT_CODE.coverOpened,
  EVENT_CODE.palletMissing,
  EVENT_CODE.combJammed,
  EVENT_CODE.safetyCircuitBroken,
  EVENT_CODE.mainsLost,
] as const
/** What stopped it began within so long before it stood, or was told so long after. */
const LEAD_MS = 10_000
const LAG_MS = 15_000
/** An old stop tells nothing any more: whoever fell has been seen to. */
const FRESH_MS = 900_000

export const stoppedWithPeople = definePattern<EscalatorFacts>()({
  id: 'E-FAL',
  kind: 'escalator',
  class: 'movement',
  priority: 'P1',
  gates: 'equipment',
  needs: [
    ['passenger'],
    ['speed', 'motorOn', 'speedMode', 'direction'],
    ['safetyCircuit', 'emergencyStop', 'mainsPower', ...STOPPING_CODES.map((code) => `event.${code}`)],
  ],
  parameters: {
    holdMs: {
      default: 2_000,
      unit: 'ms',
      min: 0,
      max: 60_000,
      source: 'our judgement: one reading may be noise',
    },
    aboardMs: ABOARD_MS,
  },

  condition(facts, p, past) {
    const { standingSince, boardedAt, now } = facts
    if (!(now - standingSince < FRESH_MS) || !wasAboard(boardedAt, standingSince, p.aboardMs)) return false
    if (standingSince <= Math.max(past.at(-1) ?? 0, seenToAt(facts))) return false
    const causes = causesOf(facts)
    if (causes.length === 0) return false
    return {
      confidence: 0.7,
      evidence: [
        { key: 'stopped-with-people', witness: 'machine', at: standingSince },
        aboardEvidence(boardedAt),
        ...causes,
      ],
      showMs: p.holdMs,
      orderMs: p.holdMs,
      heldFrom: standingSince,
    }
  },

  over: (facts, _p, firedAt) => isRighted(facts, firedAt),
})

function causesOf(facts: EscalatorFacts): Evidence[] {
  const { standingSince, circuitOpenSince, mainsLostSince } = facts
  const fits = (at: number) => at >= standingSince - LEAD_MS && at <= standingSince + LAG_MS
  const causes: Evidence[] = actedEvidence(facts).filter(({ at }) => fits(at))
  if (fits(circuitOpenSince)) {
    causes.push({
      key: 'safety-circuit-open',
      witness: 'machine',
      signal: 'safetyCircuit',
      value: false,
      at: circuitOpenSince,
    })
  }
  if (fits(mainsLostSince))
    causes.push({
      key: 'mains-lost',
      witness: 'machine',
      signal: 'mainsPower',
      value: false,
      at: mainsLostSince,
    })
  const code = codeSince(facts, STOPPING_CODES)
  if (code && fits(code.since)) causes.push(codeEvidence(code))
  return causes
}

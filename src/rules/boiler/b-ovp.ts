/** B-OVP: pressure against what the safety valves are set for: warned of, then over the interlock, then over the limit. */
import type { Evidence } from '../../model/finding.js'
import { since } from '../facts.js'
import { definePattern } from '../pattern.js'
import { type BoilerFacts, fuelStillOn } from './facts.js'
import { SIGN } from './signs.js'

const STEPS = 'order of a vendor: control band < interlock < stop < safety valve'

export const overPressure = definePattern<BoilerFacts>()({
  id: 'B-OVP',
  kind: 'boiler',
  class: 'pressure',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.pressed,
  needs: [['pressure & attributes.workingPressure', 'overPressureAlarm']],
  parameters: {
    warnRatio: { default: 1, unit: '× working', min: 0.8, max: 1.05, source: STEPS },
    interlockRatio: { default: 1.008, unit: '× working', min: 0.9, max: 1.1, source: STEPS },
    limitRatio: { default: 1.02, unit: '× working', min: 0.9, max: 1.2, source: STEPS },
    warnMs: { default: 3_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement' },
    interlockHoldMs: { default: 2_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement' },
    burnerOffMs: {
      default: 2_000,
      unit: 'ms',
      min: 500,
      max: 10_000,
      source: 'our judgement: a trip acts at once',
    },
    backMs: { default: 30_000, unit: 'ms', min: 0, max: 600_000, source: 'our judgement' },
    backRatio: { default: 0.99, unit: '× working', min: 0.5, max: 1, source: 'our judgement' },
  },

  prepare(facts, p) {
    const tripped = facts.pressureRatio >= p.interlockRatio || facts.overPressureAlarm
    if (tripped && Number.isNaN(facts.interlockSince)) {
      facts.interlockAt = facts.now
      facts.interlockPressure = facts.pressure
    }
    facts.interlockSince = since(facts.interlockSince, tripped, facts.now)
  },

  condition(facts, p) {
    const warn = facts.pressureRatio >= p.warnRatio
    if (!warn && !facts.overPressureAlarm) return false
    const limit = facts.pressureRatio >= p.limitRatio || facts.pressure >= facts.safetyValveSet
    const trippedMs = facts.now - facts.interlockSince
    const interlock = facts.overPressureAlarm || trippedMs >= p.interlockHoldMs
    const interlockFailed = fuelStillOn(facts, facts.interlockSince, p.burnerOffMs)
    const urgent = limit || interlock || interlockFailed
    return {
      confidence: limit || facts.overPressureAlarm ? 0.95 : 0.85,
      evidence: evidenceOf(facts, limit, interlockFailed),
      priority: limit || interlockFailed ? 'P0' : interlock ? 'P1' : 'P3',
      showMs: urgent ? 0 : p.warnMs,
      orderMs: urgent ? 0 : Number.POSITIVE_INFINITY,
      interlockFailed,
    }
  },

  over: (facts, p) => !facts.overPressureAlarm && !(facts.pressureRatio >= p.backRatio),
  keepFiringMs: (p) => p.backMs,
})

function evidenceOf(facts: BoilerFacts, limit: boolean, interlockFailed: boolean): Evidence[] {
  const key = limit ? 'pressure-over-limit' : 'pressure-over-working'
  const evidence: Evidence[] = []
  if (!Number.isNaN(facts.pressure)) {
    evidence.push({ key, witness: 'machine', signal: 'pressure', value: facts.pressure })
  }
  if (facts.overPressureAlarm) {
    evidence.push({
      key: 'over-pressure-alarm',
      witness: 'machine',
      signal: 'overPressureAlarm',
      value: true,
    })
  }
  if (interlockFailed) {
    evidence.push({ key: 'fuel-still-on', witness: 'machine', signal: 'fuelValve', at: facts.valveOpenAt })
  }
  return evidence
}

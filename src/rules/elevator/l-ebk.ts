/**
 * L-EBK: a camera sees an electric bicycle and says so, or scores its pictures and the door is still open. The car speaks
 * to its rider; nobody is sent.
 */
import type { Evidence } from '../../model/finding.js'
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'
import { framesWith, newestScore } from './frames.js'
import { SIGN } from './signs.js'

const CODES = [EVENT_CODE.electricBicycle] as const
/** Of three pictures. */
const SURE = 2

export const electricBicycle = definePattern<ElevatorFacts>()({
  id: 'L-EBK',
  kind: 'elevator',
  class: 'other',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.code | SIGN.pictures,
  needs: [[`event.${EVENT_CODE.electricBicycle}`, 'eBikeScore & door']],
  parameters: {
    score: { default: 0.8, unit: '', min: 0.3, max: 1, source: 'our judgement, in two of three pictures' },
    withinMs: {
      default: 60_000,
      unit: 'ms',
      min: 2_000,
      max: 600_000,
      source: 'our judgement: older pictures say nothing of now',
    },
  },

  prepare(facts, p) {
    if (facts.frames.length > 0 && framesWith(facts, p.score, p.withinMs) >= SURE)
      facts.bicycleAt = facts.readAt
  },

  condition(facts, p) {
    const told = codeSince(facts, CODES)
    // Behind a shut door there is nobody left to turn back.
    const open = !Number.isNaN(facts.doorNotClosedSince)
    const scored = open && framesWith(facts, p.score, p.withinMs) >= SURE
    if (!told && !scored) return false
    const evidence: Evidence[] = []
    if (told) evidence.push({ key: 'controller-code', witness: 'machine', value: told.code, at: told.since })
    if (scored)
      evidence.push({
        key: 'electric-bicycle-scored',
        witness: 'machine',
        signal: 'eBikeScore',
        value: newestScore(facts),
      })
    return { confidence: 0.9, evidence, showMs: 0, orderMs: Number.POSITIVE_INFINITY }
  },

  over: (facts, p) => !codeSince(facts, CODES) && framesWith(facts, p.score, p.withinMs) < SURE,
})

/** L-EBK: a camera in the car sees an electric bicycle. The car speaks to its rider; nobody is sent. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'

const CODES = [EVENT_CODE.electricBicycle] as const

export const electricBicycle = definePattern<ElevatorFacts>()({
  id: 'L-EBK',
  kind: 'elevator',
  class: 'other',
  priority: 'P3',
  gates: 'equipment',
  needs: [[`event.${EVENT_CODE.electricBicycle}`]],
  parameters: {},

  condition(facts) {
    const seen = codeSince(facts, CODES)
    if (!seen) return false
    return {
      confidence: 0.9,
      evidence: [{ key: 'controller-code', witness: 'machine', value: seen.code, at: seen.since }],
      showMs: 0,
      orderMs: Number.POSITIVE_INFINITY,
    }
  },
})

/** E-RST: its controller refuses to start again after a fault that a person must look at. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import { codeEvidence, freshCode, isRighted } from './evidence.js'
import type { EscalatorFacts } from './facts.js'

const CODES = [EVENT_CODE.escalatorRestartPrevented, EVENT_CODE.restartPrevented] as const

export const restartPrevented = definePattern<EscalatorFacts>()({
  id: 'E-RST',
  kind: 'escalator',
  class: 'fault',
  priority: 'P2',
  gates: 'equipment',
  needs: [CODES.map((code) => `event.${code}`)],
  parameters: {},

  condition(facts, _p, past) {
    const code = freshCode(facts, CODES, past)
    if (!code) return false
    return { confidence: 0.95, evidence: [codeEvidence(code)], showMs: 0, orderMs: 0 }
  },

  over: (facts, _p, firedAt) => codeSince(facts, CODES) === null || isRighted(facts, firedAt),
})

/** B-GAS: gas in the boiler house. Asked of nobody whether the boiler is hot. */
import { since } from '../facts.js'
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

export const gasLeak = definePattern<BoilerFacts>()({
  id: 'B-GAS',
  kind: 'boiler',
  class: 'gas',
  priority: 'P1',
  gates: 'equipment',
  signs: SIGN.gas,
  needs: [['gasLeak']],
  parameters: {
    warnLel: {
      default: 20,
      unit: '% LEL',
      min: 5,
      max: 50,
      source: 'usual first step of gas alarms, 20–25 %',
    },
    dangerLel: { default: 50, unit: '% LEL', min: 20, max: 80, source: 'usual second step of gas alarms' },
    holdMs: { default: 3_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement' },
    backMs: { default: 60_000, unit: 'ms', min: 0, max: 3_600_000, source: 'our judgement' },
  },

  prepare(facts, p) {
    facts.gasDangerSince = since(facts.gasDangerSince, facts.gasLeak >= p.dangerLel, facts.now)
  },

  condition(facts, p) {
    if (!(facts.gasLeak >= p.warnLel)) return false
    const danger = facts.now - facts.gasDangerSince >= p.holdMs
    const evidence = [
      { key: 'gas-in-air', witness: 'machine' as const, signal: 'gasLeak', value: facts.gasLeak },
    ]
    return {
      confidence: 0.9,
      evidence,
      priority: danger ? 'P0' : 'P1',
      showMs: danger ? 0 : p.holdMs,
      orderMs: danger ? 0 : p.holdMs,
    }
  },

  over: (facts, p) => facts.gasLeak < p.warnLel,
  keepFiringMs: (p) => p.backMs,
})

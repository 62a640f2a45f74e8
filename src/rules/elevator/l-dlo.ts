/** L-DLO: a door stands open for longer than people need. */
import { SERVICE_MODE } from '../../model/signals.js'
import { definePattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const doorLongOpen = definePattern<ElevatorFacts>()({
  id: 'L-DLO',
  kind: 'elevator',
  class: 'door',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.open,
  needs: [['door']],
  parameters: {
    openMs: { default: 120_000, unit: 'ms', min: 30_000, max: 3_600_000, source: 'field practice 60–120 s' },
    goodsMs: {
      default: 300_000,
      unit: 'ms',
      min: 30_000,
      max: 3_600_000,
      source: 'our judgement: beds and goods take their time',
    },
  },

  condition(facts, p) {
    if (facts.door !== 'open') return false
    // Out of service, or on emergency power, a car waits with its door open as it should.
    if (!Number.isNaN(facts.mode) && facts.mode !== SERVICE_MODE.normal) return false
    if (!Number.isNaN(facts.mainsLostSince)) return false
    const holdMs = facts.goods ? p.goodsMs : p.openMs
    return {
      confidence: 0.9,
      evidence: [{ key: 'door-open-long', witness: 'machine', signal: 'door', at: facts.doorOpenSince }],
      showMs: holdMs,
      orderMs: Number.POSITIVE_INFINITY,
      heldFrom: facts.doorOpenSince,
    }
  },

  over: (facts) => facts.door === 'closed' || facts.door === 'between',
})

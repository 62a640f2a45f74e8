/** L-OFF: no sign of life. A mark on the equipment, not an incident: nobody is sent for a silent box. */

import { definePattern } from '../pattern.js'
import type { LinkFacts } from '../silence.js'

export const offline = definePattern<LinkFacts>()({
  id: 'L-OFF',
  kind: 'elevator',
  class: 'offline',
  priority: 'P4',
  trigger: 'silence',
  gates: 'never',
  needs: [],
  parameters: {
    silentMs: {
      default: 180_000,
      unit: 'ms',
      min: 10_000,
      max: 86_400_000,
      source: 'three missed heartbeats of 60 s',
    },
    backMs: { default: 60_000, unit: 'ms', min: 0, max: 3_600_000, source: 'our judgement' },
  },

  condition(link, p) {
    if (link.online) return false
    return {
      confidence: 1,
      evidence: [{ key: 'silent', witness: 'machine', at: link.silentSince }],
      showMs: Math.max(p.silentMs, link.limitMs),
      orderMs: Number.POSITIVE_INFINITY,
      heldFrom: link.silentSince,
    }
  },

  over: (link, p) => link.online && link.onlineMs >= p.backMs,
})

/** What is said of a device, whatever it watches, that gives no sign of life. */
import type { EquipmentKind } from '../model/equipment.js'
import { definePattern, type Pattern } from './pattern.js'
import type { LinkFacts } from './silence.js'

export function silentDevice({ id, kind }: { id: string; kind: EquipmentKind }): Pattern<LinkFacts> {
  return definePattern<LinkFacts>()({
    id,
    kind,
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
        // Whether its whole site fell silent, the incidents room knows; how it was then goes with it.
        evidence: [{ key: 'silent', witness: 'machine', at: link.silentSince }, ...link.lastSeen],
        showMs: Math.max(p.silentMs, link.limitMs),
        orderMs: Number.POSITIVE_INFINITY,
        heldFrom: link.silentSince,
      }
    },

    over: (link, p) => link.online && link.onlineMs >= p.backMs,
  })
}

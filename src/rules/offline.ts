/** What is said of a device, whatever it watches, that gives no sign of life. */
import type { EquipmentKind } from '../model/equipment.js'
import type { Evidence } from '../model/finding.js'
import { definePattern, type Pattern } from './pattern.js'
import type { LinkFacts } from './silence.js'

const HOUR_MS = 3_600_000

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
      jobMs: {
        default: 14_400_000,
        unit: 'ms',
        min: 600_000,
        max: 604_800_000,
        source: 'our judgement: what is not back after 4 h needs a hand; work for its keeper, at no desk',
      },
      backMs: { default: 60_000, unit: 'ms', min: 0, max: 3_600_000, source: 'our judgement' },
    },

    condition(link, p) {
      if (link.online) return false
      const isJob = link.silentMs >= p.jobMs
      return {
        confidence: 1,
        // Whether its whole site fell silent, the incidents room knows; how it was then goes with it.
        evidence: [
          { key: 'silent', witness: 'machine', at: link.silentSince },
          ...(isJob ? [jobDue(link.silentMs)] : []),
          ...link.lastSeen,
        ],
        ...(isJob ? { priority: 'P3' } : {}),
        showMs: Math.max(p.silentMs, link.limitMs),
        orderMs: Number.POSITIVE_INFINITY,
        heldFrom: link.silentSince,
      }
    },

    over: (link, p) => link.online && link.onlineMs >= p.backMs,
  })
}

function jobDue(silentMs: number): Evidence {
  return { key: 'device-job-due', witness: 'machine', value: Math.floor(silentMs / HOUR_MS) }
}

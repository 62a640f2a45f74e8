/** L-OFF-P: the mains went, and soon afterwards the device fell silent; when last seen, somebody may have been in the car. */
import type { Evidence } from '../../model/finding.js'
import { definePattern } from '../pattern.js'
import { mainsEvidence, passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const possiblyTrapped = definePattern<ElevatorFacts>()({
  id: 'L-OFF-P',
  kind: 'elevator',
  class: 'trapped',
  priority: 'P1',
  gates: 'trap',
  signs: SIGN.dark,
  needs: [
    ['mainsPower', 'event.41'],
    ['doorZone', 'passenger', 'peopleCount', 'speed', 'carStatus'],
  ],
  parameters: {
    silentMs: { default: 60_000, unit: 'ms', min: 10_000, max: 600_000, source: 'our judgement' },
    soonMs: {
      default: 120_000,
      unit: 'ms',
      min: 10_000,
      max: 3_600_000,
      source: 'our judgement: a terminal without a battery lasts for seconds',
    },
  },

  condition(facts, p) {
    const soon = facts.readAt - facts.mainsLostSince <= p.soonMs
    const underway = facts.motion === 'moving' || facts.zone === 0
    if (!soon || facts.landed || !(underway || facts.occupied)) return false
    const evidence: Evidence[] = [
      ...mainsEvidence(facts),
      { key: 'silent', witness: 'machine', at: facts.readAt },
    ]
    if (facts.zone === 0)
      evidence.push({ key: 'stopped-outside-zone', witness: 'machine', signal: 'doorZone' })
    if (facts.occupied) evidence.push(passengerEvidence(facts))
    return {
      confidence: facts.occupied ? 0.7 : 0.4,
      evidence,
      showMs: p.silentMs,
      // Nobody can see whether anybody is inside: somebody calls first.
      orderMs: Number.POSITIVE_INFINITY,
      needsConfirmation: true,
      // Whoever speaks is not silent.
      heldFrom: facts.readAt,
    }
  },

  over(facts, _p, firedAt) {
    if (facts.readAt <= firedAt) return false
    const opened = facts.door === 'open' && facts.zone !== 0
    return opened || facts.motion === 'moving' || (facts.zone === 1 && !facts.occupied)
  },
})

/** L-TRAP-3: the alarm button. Nothing gates it: a person asks for help. */
import { SERVICE_MODE } from '../../model/signals.js'
import { definePattern } from '../pattern.js'
import { mainsEvidence, passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const alarmButton = definePattern<ElevatorFacts>()({
  id: 'L-TRAP-3',
  kind: 'elevator',
  class: 'trapped',
  priority: 'P1',
  gates: 'never',
  signs: SIGN.button,
  needs: [['alarmButton', 'event.90']],
  parameters: {
    filterMs: { default: 1_000, unit: 'ms', min: 500, max: 3_000, source: 'alarm filtering 0.5–3 s' },
    quietMs: {
      default: 1_800_000,
      unit: 'ms',
      min: 60_000,
      max: 7_200_000,
      source: 'a second ring within 30 min is the same rescue',
    },
    openMs: { default: 3_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement: time to step out' },
  },

  condition(facts, p) {
    if (Number.isNaN(facts.buttonSince)) return false
    // Half a trap is enough: whoever rings in a car that stands or is shut is not playing with an open door.
    const standing = facts.motion === 'standing'
    const shut = facts.door === 'closed'
    const running = facts.door === 'open' && facts.mode === SERVICE_MODE.normal
    const holdMs = !running && (standing || shut) ? 0 : p.filterMs
    return {
      confidence: running ? 0.4 : standing && shut ? 0.95 : 0.8,
      evidence: [
        { key: 'alarm-button', witness: 'person', signal: 'alarmButton', value: true, at: facts.buttonSince },
        ...(standing ? [{ key: 'car-standing', witness: 'machine' as const, at: facts.standingSince }] : []),
        ...(shut
          ? [{ key: 'door-shut', witness: 'machine' as const, signal: 'door', at: facts.doorClosedSince }]
          : []),
        ...(facts.occupied ? [passengerEvidence(facts)] : []),
        ...mainsEvidence(facts),
      ],
      showMs: holdMs,
      orderMs: running ? Number.POSITIVE_INFINITY : holdMs,
      needsConfirmation: running,
    }
  },

  // The voice at the desk ends an alarm, not a released button; here it only makes room for the next episode.
  over(facts, p, firedAt) {
    if (!Number.isNaN(facts.buttonSince)) return false
    const attended = facts.attendedAt > firedAt
    const couldLeave =
      facts.door === 'open' && facts.zone !== 0 && facts.now - facts.doorOpenSince >= p.openMs
    return attended || couldLeave || facts.now - facts.buttonAt >= p.quietMs
  },
})

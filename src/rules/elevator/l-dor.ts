/** L-DOR: the car runs outside the door zone with its door not closed. If the safety circuit is still closed, it is bridged. */
import { definePattern } from '../pattern.js'
import { passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const runningWithOpenDoor = definePattern<ElevatorFacts>()({
  id: 'L-DOR',
  kind: 'elevator',
  class: 'door',
  priority: 'P0',
  gates: 'equipment',
  signs: SIGN.openRun,
  needs: [['door'], ['doorZone'], ['speed', 'carStatus']],
  parameters: {
    samples: { default: 2, unit: '', min: 1, max: 20, source: 'our judgement: ≥ 0.3 m/s twice is no noise' },
    directMs: { default: 2_000, unit: 'ms', min: 0, max: 60_000, source: 'field practice 5–10 s' },
    derivedMs: { default: 5_000, unit: 'ms', min: 0, max: 60_000, source: 'field practice 5–10 s' },
  },

  condition(facts, p) {
    // Opening in advance and levelling again inside the zone are legal; the zone of a floor that it runs through is not.
    if (Number.isNaN(facts.openRunSince) || facts.fastSamples < p.samples) return false
    const holdMs = facts.controllerLink ? p.directMs : p.derivedMs
    return {
      confidence: facts.controllerLink ? 0.92 : 0.75,
      evidence: [
        { key: 'running-outside-zone', witness: 'machine', signal: 'speed', at: facts.movingSince },
        { key: 'door-not-closed', witness: 'machine', signal: 'door', at: facts.doorNotClosedSince },
        facts.safetyCircuitOpen
          ? { key: 'safety-circuit-open', witness: 'machine', signal: 'safetyCircuit', value: false }
          : { key: 'lock-circuit-bridged', witness: 'machine', signal: 'safetyCircuit', value: true },
        ...(facts.occupied ? [passengerEvidence(facts)] : []),
      ],
      showMs: holdMs,
      orderMs: holdMs,
    }
  },

  over: (facts) => facts.door === 'closed',
})

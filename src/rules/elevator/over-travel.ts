/**
 * What L-TOP and L-BOT share: the car is past its last floor. Its speed before the last floor says nothing here, for the
 * floor's number changes half a storey ahead, where a car may rightly be fast.
 */
import type { Evidence } from '../../model/finding.js'
import { codeSince } from '../facts.js'
import { definePattern, type Pattern } from '../pattern.js'
import { passengerEvidence } from './evidence.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

/** A floor's number proves nothing for so long after it leapt by more than a car can travel. */
const LOST_MS = 3_600_000

export interface OverTravel {
  id: string
  /** What terminals say when the limit switch has been passed. */
  code: number
  /** What tells which floor is the last on this side. */
  needs: string
  beyond(facts: ElevatorFacts): boolean
}

export function overTravel({ id, code, needs, beyond }: OverTravel): Pattern<ElevatorFacts> {
  const codes = [code]
  return definePattern<ElevatorFacts>()({
    id,
    kind: 'elevator',
    class: 'movement',
    priority: 'P0',
    gates: 'equipment',
    signs: SIGN.code | SIGN.beyond,
    needs: [[`floor & ${needs}`, `event.${code}`]],
    parameters: {
      holdMs: { default: 1_000, unit: 'ms', min: 0, max: 60_000, source: 'our judgement' },
      aloneMs: {
        default: 3_000,
        unit: 'ms',
        min: 0,
        max: 60_000,
        source: 'our judgement: one reading alone may be a flicker; a dispatcher looks, a second sends',
      },
    },

    condition(facts, p) {
      const told = codeSince(facts, codes)
      if (!told && !(beyond(facts) && facts.floorTravelled)) return false
      const evidence: Evidence[] = [
        told
          ? { key: 'controller-code', witness: 'machine', value: told.code, at: told.since }
          : { key: 'beyond-last-floor', witness: 'machine', signal: 'floor', value: facts.floor },
      ]
      if (facts.occupied) evidence.push(passengerEvidence(facts))
      const lost = facts.now - (facts.floorLeaps.at(-1) ?? 0) < LOST_MS
      const alone = !told && (lost || facts.floorSamples < 2)
      return {
        confidence: told ? 0.95 : alone ? 0.4 : 0.7,
        evidence,
        showMs: told ? 0 : alone ? p.aloneMs : p.holdMs,
        orderMs: told ? 0 : alone ? Number.POSITIVE_INFINITY : p.holdMs,
      }
    },

    // A car that ran into its buffer is set right by a person, and not by a floor's number.
    over: (facts, _p, firedAt) =>
      codeSince(facts, codes) === null &&
      !beyond(facts) &&
      Math.max(facts.attendedAt, facts.inspectedAt) > firedAt,
  })
}

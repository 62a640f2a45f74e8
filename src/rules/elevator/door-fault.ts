/** What the two door faults share: told by the controller, or seen as a door that stays on its way. */
import type { Evidence } from '../../model/finding.js'
import { codeSince } from '../facts.js'
import { definePattern, type Pattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export interface DoorFault {
  id: string
  /** The controller's own word for it. */
  code: number
  /** ms on the way that are too many. */
  holdMs: number
  /** Evidence of a door that stays on its way. */
  key: string
  /** Since when it is on its way, ms since 1970. */
  since(facts: ElevatorFacts): number
  /** When it turned back, ms since 1970. */
  tries(facts: ElevatorFacts): readonly number[]
  reached(facts: ElevatorFacts): boolean
}

export function doorFault({
  id,
  code,
  holdMs,
  key,
  since,
  tries,
  reached,
}: DoorFault): Pattern<ElevatorFacts> {
  const codes = [code]
  return definePattern<ElevatorFacts>()({
    id,
    kind: 'elevator',
    class: 'door',
    priority: 'P2',
    gates: 'equipment',
    signs: SIGN.code | SIGN.doorMoves | SIGN.doorTried,
    needs: [['door', `event.${code}`]],
    parameters: {
      holdMs: {
        default: holdMs,
        unit: 'ms',
        min: 5_000,
        max: 300_000,
        source: 'our judgement: a door takes 3–6 s each way',
      },
      retries: {
        default: 3,
        unit: '',
        min: 1,
        max: 16,
        source: 'our judgement: controllers try three times',
      },
    },

    condition(facts, p) {
      const told = codeSince(facts, codes)
      const from = since(facts)
      const turnedBack = tries(facts).length
      const givenUp = turnedBack >= p.retries && facts.now - (tries(facts)[0] ?? 0) >= p.holdMs
      if (reached(facts) || (!told && Number.isNaN(from) && !givenUp)) return false
      const evidence: Evidence[] = []
      if (told)
        evidence.push({ key: 'controller-code', witness: 'machine', value: told.code, at: told.since })
      if (!Number.isNaN(from)) evidence.push({ key, witness: 'machine', signal: 'door', at: from })
      if (givenUp)
        evidence.push({ key: 'door-reversals', witness: 'machine', signal: 'door', value: turnedBack })
      const now = told !== null || givenUp
      return {
        confidence: told ? 0.95 : 0.8,
        evidence,
        showMs: now ? 0 : p.holdMs,
        orderMs: now ? 0 : p.holdMs,
        ...(now ? {} : { heldFrom: from }),
      }
    },

    over: (facts) => reached(facts) && codeSince(facts, codes) === null,
  })
}

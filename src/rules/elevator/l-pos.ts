/** L-POS: the lift does not know where it is: floors that no car can have travelled between two readings. */
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'

const CODES = [EVENT_CODE.floorLost] as const

export const floorLost = definePattern<ElevatorFacts>()({
  id: 'L-POS',
  kind: 'elevator',
  class: 'fault',
  priority: 'P2',
  gates: 'equipment',
  needs: [['floor', 'event.7']],
  parameters: {
    times: { default: 2, unit: '', min: 1, max: 4, source: 'our judgement: once may be a lost reading' },
    withinMs: { default: 3_600_000, unit: 'ms', min: 60_000, max: 86_400_000, source: 'our judgement' },
  },

  condition(facts, p) {
    const told = codeSince(facts, CODES)
    // Of the newest so many, the oldest.
    const first = facts.floorLeaps.at(-p.times) ?? 0
    if (!told && facts.now - first > p.withinMs) return false
    return {
      confidence: told ? 0.95 : 0.7,
      evidence: told
        ? [{ key: 'controller-code', witness: 'machine', value: told.code, at: told.since }]
        : [
            {
              key: 'floor-leapt',
              witness: 'machine',
              signal: 'floor',
              value: facts.floor,
              at: facts.floorLeaps.at(-1) ?? facts.now,
            },
          ],
      showMs: 0,
      orderMs: 0,
    }
  },
})

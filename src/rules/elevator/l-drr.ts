/** L-DRR: the door tries again and again at one floor. Something is in its way, or it is worn. */
import type { Evidence } from '../../model/finding.js'
import { definePattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

export const repeatedDoor = definePattern<ElevatorFacts>()({
  id: 'L-DRR',
  kind: 'elevator',
  class: 'door',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.doorTried,
  needs: [['door']],
  parameters: {
    cycles: { default: 3, unit: '', min: 2, max: 16, source: 'field practice: 3 cycles in 15 s' },
    cyclesMs: { default: 20_000, unit: 'ms', min: 5_000, max: 300_000, source: 'field practice 15 s' },
    reversals: { default: 5, unit: '', min: 2, max: 16, source: 'our judgement' },
    reversalsMs: { default: 60_000, unit: 'ms', min: 5_000, max: 300_000, source: 'our judgement' },
    quietMs: { default: 60_000, unit: 'ms', min: 0, max: 3_600_000, source: 'field practice 30 s' },
    aDay: { default: 3, unit: '', min: 2, max: 16, source: 'our judgement: three times a day is work' },
  },

  condition(facts, p, past) {
    const cycles = countSince(facts.doorCycles, facts.now - p.cyclesMs)
    const reversals = countSince(facts.doorReversals, facts.now - p.reversalsMs)
    if (cycles < p.cycles && reversals < p.reversals) return false
    const evidence: Evidence[] = []
    if (cycles > 0) evidence.push({ key: 'door-cycles', witness: 'machine', signal: 'door', value: cycles })
    if (reversals > 0)
      evidence.push({ key: 'door-reversals', witness: 'machine', signal: 'door', value: reversals })
    if (past.length + 1 >= p.aDay)
      evidence.push({ key: 'door-work-due', witness: 'machine', value: past.length + 1 })
    return { confidence: 0.8, evidence, showMs: 0, orderMs: Number.POSITIVE_INFINITY }
  },

  over: (facts, p) =>
    facts.motion === 'moving' ||
    facts.now - Math.max(facts.doorCycles.at(-1) ?? 0, facts.doorReversals.at(-1) ?? 0) >= p.quietMs,
})

/** How many of the times, oldest first, lie at or after `from` (ms since 1970). */
function countSince(times: readonly number[], from: number): number {
  let count = 0
  for (let i = times.length - 1; i >= 0 && (times[i] ?? 0) >= from; i--) count++
  return count
}

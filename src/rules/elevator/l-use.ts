/** L-USE: more runs or door cycles since the last service than the service plan allows for. */
import { definePattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'
import { SIGN } from './signs.js'

const PLAN = 'our judgement: fifteen days at 2,000 runs a day; a plan of service by need has its own'

export const overuse = definePattern<ElevatorFacts>()({
  id: 'L-USE',
  kind: 'elevator',
  class: 'other',
  priority: 'P4',
  gates: 'equipment',
  signs: SIGN.wear,
  needs: [['runs', 'doorCycles']],
  parameters: {
    runs: { default: 30_000, unit: 'per service', min: 100, max: 10_000_000, source: PLAN },
    doorCycles: { default: 60_000, unit: 'per service', min: 100, max: 20_000_000, source: PLAN },
  },

  condition({ usage, attendedAt }, p) {
    if (usage === null || attendedAt > usage.from) return false
    const runs = usage.usedRuns > p.runs
    const doors = usage.usedDoorCycles > p.doorCycles
    if (!runs && !doors) return false
    return {
      confidence: 0.95,
      evidence: [
        runs
          ? {
              key: 'runs-since-service',
              witness: 'machine',
              signal: 'runs',
              value: usage.usedRuns,
              at: usage.from,
            }
          : {
              key: 'door-cycles-since-service',
              witness: 'machine',
              signal: 'doorCycles',
              value: usage.usedDoorCycles,
              at: usage.from,
            },
      ],
      showMs: 0,
      orderMs: Number.POSITIVE_INFINITY,
    }
  },
})

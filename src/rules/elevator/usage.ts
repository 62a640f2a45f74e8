/** How much a lift was used since it was last served, from its own counters. */
import { type ElevatorFacts, elevatorSlots } from './facts.js'

const RUNS = elevatorSlots.slot('runs')
const DOOR_CYCLES = elevatorSlots.slot('doorCycles')
/** No lift runs, and no door opens and closes, more often; a counter that leaps further was set. */
const SHORTEST_CYCLE_MS = 2_000

export function deriveUsage(facts: ElevatorFacts): void {
  // Until a service was seen nobody knows since when to count.
  if (facts.attendedAt === 0) return
  const { raw, now } = facts
  const runs = raw[RUNS] ?? Number.NaN
  const doorCycles = raw[DOOR_CYCLES] ?? Number.NaN
  facts.usage ??= { runs: -1, doorCycles: -1, at: now, from: now, usedRuns: 0, usedDoorCycles: 0 }
  const { usage } = facts
  if (facts.attendedAt > usage.from) {
    usage.from = now
    usage.usedRuns = 0
    usage.usedDoorCycles = 0
  }
  const most = 1 + (now - usage.at) / SHORTEST_CYCLE_MS
  const grown = counted(usage.runs, runs, most)
  const grownDoor = counted(usage.doorCycles, doorCycles, most)
  usage.usedRuns += grown
  usage.usedDoorCycles += grownDoor
  if (grown > 0 || grownDoor > 0) facts.wearAt = now
  if (!Number.isNaN(runs)) usage.runs = runs
  if (!Number.isNaN(doorCycles)) usage.doorCycles = doorCycles
  usage.at = now
}

/** What a counter went on by; nothing where it was set back or set anew. */
function counted(before: number, value: number, most: number): number {
  const grown = value - before
  return before >= 0 && grown > 0 && grown <= most ? grown : 0
}

/** How a lift shakes on its runs: the newest ones, and what is usual. Devices say it once at the end of a run. */

import { openDiary, write } from '../diary.js'
import { keepNewest } from '../facts.js'
import { createUsual } from '../usual.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import { noteLine } from './lines.js'
import type { Vibration } from './wear-facts.js'

const X = elevatorSlots.slot('vibrationX')
const Y = elevatorSlots.slot('vibrationY')
const Z = elevatorSlots.slot('vibrationZ')
/** Share of the rated speed from which a run counts as one at full speed. */
const FULL_SPEED = 0.9
const MOST_RUNS = 20

function createVibration(now: number): Vibration {
  return {
    stop: 0,
    runs: 0,
    judged: 0,
    vertical: [],
    horizontal: [],
    diary: openDiary(now, { days: 1, values: 32 }),
    usual: createUsual(),
    newest: 0,
    roughAt: 0,
    strangeAt: 0,
  }
}

export function deriveVibration(facts: ElevatorFacts): void {
  // A device that repeats its signals would count one run many times.
  const stop = Number.isNaN(facts.standingSince) ? facts.now : facts.standingSince
  if (facts.motion === 'moving' || facts.vibration?.stop === stop) return
  const first = facts.vibration === null
  const { foundAt } = facts.vibration?.diary ?? { foundAt: 0 }
  // After a repair that answered a finding, what is usual is learnt anew.
  if (facts.vibration === null || (foundAt > 0 && facts.attendedAt > foundAt)) {
    facts.vibration = createVibration(facts.now)
    facts.lines = []
  }
  const { vibration, topSpeed } = facts
  vibration.stop = stop
  facts.topSpeed = 0
  // How fast the first run was is not known.
  const slow = first || topSpeed < FULL_SPEED * facts.ratedSpeed
  if (slow && !Number.isNaN(facts.ratedSpeed) && facts.speedAt > 0) return
  const [x, y, z] = [facts.raw[X] ?? 0, facts.raw[Y] ?? 0, facts.raw[Z] ?? 0].map((value) =>
    Number.isNaN(value) ? 0 : Math.abs(value),
  ) as [number, number, number]
  vibration.vertical = keepNewest(vibration.vertical, MOST_RUNS, z)
  vibration.horizontal = keepNewest(vibration.horizontal, MOST_RUNS, Math.max(x, y))
  vibration.runs++
  noteLine(facts, topSpeed)
  write(vibration.diary, Math.hypot(x, y, z), facts.now, facts.attendedAt)
  facts.wearAt = facts.now
}

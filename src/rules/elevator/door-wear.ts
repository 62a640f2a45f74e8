/** How long a door takes to close, and how often it turns back, by day. */
import { DOOR, SERVICE_MODE } from '../../model/signals.js'
import { dayOf, openDiary, write } from '../diary.js'
import { createUsual } from '../usual.js'
import type { ElevatorFacts } from './facts.js'

/** Readings further apart than this do not show when a door was closed. */
const FOLLOWED_MS = 2_000
const LONGEST_MS = 30_000

/** A door that was closing is not any more: it is closed, or it turned back. */
export function noteClosing(facts: ElevatorFacts, code: number): void {
  const { now, mode, closingSince } = facts
  const tookMs = now - closingSince
  const followed = now - facts.readAt <= FOLLOWED_MS && tookMs > 0 && tookMs <= LONGEST_MS
  if (!followed || mode === SERVICE_MODE.inspection) return
  const closed = code === DOOR.closed || code === DOOR.locked
  if (!closed && code !== DOOR.opening && code !== DOOR.open) return
  const wear = facts.doorWear
  // After a repair that answered a finding, what is usual is learnt anew.
  if (wear === null || (wear.diary.foundAt > 0 && facts.attendedAt > wear.diary.foundAt))
    facts.doorWear = {
      diary: openDiary(now, { days: 1, values: 0 }),
      usual: createUsual(),
      turned: 0,
      lastTurned: 0,
      obstructed: 0,
      newest: 0,
      share: 0,
    }
  const { doorWear } = facts
  if (doorWear === null) return
  if (dayOf(now) !== doorWear.diary.day && closed) {
    doorWear.lastTurned = doorWear.turned
    doorWear.turned = 0
  }
  if (closed) write(doorWear.diary, tookMs, now, facts.attendedAt)
  else doorWear.turned++
  facts.wearAt = now
}

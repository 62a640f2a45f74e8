/** What several lift faults need: people who set the car moving, and the rescue that follows. */

import type { Lift } from '../physics/lift.js'
import { callFrom } from '../physics/lift-control.js'
import { floorOf, inZone, offLevel } from '../physics/lift-state.js'
import type { Random } from '../random.js'

const BRAKE_DECELERATION = 2.6
/** m from the landing at which a car surely stands outside its unlocking zone. */
const WELL_OUTSIDE_M = 0.4
/** Share of its width from which people pass a door. */
export const PASSABLE = 0.4

/** If the car waits empty: some people step in and go as far as the house allows; every second one `halfWay` on request. */
export function bringRiders({ state, design }: Lift, random: Random, halfWay = false): void {
  if (state.phase !== 'parked' || state.riders.length > 0 || state.waiting.length > 0) return
  const from = floorOf(state, design)
  const to = from > design.floors / 2 ? 1 : design.floors
  const between = Math.round((from + to) / 2)
  for (let people = random.whole(halfWay ? 2 : 1, 4); people > 0; people--) {
    const leavesEarly = halfWay && people % 2 === 0
    callFrom(state, { from, to: leavesEarly ? between : to, mass: Math.round(random.between(45, 95)) })
  }
}

/** True while a brake that fell now would leave people between two landings. */
export function wouldStrand({ state, design }: Lift): boolean {
  if (state.motion !== 'run' || state.riders.length === 0 || Math.abs(state.speed) < 0.4) return false
  const way = (state.speed * Math.abs(state.speed)) / (2 * BRAKE_DECELERATION)
  return Math.abs(offLevel({ ...state, position: state.position + way }, design)) >= WELL_OUTSIDE_M
}

/**
 * Mechanics take the car over, bring it to a landing, let people out, and hand it back healthy.
 * `mend` clears the cause. Returns what is called each tick, true at the end.
 */
export function rescue({ state }: Lift, mend: () => void): () => boolean {
  let begun = false
  return () => {
    if (!begun) {
      begun = true
      state.mode = 'inspection'
      return false
    }
    const still = state.motion === 'rest' && state.phase === 'parked' && state.door === 0
    if (!still || state.riders.length > 0) return false
    mend()
    state.mode = 'automatic'
    state.heading = 0
    return true
  }
}

/** Somebody is inside a car that stands and is shut: they cannot get out. */
export function isShutIn({ state }: Lift): boolean {
  return state.riders.length > 0 && state.motion === 'rest' && state.door < PASSABLE
}

/** People step out through a door that stands open far enough at a landing, whatever the control thinks. */
export function walkOut({ state, design }: Lift): void {
  if (state.door >= PASSABLE && state.motion === 'rest' && inZone(state, design)) state.riders = []
}

/** Keeps the alarm button pressed for `forMs` from `atMs` on; nothing while `atMs` is 0. */
export function pressButton({ state }: Lift, options: { nowMs: number; atMs: number; forMs: number }): void {
  const { nowMs, atMs, forMs } = options
  if (atMs > 0 && nowMs >= atMs && nowMs < atMs + forMs) state.alarmUntil = nowMs + 200
}

/** How much heat is asked for over the day: working hours, meals and steps when a consumer opens or closes. */
import type { Random } from '../random.js'
import type { BoilerDesign, BoilerState } from './boiler-state.js'
import { clamp, localHour, TICK_S } from './device.js'

/** Share of capacity by hour; the last row whose hour has come holds. */
const DAY: readonly (readonly [hour: number, share: number])[] = [
  [0, 0.18],
  [5, 0.35],
  [7, 0.7],
  [9, 0.6],
  [11, 0.8],
  [13, 0.55],
  [16, 0.75],
  [19, 0.5],
  [22, 0.25],
]
const SETTLE_S = 45

export function moveDemand(state: BoilerState, design: BoilerDesign, random: Random): void {
  if (state.nowMs >= state.nextDemandAt) {
    state.demandTarget = targetAt(state.nowMs, design, random)
    state.nextDemandAt = state.nowMs + random.between(3, 18) * 60_000
  }
  const target = state.causes.demandLost ? 0 : state.demandTarget
  state.demand += ((target - state.demand) * TICK_S) / SETTLE_S
}

function targetAt(nowMs: number, design: BoilerDesign, random: Random): number {
  const hour = localHour(nowMs)
  if (design.hours === 'day' && (hour < 5 || hour >= 22)) return 0
  let share = 0
  for (const [from, value] of DAY) if (from <= hour) share = value
  return clamp(share + random.between(-0.2, 0.2), 0.1, 0.95)
}

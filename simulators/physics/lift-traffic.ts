/**
 * Who wants to ride, and when: people appear at landings with a rate that follows the hour and the use of the house,
 * with the morning flow down from flats (or up into offices) and the evening flow the other way.
 */

import type { Random } from '../random.js'
import { localHour } from './device.js'

export type HouseUse = 'residential' | 'office' | 'public'

export interface Passenger {
  from: number
  to: number
  /** kg, with what they carry */
  mass: number
}

interface Flow {
  /** People an hour and lift. */
  rate: number
  /** Shares of rides that start at, and that end at, the lowest floor; the rest is between floors. */
  up: number
  down: number
}

/** Flow by hour; the last row whose hour has come holds. */
const FLOWS: Readonly<Record<HouseUse, readonly (Flow & { hour: number })[]>> = {
  residential: [
    { hour: 0, rate: 3, up: 0.7, down: 0.25 },
    { hour: 6, rate: 20, up: 0.15, down: 0.8 },
    { hour: 7, rate: 60, up: 0.08, down: 0.88 },
    { hour: 9, rate: 24, up: 0.4, down: 0.55 },
    { hour: 11.5, rate: 36, up: 0.6, down: 0.35 },
    { hour: 14, rate: 22, up: 0.4, down: 0.55 },
    { hour: 17, rate: 60, up: 0.85, down: 0.12 },
    { hour: 20, rate: 30, up: 0.6, down: 0.35 },
    { hour: 22.5, rate: 9, up: 0.75, down: 0.2 },
  ],
  office: [
    { hour: 0, rate: 1.5, up: 0.4, down: 0.5 },
    { hour: 7.5, rate: 110, up: 0.92, down: 0.03 },
    { hour: 9.5, rate: 45, up: 0.4, down: 0.35 },
    { hour: 11.5, rate: 90, up: 0.3, down: 0.6 },
    { hour: 13, rate: 80, up: 0.75, down: 0.15 },
    { hour: 14.5, rate: 45, up: 0.35, down: 0.4 },
    { hour: 17, rate: 100, up: 0.05, down: 0.9 },
    { hour: 19, rate: 15, up: 0.2, down: 0.7 },
    { hour: 22, rate: 3, up: 0.3, down: 0.6 },
  ],
  public: [
    { hour: 0, rate: 6, up: 0.4, down: 0.4 },
    { hour: 7.5, rate: 70, up: 0.6, down: 0.25 },
    { hour: 18, rate: 50, up: 0.35, down: 0.5 },
    { hour: 21.5, rate: 15, up: 0.2, down: 0.7 },
  ],
}

function flowAt(use: HouseUse, nowMs: number): Flow {
  const hour = localHour(nowMs)
  const flows = FLOWS[use]
  let current: Flow = { rate: 0, up: 0, down: 0 }
  for (const flow of flows) if (flow.hour <= hour) current = flow
  return current
}

/** Called once a simulated second: the person who came in it, if one did. */
export function arrivalInSecond(options: {
  use: HouseUse
  floors: number
  nowMs: number
  /** Share of the usual flow, at most 1. */
  traffic: number
  random: Random
}): Passenger | null {
  const { use, floors, nowMs, traffic, random } = options
  const draw = random.next()
  // Most seconds bring nobody; the flow is looked up only when the largest rate would.
  if (draw >= 110 / 3600) return null
  const flow = flowAt(use, nowMs)
  return draw < (flow.rate * traffic) / 3600 ? passenger(flow, floors, random) : null
}

function passenger(flow: Flow, floors: number, random: Random): Passenger {
  const mass = Math.round(random.between(45, 95))
  const kind = random.next()
  if (kind < flow.up) return { from: 1, to: random.whole(2, floors), mass }
  if (kind < flow.up + flow.down) return { from: random.whole(2, floors), to: 1, mass }
  const from = random.whole(1, floors)
  const to = random.whole(1, floors - 1)
  return { from, to: to >= from ? to + 1 : to, mass }
}

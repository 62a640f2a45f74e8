/** When an escalator is open, and how many people step onto it. */
import type { Random } from '../random.js'
import { localHour } from './device.js'
import type { EscalatorUse } from './escalator-state.js'

/** People an hour by hour of the day; the last row whose hour has come holds, and closed is none. */
const FLOWS: Readonly<Record<EscalatorUse, readonly (readonly [hour: number, rate: number])[]>> = {
  shop: [
    [0, 0],
    [9.5, 120],
    [11, 400],
    [14, 260],
    [17, 700],
    [20.5, 350],
    [22, 0],
  ],
  metro: [
    [0, 0],
    [5.5, 200],
    [7, 1800],
    [9.5, 600],
    [17, 1800],
    [20, 500],
    [23.5, 0],
  ],
}

/** People an hour; 0 while it is closed. */
export function flowAt(use: EscalatorUse, nowMs: number): number {
  const hour = localHour(nowMs)
  let rate = 0
  for (const [from, flow] of FLOWS[use]) if (from <= hour) rate = flow
  return rate
}

/** Called once a simulated second: whether somebody steps on in it. */
export function stepsOnInSecond(use: EscalatorUse, nowMs: number, random: Random): boolean {
  return random.next() < flowAt(use, nowMs) / 3600
}

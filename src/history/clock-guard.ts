/**
 * What is dropped by a wrong clock does not come again. So nothing is dropped by a clock that stands far from where it
 * stood at the upkeep before, until it has held for a day; a long stop of the service looks the same and costs that day.
 */
import { HOUR_MS } from './resolution.js'

const DAY_MS = 24 * HOUR_MS
/** Further apart is a leap. */
const LEAP_MS = 2 * DAY_MS
const HOLD_MS = DAY_MS
/** What one step between two looks counts for at most: a leap is not holding. */
const LONGEST_STEP_MS = HOUR_MS

/** All in ms since 1970 but `held`, in ms. */
export interface KnownClock {
  /** By which things were last dropped; `null` before the first time. */
  trusted: number | null
  /** The last look since the clock leapt, and how long it has held. */
  leapt: number | null
  held: number
}

export interface ClockVerdict extends KnownClock {
  sound: boolean
}

export function judgeClock({ trusted, leapt, held }: KnownClock, now: number): ClockVerdict {
  const sound: ClockVerdict = { sound: true, trusted: now, leapt: null, held: 0 }
  if (trusted === null || Math.abs(now - trusted) <= LEAP_MS) return sound
  if (leapt === null || Math.abs(now - leapt) > LEAP_MS) {
    return { sound: false, trusted, leapt: now, held: 0 }
  }
  const longer = held + Math.min(LONGEST_STEP_MS, Math.max(0, now - leapt))
  return longer >= HOLD_MS ? sound : { sound: false, trusted, leapt: now, held: longer }
}

/** The names under which it is kept beside the edges. */
export type ClockEdge = 'clock' | 'clock leapt' | 'clock held'

/** Judges the clock by what is kept, and keeps the verdict. */
export async function lookAtClock(
  now: number,
  kept: {
    at: (name: ClockEdge) => number | null
    put: (news: [ClockEdge, number][]) => void | Promise<void>
  },
): Promise<boolean> {
  const leapt = kept.at('clock leapt')
  const known = {
    trusted: kept.at('clock'),
    leapt: leapt === 0 ? null : leapt,
    held: kept.at('clock held') ?? 0,
  }
  const { sound, ...after } = judgeClock(known, now)
  await kept.put([
    ['clock', after.trusted ?? now],
    ['clock leapt', after.leapt ?? 0],
    ['clock held', after.held],
  ])
  return sound
}

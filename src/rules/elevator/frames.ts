/** What the pictures of a camera say of an electric bicycle: one picture may be wrong, two of three hardly. */
import { keepNewest } from '../facts.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'

const SCORE = elevatorSlots.slot('eBikeScore')
const FRAMES = 3
/** Values that lie together for one picture: time, score. */
const WIDTH = 2

/** The same moment said twice is one picture. */
export function noteFrame(facts: ElevatorFacts): void {
  const { frames, raw, now } = facts
  const score = raw[SCORE] ?? Number.NaN
  if (Number.isNaN(score) || frames.at(-WIDTH) === now) return
  facts.frames = keepNewest(frames, FRAMES * WIDTH, now, score)
}

/** How many of the newest three pictures, none older than `withinMs`, score at least so much. */
export function framesWith({ frames, now }: ElevatorFacts, score: number, withinMs: number): number {
  let count = 0
  for (let i = 0; i < frames.length; i += WIDTH) {
    if (now - (frames[i] ?? 0) <= withinMs && (frames[i + 1] ?? 0) >= score) count++
  }
  return count
}

/** The newest score. */
export function newestScore({ frames }: ElevatorFacts): number {
  return frames.at(-1) ?? 0
}

/** When the newest was taken, ms since 1970. */
export function newestFrameAt({ frames }: ElevatorFacts): number {
  return frames.at(-WIDTH) ?? 0
}

/** The last minutes of pressure and steam flow, thinned out: a rise is judged over a minute and not between two readings. */
import type { BoilerFacts } from './facts.js'

const STEP_MS = 10_000
const KEPT = 13
/** Values that lie together for one moment: time, pressure, flow. */
const WIDTH = 3

export function deriveTrail({ trail, now, pressure, steamFlow }: BoilerFacts): void {
  if (Number.isNaN(pressure)) return
  if (now - (trail.at(-WIDTH) ?? 0) < STEP_MS) return
  trail.push(now, pressure, steamFlow)
  if (trail.length > KEPT * WIDTH) trail.splice(0, WIDTH)
}

/** Change of pressure (MPa) and of steam flow (t/h) since about `ms` ago; `null` when nothing is known of then. */
export function changeOver(
  { trail, now, pressure, steamFlow }: BoilerFacts,
  ms: number,
): { pressure: number; steamFlow: number; ms: number } | null {
  for (let i = trail.length - WIDTH; i >= 0; i -= WIDTH) {
    const elapsed = now - (trail[i] ?? 0)
    if (elapsed < ms) continue
    if (elapsed > 2 * ms) return null
    return {
      pressure: pressure - (trail[i + 1] ?? Number.NaN),
      steamFlow: steamFlow - (trail[i + 2] ?? Number.NaN),
      ms: elapsed,
    }
  }
  return null
}

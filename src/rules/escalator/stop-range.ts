/** Between which distances an escalator must come to rest, by its nominal speed, where its own papers do not say. */

interface StopRange {
  /** m */
  shortest: number
  longest: number
}

/**
 * By nominal speed up to so many m/s, for a stop without load or with the brake load downwards. The values are those
 * that the trade hands on of the escalator standard (GB 16899, EN 115-1), not checked against its text: a setting.
 */
const RANGES: readonly (StopRange & { upTo: number })[] = [
  { upTo: 0.5, shortest: 0.2, longest: 1 },
  { upTo: 0.65, shortest: 0.3, longest: 1.3 },
  { upTo: 0.75, shortest: 0.4, longest: 1.5 },
]

/** `null` for a speed that the table does not hold. */
export function stopRange(nominalSpeed: number | undefined): StopRange | null {
  if (nominalSpeed === undefined) return null
  return RANGES.find(({ upTo }) => nominalSpeed <= upTo + 0.005) ?? null
}

/**
 * What is usual for one equipment: mean and spread of the days that were as they should be. A strange day is not learnt,
 * so that a fault never becomes the measure of itself. Plain data of finite numbers.
 */

/** Newer days count more once so many are known. */
const MEMORY_DAYS = 28
/** Days agree by chance; their spread is taken for no less than this share of the mean. */
const LEAST_SPREAD = 0.03

export interface Usual {
  mean: number
  variance: number
  /** Days learnt. */
  days: number
  /** Strange days in a row, the newest included. */
  strange: number
}

export function createUsual(): Usual {
  return { mean: 0, variance: 0, days: 0, strange: 0 }
}

/** The standard deviation of a day. */
export function spreadOf({ mean, variance }: Usual): number {
  return Math.max(Math.sqrt(variance), LEAST_SPREAD * Math.abs(mean))
}

/** A day is strange beyond `limit`; until `learnDays` are known none is. Returns whether this one was. */
export function takeDay(usual: Usual, value: number, limit: number, learnDays: number): boolean {
  const strange = usual.days >= learnDays && value > limit
  if (strange) {
    usual.strange++
    return true
  }
  usual.strange = 0
  usual.days++
  const weight = 1 / Math.min(usual.days, MEMORY_DAYS)
  const away = value - usual.mean
  usual.mean += weight * away
  usual.variance = (1 - weight) * (usual.variance + weight * away * away)
  return false
}

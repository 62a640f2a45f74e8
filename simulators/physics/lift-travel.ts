/**
 * One run of a lift as a closed formula: jerk-limited up to the peak speed, steady, and the mirror image down to rest.
 * Position and speed at any moment come from it exactly, so no run ever overshoots its floor or its rated speed.
 */

/** A run over a distance, in metres and seconds; direction is the caller's. */
export interface Travel {
  readonly distance: number
  readonly duration: number
  readonly peak: number
  readonly jerk: number
  /** Peak acceleration, m/s². */
  readonly acceleration: number
  /** Length of one jerk phase, s. */
  readonly jerkTime: number
  /** Length of the whole acceleration, s. */
  readonly rampTime: number
}

export interface TravelLimits {
  /** m/s */
  speed: number
  /** m/s² */
  acceleration: number
  /** m/s³ */
  jerk: number
}

/** The fastest run over `distance` metres within the limits. */
export function planTravel(distance: number, { speed, acceleration, jerk }: TravelLimits): Travel {
  const peak = Math.min(speed, reachablePeak(distance, acceleration, jerk))
  const limited = peak >= (acceleration * acceleration) / jerk
  const jerkTime = limited ? acceleration / jerk : Math.sqrt(peak / jerk)
  const rampTime = limited ? peak / acceleration + jerkTime : 2 * jerkTime
  const duration = rampTime + distance / peak
  return { distance, duration, peak, jerk, acceleration: jerk * jerkTime, jerkTime, rampTime }
}

function reachablePeak(distance: number, acceleration: number, jerk: number): number {
  const withoutSteadyAcceleration = Math.cbrt((distance * distance * jerk) / 4)
  if (withoutSteadyAcceleration < (acceleration * acceleration) / jerk) return withoutSteadyAcceleration
  const ratio = acceleration / jerk
  return (acceleration / 2) * (Math.sqrt(ratio * ratio + (4 * distance) / acceleration) - ratio)
}

/** Speed in m/s after `time` seconds of the run. */
export function speedAt(travel: Travel, time: number): number {
  if (time <= 0 || time >= travel.duration) return 0
  const ramp = Math.min(time, travel.duration - time)
  return ramp >= travel.rampTime ? travel.peak : rampSpeed(travel, ramp)
}

/** Metres gone after `time` seconds of the run. */
export function positionAt(travel: Travel, time: number): number {
  if (time <= 0) return 0
  if (time >= travel.duration) return travel.distance
  const left = travel.duration - time
  if (time < travel.rampTime) return rampDistance(travel, time)
  if (left < travel.rampTime) return travel.distance - rampDistance(travel, left)
  return rampDistance(travel, travel.rampTime) + travel.peak * (time - travel.rampTime)
}

function rampSpeed({ jerk, acceleration, jerkTime, rampTime, peak }: Travel, time: number): number {
  if (time < jerkTime) return (jerk * time * time) / 2
  const left = rampTime - time
  if (left < jerkTime) return peak - (jerk * left * left) / 2
  return (jerk * jerkTime * jerkTime) / 2 + acceleration * (time - jerkTime)
}

function rampDistance({ jerk, acceleration, jerkTime, rampTime, peak }: Travel, time: number): number {
  if (time < jerkTime) return (jerk * time ** 3) / 6
  const left = rampTime - time
  if (left < jerkTime) return (peak * rampTime) / 2 - (peak * left - (jerk * left ** 3) / 6)
  const steady = time - jerkTime
  return (
    (jerk * jerkTime ** 3) / 6 +
    ((jerk * jerkTime * jerkTime) / 2) * steady +
    (acceleration * steady * steady) / 2
  )
}

/**
 * What every simulated device has in common, whatever it is: it lives on simulated time, says what its sensors see and
 * what its controller reports. Nothing here knows of messages, topics or networks.
 */

/** Resolution of the physics: everything moves in steps of this length, so how time is cut changes nothing. */
export const TICK_MS = 100
export const TICK_S = TICK_MS / 1000

/** Sensor values of one moment by signal name (names and units: the catalogue of `src/model/signals.ts`). */
export type Sample = Record<string, number | boolean>

/** A coded begin or end as the controller reports it (GB/T 24476); both carry the same `key`. */
export interface ControllerEvent {
  /** Simulated ms since 1970. */
  ts: number
  code: number
  active: boolean
  key: string
}

/** Signals that change slowly are said once in this time, the others in every reading. */
export const SLOW_SIGNALS_MS = 60_000

const SHANGHAI_OFFSET_MS = 8 * 3_600_000

/** Hour of the day in Luoyang as a fraction, 0 … 24. */
export function localHour(ms: number): number {
  return ((ms + SHANGHAI_OFFSET_MS) % 86_400_000) / 3_600_000
}

export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals
  // Adding zero turns −0, which JSON writes as 0 but comparisons may trip over, into 0.
  return Math.round(value * scale) / scale + 0
}

/** `value` kept between two limits. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}

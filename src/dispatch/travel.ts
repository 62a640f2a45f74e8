/** How long a crew is on its way. Pluggable: a road network knows better than the crow. */
import { distanceMetres } from '../model/distance.js'

export interface Spot {
  lat: number
  lon: number
}

/** ms from one place to the other. */
export type Travel = (from: Spot, to: Spot) => number

/** Streets are longer than the crow's flight, and a city moves at this pace: our judgement. */
const DETOUR = 1.4
const METRES_PER_SECOND = 25 / 3.6
/** Boots, keys, the car. */
const SETTING_OUT_MS = 2 * 60_000

export const roadTravel: Travel = (from, to) =>
  SETTING_OUT_MS + Math.round((1000 * DETOUR * distanceMetres(from, to)) / METRES_PER_SECOND)

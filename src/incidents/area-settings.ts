/** When many troubles are one area event. Nothing of it is law: defaults of domain.md §6.2, all of them settings. */
export interface AreaSettings {
  /** Signs of one site within so many ms belong together. */
  windowMs: number
  /** So many lifts of one site without mains, or silent, make an area event. */
  siteLifts: number
  /** Silent lifts must be at least this share of those of the site that have a device. */
  silentShare: number
  /** Silence so soon (ms) after the mains of the site went, or after its other lifts fell silent, has the same cause. */
  soonMs: number
  /** So many incidents within so many ms and so many metres of one of them. */
  nearbyIncidents: number
  nearbyMs: number
  nearbyMetres: number
  /** So many times the incidents that the hour is used to, which count as `cityUsualLeast` at least. */
  cityTimes: number
  cityUsualLeast: number
  /** A site within so many metres of an open area joins it, if it follows within so many ms. */
  neighbourMetres: number
  neighbourMs: number
}

const MINUTE = 60_000

export const DEFAULT_AREA_SETTINGS: AreaSettings = {
  windowMs: 5 * MINUTE,
  siteLifts: 2,
  silentShare: 0.5,
  soonMs: 2 * MINUTE,
  nearbyIncidents: 5,
  nearbyMs: 10 * MINUTE,
  nearbyMetres: 1_000,
  cityTimes: 3,
  cityUsualLeast: 5,
  neighbourMetres: 1_000,
  neighbourMs: 60 * MINUTE,
}

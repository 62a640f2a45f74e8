/** What is remembered of a lift's runs from stop to stop, to count its door zones. */

/** Plain data of finite numbers. Floors are as the lift numbers them. */
export interface Passage {
  /** ms since 1970 of the newest reading with place and speed, its speed (m/s), its zone and its floor. */
  at: number
  speed: number
  zone: number
  floor: number
  /** Under way since a stop that was seen, and what came of it: floor of that stop, zones reached, m since the last. */
  followed: boolean
  from: number
  zones: number
  metres: number
  /** +1 up, −1 down, 0 before the index first changed. */
  way: number
  /** m, the most that the car can have gone between two readings of the run. */
  widest: number
  /** The floors between which both agreed; low above high while there are none. */
  low: number
  high: number
  /** The run that ended last, until it is judged. */
  ended: boolean
  /** ms since 1970 of those that did not agree, newest last; zones and floors of the newest. */
  amiss: number[]
  amissZones: number
  amissFloors: number
}

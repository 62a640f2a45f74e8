/** What hours and weeks show of a boiler. Plain data of finite numbers, so that it goes into a snapshot as it is. */

/** °C of the flue gas, by load: the same fire under more load is hotter. Lists are by step of load. */
export interface Exhaust {
  day: number
  /** Of this day: °C × minutes, and minutes. */
  sums: number[]
  minutes: number[]
  /** Of the last day that ended: °C and minutes; whether it was judged. */
  lastMeans: number[]
  lastMinutes: number[]
  judged: boolean
  /** What is usual, °C, and from how many days. */
  usual: number[]
  days: number[]
  /** By how many K the last day was above that, and for how many days in a row too far. */
  above: number
  strange: number
  foundAt: number
}

/** Lists are by pollutant: dust, SO2, NOx. */
export interface Emission {
  /** Hours since 1970. */
  hour: number
  /** Of this hour: mg/m³ at the reference oxygen × minutes, and minutes that were valid. */
  sums: number[]
  minutes: number[]
  /** Of the last hour that ended; whether it was judged. */
  lastMeans: number[]
  lastMinutes: number[]
  judged: boolean
  /** How far over its limit the worst was, and for how many hours in a row. */
  worst: number
  ratio: number
  hoursOver: number
}

/** What a meter has said since it last moved. */
export interface StillMeter {
  value: number
  /** ms since 1970 of the first time, and how often since. */
  since: number
  said: number
  /** The smallest change it ever showed; 0 while none was seen. */
  step: number
  /** Of `Stillness`, when it last moved. */
  fromWorked: number
  fromMoves: number
  /** ms under fire, and how often fire or load changed, up to when it last spoke. */
  worked: number
  moves: number
}

export interface Stillness {
  /** ms since 1970 of the newest reading, and whether there was fire. */
  at: number
  burning: boolean
  /** ms under fire, and how often fire or load changed. */
  worked: number
  moves: number
  /** Steam, or fuel where it is not known, when it last counted as changed. */
  load: number
  meters: StillMeter[]
}

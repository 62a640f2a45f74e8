/** What weeks of runs show of a lift's parts. Plain data of finite numbers, so that it goes into a snapshot as it is. */
import type { Diary } from '../diary.js'
import type { Usual } from '../usual.js'

export interface Braking {
  /** The brake is lifted; what follows is one stop, from the reading that first says that it fell. */
  lifted: boolean
  /** m/s at that reading; 0 while no stop is measured. */
  fellFrom: number
  metres: number
  /** m/s and ms since 1970 of the newest reading of the stop. */
  speed: number
  at: number
  /** m/s², of the newest stops, newest last, and how many of them were not judged yet. */
  decelerations: number[]
  fresh: number
  /** m, of the longest stop not judged yet. */
  longest: number
  /** Medians in m/s²; 0 while not known. */
  usual: number
  newest: number
  /** Since when the car stands shut (ms since 1970), its first level there, and how far it crept: newest and before, mm. */
  shutSince: number
  shutLevel: number
  crept: number
  creptBefore: number
  /** ms since 1970 of the newest level. */
  levelAt: number
  foundAt: number
  /** The newest direction while the brake was lifted, after `direction`; 0 for none. */
  way: number
  /** Stops by direction; `null` until one with a direction was measured. */
  ways: BrakingWays | null
}

/** What is the same brake both ways, once what is usual between them is known. Newest last, m/s². */
export interface BrakingWays {
  /** Going up empty and going down loaded alone, because the load is known. */
  byLoad: boolean
  up: number[]
  down: number[]
  /** Of them, not judged yet. */
  freshUp: number
  freshDown: number
  /** How many times as hard it braked upwards as downwards: first, which is the measure, and newest; 0 while not known. */
  usual: number
  newest: number
  /** Judgements in a row that were too far from it. */
  strange: number
  foundAt: number
}

export interface Vibration {
  /** The stop (ms since 1970) whose run was measured, how many runs were, and how many of them are judged. */
  stop: number
  runs: number
  judged: number
  /** m/s² (A95) of the newest runs at full speed, newest last. */
  vertical: number[]
  horizontal: number[]
  /** All directions together, by day, m/s². */
  diary: Diary
  usual: Usual
  /** The newest day, m/s². */
  newest: number
  /** ms since 1970 when runs became rough, or days strange; 0 while not. */
  roughAt: number
  strangeAt: number
}

export interface Usage {
  /** The counters as last heard, −1 before, and when that was, ms since 1970. */
  runs: number
  doorCycles: number
  at: number
  /** Since the first word of the counters after the last service (ms since 1970): so many. */
  from: number
  usedRuns: number
  usedDoorCycles: number
}

export interface DoorWear {
  /** ms from the first reading of a door that closes to the first of a closed one. */
  diary: Diary
  usual: Usual
  /** How often it turned back while closing: on the day of the diary, and on the last day that ended. */
  turned: number
  lastTurned: number
  /** Days in a row on which it turned back too often. */
  obstructed: number
  /** The newest day that was judged: ms, and the share of closings that turned back. */
  newest: number
  share: number
}

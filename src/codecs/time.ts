/**
 * The clock of one equipment, learnt from its messages: how far it is wrong (offset), how late a message is (lag), and
 * whether its `ts` can be used at all. A constantly wrong clock is live and a backlog is late. Knows no clock of ours:
 * time comes in as the arrival of records, so that the same journal gives the same answers.
 */

const HOUR_MS = 3_600_000
const WINDOW_HOURS = 24
const AHEAD_LIMIT_MS = 5 * 60_000
/** 2010-01-01: what an unset clock says lies before it. */
const EARLIEST_MS = 1_262_304_000_000
/** An offset as small as this is a clock that is set; a larger one must stand a while before it is trusted. */
const SMALL_OFFSET_MS = 120_000
const SETTLING_MS = 10 * 60_000
const SAME_OFFSET_MS = 10_000
/** So many readings in a row, over so long, that agree on a new offset: the clock was set forward, no stray value. */
const ADOPT_READINGS = 5
const ADOPT_SPAN_MS = 10_000
const PACED_MESSAGES = 3
const PACE_SLACK_MS = 5_000
/** Readings of one message go with its newest, which sets the pace, when they are no older than this against it. */
const SAME_PACE_MS = 120_000

/** Plain data, so that it goes into a snapshot as it is. Times are ms; `null` is "not yet". */
export interface Clock {
  /** Sliding minimum of (arrival − ts): hours since 1970 of our clock and the low of each, rising towards the end. */
  hours: number[]
  lows: number[]
  /** Since when the offset has not fallen noticeably. */
  settledAt: number | null
  lastTs: number | null
  lastArrival: number | null
  /** Messages in a row whose `ts` advanced as fast as our clock did. */
  paced: number
  /** A clock that seems to have jumped ahead: offset, first arrival and number of the readings that agree. */
  aheadOffset: number
  aheadSince: number
  aheadCount: number
  /** Arrival of the newest of them. */
  aheadAt: number
  /** Arrival with which `paced` began to count. */
  pacedSince: number
  /** Of the newest reading or event. */
  lastLag: number | null
  lastFault: Moment['fault']
  /** Times of the device that were not used. */
  ahead: number
  ancient: number
}

/** The clock of an equipment as people are shown it. */
export interface ClockView {
  /** ms by which our clock is ahead of the device's, network and buffering included. */
  offset: number
  /** False while the offset cannot be trusted. */
  known: boolean
  /** ms that the newest message was late, after offset; `null` before the first that said its time. */
  lag: number | null
  /** Why the newest time of the device was not used. */
  fault: Moment['fault']
  /** How many of its times were not used, since it is known. */
  ahead: number
  ancient: number
}

/** What a reading's `ts` means. One object is reused for every call. */
export interface Moment {
  /** ms since 1970: the device's `ts`, or the arrival where that cannot be used. */
  ts: number
  /** ms that the message is late, after offset. */
  lag: number
  /** Messages come at the pace of their own `ts`: live, even if late by their lag (the clock jumped back). */
  paced: boolean
  /** False while the offset may still be that of a backlog, or the clock is plainly wrong. */
  known: boolean
  /** Why the arrival stands in for the device's time. */
  fault: 'ahead' | 'ancient' | null
}

export function createClock(): Clock {
  return {
    hours: [],
    lows: [],
    settledAt: null,
    lastTs: null,
    lastArrival: null,
    paced: 0,
    aheadOffset: 0,
    aheadSince: 0,
    aheadCount: 0,
    aheadAt: 0,
    pacedSince: 0,
    lastLag: null,
    lastFault: null,
    ahead: 0,
    ancient: 0,
  }
}

export function createMoment(): Moment {
  return { ts: 0, lag: 0, paced: false, known: true, fault: null }
}

/** ms by which our clock is ahead of the device's; 0 before the first message. */
export function offsetOf(clock: Clock): number {
  return clock.lows[0] ?? 0
}

/** What the clock is known to be `now` (ms since 1970, our clock). */
export function viewOf(clock: Clock, now: number): ClockView {
  return {
    offset: offsetOf(clock),
    // A device that never told its time has no clock that we know.
    known: clock.lastTs !== null && clock.lastFault === null && isKnown(clock, now),
    lag: clock.lastLag,
    fault: clock.lastFault,
    ahead: clock.ahead,
    ancient: clock.ancient,
  }
}

/**
 * Learns the pace of messages: once for each that says a time, with the newest it says, before its readings are observed.
 * A backlog is sent faster than it was recorded; a live device is not, whether it sends readings or batches of them.
 */
export function hear(clock: Clock, newestTs: number, arrival: number): void {
  const advanced = newestTs - (clock.lastTs ?? newestTs)
  const waited = arrival - (clock.lastArrival ?? arrival)
  // Said twice, or overtaken on its way: it tells nothing of the pace.
  if (clock.lastTs !== null && advanced <= 0 && advanced >= -PACE_SLACK_MS && waited <= PACE_SLACK_MS) return
  clock.lastTs = newestTs
  clock.lastArrival = arrival
  if (advanced > 0 && Math.abs(waited - advanced) <= PACE_SLACK_MS && waited * 2 >= advanced) {
    if (clock.paced++ === 0) clock.pacedSince = arrival
  } else if (advanced !== 0 || waited > PACE_SLACK_MS) clock.paced = 0
}

/** Reads one timestamp into `moment` and learns from it. `ts` is ms since 1970 as the device says, or `null`. */
export function observe(clock: Clock, ts: number | null, arrival: number, moment: Moment): Moment {
  if (ts === null) return fill(moment, arrival, 0, true, true, null)
  const paced = clock.paced >= PACED_MESSAGES && (clock.lastTs ?? ts) - ts <= SAME_PACE_MS
  const behind = arrival - ts
  const fault = faultOf(clock, ts, arrival)
  if (fault === 'ancient' || (fault === 'ahead' && !adoptJump(clock, behind, arrival))) {
    clock.lastLag = 0
    clock.lastFault = fault
    clock[fault]++
    return fill(moment, arrival, 0, paced, paced, fault)
  }
  if (paced && wasSetRight(clock, behind, arrival)) forget(clock)
  learnOffset(clock, behind, arrival)
  clock.lastLag = behind - offsetOf(clock)
  clock.lastFault = null
  return fill(moment, ts, clock.lastLag, paced, isKnown(clock, arrival), null)
}

/** Reads the timestamp of what the device itself calls past: it tells nothing about the clock and is never live. */
export function observePast(clock: Clock, ts: number | null, arrival: number, moment: Moment): Moment {
  const fault = ts === null ? null : faultOf(clock, ts, arrival)
  if (ts === null || fault !== null) return fill(moment, arrival, 0, false, true, fault)
  return fill(moment, ts, Math.max(0, arrival - ts - offsetOf(clock)), false, true, null)
}

function faultOf(clock: Clock, ts: number, arrival: number): Moment['fault'] {
  if (ts < EARLIEST_MS) return 'ancient'
  const behind = arrival - ts
  // Only what lies ahead of our own clock too is no time: a slow clock may have been set right, and the first messages
  // of a device may be a backlog, whose oldest reading tells nothing about its clock.
  return Math.min(-behind, offsetOf(clock) - behind) > AHEAD_LIMIT_MS ? 'ahead' : null
}

function isKnown(clock: Clock, arrival: number): boolean {
  const small = Math.abs(offsetOf(clock)) <= SMALL_OFFSET_MS
  return small || arrival - (clock.settledAt ?? arrival) >= SETTLING_MS
}

/**
 * True for a clock that ran ahead and has agreed with ours for a while, message by message as they came. The offset of
 * before would make everything late until it has aged out; no backlog is sent so slowly and says the present hour.
 */
function wasSetRight(clock: Clock, behind: number, arrival: number): boolean {
  const late = behind - offsetOf(clock) > SMALL_OFFSET_MS
  return late && Math.abs(behind) <= SMALL_OFFSET_MS && arrival - clock.pacedSince >= SETTLING_MS
}

function forget(clock: Clock): void {
  clock.hours = []
  clock.lows = []
}

function fill(
  moment: Moment,
  ts: number,
  lag: number,
  paced: boolean,
  known: boolean,
  fault: Moment['fault'],
): Moment {
  moment.ts = ts
  moment.lag = lag
  moment.paced = paced
  moment.known = known
  moment.fault = fault
  return moment
}

function learnOffset(clock: Clock, behind: number, arrival: number): void {
  const { hours, lows } = clock
  const hour = Math.floor(arrival / HOUR_MS)
  const before = lows[0]
  while (hours.length > 0 && (hours[0] ?? 0) <= hour - WINDOW_HOURS) {
    hours.shift()
    lows.shift()
  }
  // Only a low that no later hour undercuts can ever become the minimum of the window.
  while (lows.length > 0 && (lows.at(-1) ?? 0) >= behind) {
    hours.pop()
    lows.pop()
  }
  if (hours.at(-1) !== hour) {
    hours.push(hour)
    lows.push(behind)
  }
  if (before === undefined || (lows[0] ?? 0) < before - 1000) clock.settledAt = arrival
}

/**
 * True once enough readings agree that the clock stands ahead for good; the old offsets are then forgotten. One that
 * comes a second time agrees with nothing but itself.
 */
function adoptJump(clock: Clock, behind: number, arrival: number): boolean {
  if (clock.aheadCount === 0 || Math.abs(behind - clock.aheadOffset) > SAME_OFFSET_MS) {
    clock.aheadOffset = behind
    clock.aheadSince = arrival
    clock.aheadCount = 1
    clock.aheadAt = arrival
    return false
  }
  if (arrival !== clock.aheadAt) clock.aheadCount++
  clock.aheadAt = arrival
  if (clock.aheadCount < ADOPT_READINGS || arrival - clock.aheadSince < ADOPT_SPAN_MS) return false
  clock.aheadCount = 0
  forget(clock)
  return true
}

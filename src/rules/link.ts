/**
 * The link to an equipment: open sessions, last sign of life, and how often it reports. From it comes "online", and the
 * age beyond which readings are too old to judge by. Time is awake time: our own absence does not make anybody silent.
 */
import type { SessionChange } from '../model/record.js'

/** Until the period is known, silence this long is an end. */
export const DEFAULT_SILENCE_MS = 180_000
export const PERIODS_OF_SILENCE = 3
const MIN_GAPS = 5
/**
 * A device may say everything twice, or each thing by itself: its first gaps are then far shorter than its period. One
 * that we should have called silent and that still speaks is believed at once, up to where nothing is known.
 */
const LONGEST_UNKNOWN_MS = DEFAULT_SILENCE_MS / PERIODS_OF_SILENCE
const MIN_PERIOD_MS = 100
const MAX_PERIOD_MS = 86_400_000
/** The period is that of nine gaps in ten, so that devices reporting by change are not held to their fastest pace. */
const RAISE = 0.9
const STEP = 0.1

/** Plain data for a snapshot. Times are awake ms unless they say otherwise; NaN is "not so". */
export interface Link {
  /** The newest session; only its end counts. */
  session: string | null
  open: boolean
  /** Open before we were away; the socket may be gone, and nobody was there to see it. */
  doubtfulSince: number
  saidOffline: boolean
  heardAt: number
  /** ms since 1970 of the same. */
  heardArrival: number
  /** ms between messages; NaN while unknown. */
  period: number
  gaps: number
  /** When it came back after a silence that was reported. */
  backSince: number
  /** Awake second in which to look at it again; 0 is never. */
  bucket: number
}

export function createLink(): Link {
  return {
    session: null,
    open: false,
    doubtfulSince: Number.NaN,
    saidOffline: false,
    heardAt: Number.NaN,
    heardArrival: 0,
    period: Number.NaN,
    gaps: 0,
    backSince: Number.NaN,
    bucket: 0,
  }
}

/** A message came. `live` messages teach the period; a backlog would make it look short. */
export function hear(link: Link, awake: number, arrival: number, live: boolean): void {
  const gap = awake - link.heardAt
  if (live && gap > 0) {
    const step = STEP * link.period
    if (Number.isNaN(link.period)) link.period = gap
    else if (gap > PERIODS_OF_SILENCE * link.period && gap <= LONGEST_UNKNOWN_MS) link.period = gap
    else if (gap > link.period) link.period = Math.min(link.period + RAISE * step, gap)
    else link.period = Math.max(link.period - (1 - RAISE) * step, gap)
    link.period = Math.min(Math.max(link.period, MIN_PERIOD_MS), MAX_PERIOD_MS)
    link.gaps++
  }
  link.heardAt = awake
  link.heardArrival = arrival
  link.saidOffline = false
  // After a restart of ours nothing comes over a socket that is gone.
  link.doubtfulSince = Number.NaN
}

export function changeSession(link: Link, change: SessionChange, awake: number, arrival: number): void {
  if (change.open) {
    link.session = change.session
    link.open = true
    link.doubtfulSince = Number.NaN
    link.saidOffline = false
  } else if (link.session === change.session) {
    link.open = false
    link.saidOffline ||= change.reason === 'will'
  } else return
  link.heardAt = awake
  link.heardArrival = arrival
}

/** The start of the gateway that opened a session, as its id says; empty for an id of another shape. */
export function gatewayOf(session: string): string {
  return session.slice(0, Math.max(session.indexOf('-'), 0))
}

/** Open as far as we know, but the gateway that held its socket may be gone: it must show itself. */
export function doubt(link: Link, awake: number, arrival: number): void {
  link.doubtfulSince = awake
  link.heardAt = awake
  link.heardArrival = arrival
}

/** ms between readings as the keeper states it (`reportPeriod`, s) or as learnt; NaN while unknown. */
export function periodMs(link: Link, reportPeriod: number | undefined): number {
  if (reportPeriod !== undefined) return reportPeriod * 1000
  return link.gaps >= MIN_GAPS ? link.period : Number.NaN
}

export function silenceLimitMs(link: Link, reportPeriod: number | undefined): number {
  const period = periodMs(link, reportPeriod)
  return Number.isNaN(period) ? DEFAULT_SILENCE_MS : PERIODS_OF_SILENCE * period
}

export function isOnline(link: Link, awake: number, reportPeriod: number | undefined): boolean {
  if (link.saidOffline) return false
  if (link.open && !(awake - link.doubtfulSince > DEFAULT_SILENCE_MS)) return true
  return awake - link.heardAt <= silenceLimitMs(link, reportPeriod)
}

/**
 * How long the history keeps what: every value for some time, then minutes and hours with their last, least and greatest
 * value. Signals are classed by what is asked of them years later; this table is the only place that says so, and both
 * kinds of store obey it. Every value is kept equally long for all classes, because a reading is one row and one line:
 * whole days of them go at once, single values out of rows never do.
 */
import { SIGNALS } from './signals.js'

export const RETENTION_CLASSES = ['state', 'measure', 'counter', 'vibration', 'other'] as const
export type RetentionClass = (typeof RETENTION_CLASSES)[number]

/** Days from the settings. */
export interface RetentionSettings {
  rawDays: number
  minuteDays: number
  hourDays: number
}

/** Three months of values; minutes for thirteen months, so that a month stands beside the same one a year ago; hours for ten years. */
export const DEFAULT_RETENTION: RetentionSettings = { rawDays: 90, minuteDays: 400, hourDays: 3650 }

/** Days that a class is kept: all its values, its minutes, its hours. Each is at least as long as the one before. */
export type ClassRetention = RetentionSettings

/** Part of the days in the settings. */
const SHARES: Readonly<Record<RetentionClass, { minutes: number; hours: number }>> = {
  /** Switches and codes: what was on when is asked for as long as values are. */
  state: { minutes: 1, hours: 1 },
  measure: { minutes: 1, hours: 1 },
  /** Only rises: a month after, the hours tell as much as the minutes. */
  counter: { minutes: 0.25, hours: 1 },
  /** Wear shows over years, and in peaks. */
  vibration: { minutes: 2, hours: 1 },
  /** Names that the catalogue does not know. */
  other: { minutes: 0.25, hours: 0.5 },
}

const VIBRATION = new Set(['vibrationX', 'vibrationY', 'vibrationZ'])
const classByName = new Map(SIGNALS.map(({ name, type }) => [name, classOfType(name, type)]))

function classOfType(name: string, type: (typeof SIGNALS)[number]['type']): RetentionClass {
  if (VIBRATION.has(name)) return 'vibration'
  switch (type) {
    case 'boolean':
    case 'code':
      return 'state'
    case 'counter':
      return 'counter'
    case 'number':
      return 'measure'
  }
}

/** The class of a signal by its name; `other` for a name that is not in the catalogue. */
export function retentionClassOf(signal: string): RetentionClass {
  return classByName.get(signal) ?? 'other'
}

export function retentionOf(
  retention: RetentionClass,
  { rawDays, minuteDays, hourDays }: RetentionSettings,
): ClassRetention {
  const { minutes, hours } = SHARES[retention]
  const minutesKept = Math.max(rawDays, minuteDays * minutes)
  return { rawDays, minuteDays: minutesKept, hourDays: Math.max(minutesKept, hourDays * hours) }
}

/** A range of time in ms since 1970: `from` inclusive, `to` exclusive. */
export interface Span {
  from: number
  to: number
}

/** What of one incident is kept for good, every value of it; replaces what was said of the same incident before. */
export interface KeptWindow {
  incident: string
  equipment: string
  spans: readonly Span[]
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Kept before an incident was opened and after it ended. */
const AROUND_MS = 30 * MINUTE_MS
/** An incident that stays open for weeks keeps so much of its beginning and of its end. */
const MOST_MS = 12 * HOUR_MS

/** Whole minutes from 30 minutes before `openedAt` to 30 minutes after `endedAt` (ms); `null` while it is open. */
export function keptSpans(openedAt: number, endedAt: number | null): Span[] {
  const first = floorTo(openedAt - AROUND_MS, MINUTE_MS)
  const end = endedAt === null ? null : Math.max(openedAt, endedAt)
  const last = end === null ? null : ceilTo(end + AROUND_MS, MINUTE_MS)
  if (last !== null && end !== null && end - openedAt <= 2 * MOST_MS) return [{ from: first, to: last }]
  const beginning = { from: first, to: ceilTo(openedAt + MOST_MS, MINUTE_MS) }
  if (last === null || end === null) return [beginning]
  return [beginning, { from: floorTo(end - MOST_MS, MINUTE_MS), to: last }]
}

function floorTo(ms: number, unit: number): number {
  return Math.floor(ms / unit) * unit
}

function ceilTo(ms: number, unit: number): number {
  return Math.ceil(ms / unit) * unit
}

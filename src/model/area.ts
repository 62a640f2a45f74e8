/**
 * An area event: many lifts of one place in trouble at once, mostly by a power cut. Its sweep list names every lift of
 * the area, so that nobody is forgotten in one that cannot speak.
 */
import type { IncidentStatus } from './incident.js'

/** What brought it about: lifts of one site, incidents near each other, or more incidents than the hour is used to. */
export const AREA_KINDS = ['site', 'nearby', 'city'] as const
export type AreaKind = (typeof AREA_KINDS)[number]

/** What seems to have caused it; a person's word for it is the incident's own `cause`. */
export const AREA_CAUSES = ['power', 'network', 'unknown'] as const
export type AreaCause = (typeof AREA_CAUSES)[number]

/** What a person has said of one lift: `unknown → empty | people-inside → freed`. */
export const SWEEP_STATES = ['unknown', 'empty', 'people-inside', 'freed'] as const
export type SweepState = (typeof SWEEP_STATES)[number]
export type SweepAnswer = Exclude<SweepState, 'unknown'>

/** Why a lift is looked at before others, the most pressing first. */
export const SWEEP_HINTS = [
  'possible-trap',
  'people-inside',
  'occupied',
  'moving',
  'outside-zone',
  'vulnerable',
] as const
export type SweepHint = (typeof SWEEP_HINTS)[number]

/** How many lifts an area has, how many of them nobody has answered for, and in how many people still are. */
export interface SweepCounts {
  lifts: number
  unknown: number
  inside: number
}

/** One lift of the list. Times are ms since 1970. */
export interface SweepLine {
  equipmentId: string
  equipmentName: string
  rescueCode: string | null
  site: string | null
  address: string | null
  state: SweepState
  people: number | null
  note: string | null
  /** Who answered, and when; `null` while nobody has. */
  saidBy: string | null
  saidAt: number | null
  hints: SweepHint[]
  /** Since when it may have been waiting, as far as anybody knows. */
  waitingSince: number | null
  /** The open incident of this lift that matters most. */
  incident: { id: string; number: string; status: IncidentStatus } | null
}

export interface Sweep {
  incidentId: string
  kind: AreaKind
  cause: AreaCause
  sites: string[]
  /** WGS-84; `null` where no lift of it has a place. */
  centre: { lat: number; lon: number } | null
  /** m */
  radius: number | null
  startedAt: number
  /** Of the whole area, also where the viewer sees only some of its lines. */
  counts: SweepCounts
  /** The most pressing first. */
  lines: SweepLine[]
}

/** A source that raised so many findings that further ones are only recorded, until `until`. */
export interface ShelvedSource {
  equipmentId: string
  equipmentName: string | null
  pattern: string
  /** How often it has been shelved in a row; each time for longer. */
  level: number
  /** ms since 1970. */
  since: number
  until: number
  /** Findings kept back since then. */
  keptBack: number
  /** So many findings within so many ms were too many. */
  reason: { findings: number; withinMs: number }
  /** False for traps, the alarm button and P0: they go to their incident all the same, which says that they chatter. */
  suppresses: boolean
}

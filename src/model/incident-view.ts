/**
 * An incident as the API, the live view and the screens see it (contract §6).
 * Times are ms since 1970; the API writes them as ISO 8601.
 */

import type { SweepCounts } from './area.js'
import type { LikelyCause } from './causes.js'
import type { Evidence, Suppression } from './finding.js'
import type {
  AssignmentStatus,
  DeadlineKind,
  IncidentClass,
  IncidentGroup,
  IncidentSource,
  IncidentStatus,
  Outcome,
  Priority,
  RescueLevel,
} from './incident.js'

/** Where an incident without equipment is, in the caller's words. */
export interface Place {
  text: string
  estate?: string
  building?: string
  unit?: string
  liftNo?: string
  district?: string
  lat?: number
  lon?: number
}

export interface Caller {
  name?: string
  phone?: string
  /** e.g. `passenger`, `bystander`, `duty-room`. */
  role?: string
  callId?: string
  /** ms since 1970 when we heard from them. */
  at?: number
}

/** What the people in the car say of it. */
export interface CarReport {
  light?: boolean
  floorShown?: string
  doorAjar?: boolean
  smoke?: boolean
  water?: boolean
  dropped?: boolean
}

/** How word came in or went out. */
export const VIAS = ['app', 'phone', 'radio'] as const
export type Via = (typeof VIAS)[number]

/** Who goes: a company, a station, somebody of the house, or those who are reached by phone. */
export const ASSIGNMENT_ROLES = [
  'maintainer',
  'use-unit',
  'station',
  'operator',
  'safety-officer',
  'safety-director',
  'principal',
  'fire',
  'gas-company',
  'medical',
  'site',
  'other',
] as const
export type AssignmentRole = (typeof ASSIGNMENT_ROLES)[number]

/** They stand beside the levels: whether people are freed does not hang on them. */
export function isRescuer(role: AssignmentRole): boolean {
  return role !== 'medical' && role !== 'site'
}

/** Why an assignment is no longer relied on: the next is sent, and it goes on. */
export const OVERDUES = ['too-late', 'not-moved', 'not-heard', 'not-arrived', 'not-freed'] as const
export type Overdue = (typeof OVERDUES)[number]

export interface Assignment {
  id: string
  level: RescueLevel
  role: AssignmentRole
  /** Organisation id; `null` for the fire brigade, which is reached by phone. */
  party: string | null
  partyName: string
  /** Whoever answered, as given. */
  person: string | null
  status: AssignmentStatus
  offeredAt: number
  acceptedAt: number | null
  departedAt: number | null
  arrivedAt: number | null
  endedAt: number | null
  /** Why this party was chosen, and why the assignment ended early. */
  chosenBecause: string
  reason: string | null
  /** The crew on duty that was chosen. */
  crew: string | null
  /** When they will be there, by their own word or by the road they have left. */
  etaAt: number | null
  heardAt: number | null
  /** Where they were last. */
  position: { lat: number; lon: number; at: number } | null
  /** Why it is no longer relied on, though it may still come; and what took its place. */
  overdue: Overdue | null
  replacedBy: string | null
}

/** A clock that still runs. */
export interface Deadline {
  id: string
  kind: DeadlineKind
  assignmentId: string | null
  dueAt: number
  /** Stable key of what it is about, e.g. `call-119`. */
  reason: string | null
}

/** What lists and live frames carry. */
export interface IncidentSummary {
  id: string
  number: string
  version: number
  equipmentId: string | null
  equipmentName: string | null
  district: string | null
  place: Place | null
  class: IncidentClass
  group: IncidentGroup
  pattern: string | null
  priority: Priority
  status: IncidentStatus
  outcome: Outcome | null
  source: IncidentSource
  openedAt: number
  updatedAt: number
  people: number | null
  /** The condition that the rules saw still holds. */
  conditionActive: boolean
  /** A person must look at it now, since when and why (stable keys, the gravest first); `null` while nobody need. */
  attention: { since: number; reason: string; reasons: string[] } | null
  /** Who has taken it. */
  takenBy: string | null
  /** The clock that runs out next. */
  nextDeadline: { kind: DeadlineKind; dueAt: number } | null
  /** The area event that it is part of, or the incident that it was split from or merged into. */
  parentId: string | null
  /** Of an area event: how far its lifts have been asked after. */
  sweep: SweepCounts | null
}

/** The seven times that are never mixed up, and two more of the way back to service. */
export interface IncidentTimes {
  reportedAt: number
  dispatchedAt: number | null
  acceptedAt: number | null
  departedAt: number | null
  arrivedAt: number | null
  releasedAt: number | null
  resolvedAt: number | null
  reviewedAt: number | null
  closedAt: number | null
}

export interface Incident extends IncidentSummary {
  site: string | null
  evidence: Evidence[]
  callers: Caller[]
  vulnerable: string[]
  car: CarReport | null
  /** What a person says: a level-2 key of `causes.ts`, or words; and what the rules guessed. */
  cause: string | null
  causes: LikelyCause[]
  /** A finding or a call came within half an hour after the release: offer `reopen`. */
  reopenOffered: boolean
  times: IncidentTimes
  assignments: Assignment[]
  deadlines: Deadline[]
}

export interface TimelineEntry {
  seq: number
  /** When it happened, and when it was written down; ms since 1970. */
  at: number
  recordedAt: number
  /** User id, or `system`. */
  actor: string
  actorName: string
  onBehalfOf: string | null
  via: Via | null
  callId: string | null
  /** An action of the contract, or what the system did, e.g. `opened`, `assignment-expired`. */
  kind: string
  assignmentId: string | null
  reason: string | null
  detail: Record<string, unknown>
  /** SHA-256 of the entry before and of this one, hex. */
  previousHash: string
  hash: string
}

/** Why a finding raised no incident: its suppression, too low a priority, or nothing left to do. */
export type Disposition =
  | 'opened'
  | 'joined'
  | 'offered-reopen'
  | 'amended'
  | 'low-priority'
  | 'needs-confirmation'
  | 'cleared-before-seen'
  | Suppression

/** A finding as stored. */
export interface StoredFinding {
  id: string
  equipmentId: string
  pattern: string
  class: IncidentClass
  priority: Priority
  stage: 'shown' | 'ordered' | 'cleared'
  since: number
  /** ms since 1970 of each stage, as far as it came. */
  shownAt: number | null
  orderedAt: number | null
  clearedAt: number | null
  receivedAt: number
  confidence: number
  evidence: Evidence[]
  suppressed: Suppression | null
  needsConfirmation: boolean
  interlockFailed: boolean
  /** The mark that suppresses it. */
  markId: string | null
  causes: LikelyCause[]
  incidentId: string | null
  disposition: Disposition
  /** Of the rule set that raised it. */
  rulesVersion: number
}

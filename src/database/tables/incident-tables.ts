/** Findings, incidents, and everything that hangs on an incident. */
import type { ContactRole } from '../../model/contact.js'
import type { FindingStage, Suppression } from '../../model/finding.js'
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
} from '../../model/incident.js'
import type { AssignmentRole, Disposition, Overdue } from '../../model/incident-view.js'

export interface FindingTable {
  id: string
  equipment_id: string
  pattern: string
  class: IncidentClass
  priority: Priority
  stage: FindingStage
  shard: number
  position: number
  since: number
  shown_at: number | null
  ordered_at: number | null
  cleared_at: number | null
  received_at: number
  confidence: number
  evidence_json: string
  suppressed: Suppression | null
  needs_confirmation: number
  interlock_failed: number
  incident_id: string | null
  disposition: Disposition
  /** The mark that suppresses it. */
  mark_id: string | null
  causes_json: string
  /** Of the rule set that raised it. */
  rules_version: number
}

/** The newest number of a day in China. */
export interface IncidentDayTable {
  day: string
  last: number
}

export interface IncidentTable {
  id: string
  number: string
  version: number
  equipment_id: string | null
  district: string | null
  place_json: string | null
  parent_id: string | null
  site: string | null
  class: IncidentClass
  group_key: IncidentGroup
  pattern: string | null
  priority: Priority
  status: IncidentStatus
  outcome: Outcome | null
  cause: string | null
  /** What the rules guessed; `cause` is what a person says. */
  causes_json: string
  source: IncidentSource
  people: number | null
  vulnerable_json: string
  car_json: string | null
  callers_json: string
  evidence_json: string
  condition_active: number
  reopen_offered: number
  attention_since: number | null
  /** The gravest of `attention_json`. */
  attention_reason: string | null
  attention_json: string
  taken_by: string | null
  /** When it was recorded, and the seven times and two more. */
  opened_at: number
  reported_at: number
  dispatched_at: number | null
  accepted_at: number | null
  departed_at: number | null
  arrived_at: number | null
  released_at: number | null
  resolved_at: number | null
  reviewed_at: number | null
  closed_at: number | null
  updated_at: number
  timeline_seq: number
  timeline_hash: string
  /** What text filters look through, in lower case. */
  search: string
  /** Of the response plans that it is handled by. */
  plan_version: number
}

export interface AssignmentTable {
  id: string
  incident_id: string
  level: RescueLevel
  role: AssignmentRole
  party: string | null
  party_name: string
  person: string | null
  status: AssignmentStatus
  offered_at: number
  accepted_at: number | null
  departed_at: number | null
  arrived_at: number | null
  ended_at: number | null
  chosen_because: string
  reason: string | null
  /** Which step of the plan sent it; `null`: a person did. */
  step: number | null
  crew: string | null
  /** When they will be there, by their own word or by the road they have left. */
  eta_at: number | null
  /** When they last said anything, and where they were when. */
  heard_at: number | null
  position_at: number | null
  lat: number | null
  lon: number | null
  /** When they were last seen to have moved. */
  moved_at: number | null
  /** Why it is no longer relied on, though it may still come. */
  overdue: Overdue | null
  /** The assignment that took its place. */
  replaced_by: string | null
}

/** `pending` runs; `met`: what it waited for happened; `fired`: it passed; `void`: no longer of interest. */
export type DeadlineStatus = 'pending' | 'met' | 'fired' | 'void'

export interface DeadlineTable {
  id: string
  incident_id: string
  assignment_id: string | null
  kind: DeadlineKind
  due_at: number
  reason: string | null
  status: DeadlineStatus
  written_at: number
  ended_at: number | null
}

export const NOTICE_KINDS = [
  'incident-opened',
  'assignment-offered',
  'assignment-expired',
  'assignment-recalled',
  'escalated',
  'attend',
  'pre-notice',
  'pre-alert',
  'check-call',
  'reminder',
  'report-due',
  'roster-gap',
] as const

export type NoticeKind = (typeof NOTICE_KINDS)[number]

/**
 * `pending`: nobody has taken it up. `sending`: its deliveries are on their way. `sent`: somebody was reached. `failed`:
 * nobody was. `skipped`: no channel is set up.
 */
export const NOTICE_STATUSES = ['pending', 'sending', 'sent', 'failed', 'skipped'] as const
export type NoticeStatus = (typeof NOTICE_STATUSES)[number]

export interface NoticeTable {
  id: string
  /** `null`: about no incident, such as a gap in a roster. */
  incident_id: string | null
  assignment_id: string | null
  kind: NoticeKind
  /** Organisation it goes to; `null` is the dispatch desk. */
  party: string | null
  /** Whom within the party, or of the centre; `null`: whoever answers there. */
  role: ContactRole | null
  /** Whose contacts of the centre are meant. */
  district: string | null
  payload_json: string
  status: NoticeStatus
  attempts: number
  next_attempt_at: number
  last_error: string | null
  created_at: number
  sent_at: number | null
}

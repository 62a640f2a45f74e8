/**
 * Every table and its columns, as the code sees them; the migrations make them and a test holds the two together.
 * Times are ms since 1970, switches 0 or 1, columns ending in `_json` hold JSON text.
 */
import type { Generated } from 'kysely'
import type { EquipmentKind, Profile } from '../model/equipment.js'
import type { FindingStage, Suppression } from '../model/finding.js'
import type {
  AssignmentStatus,
  DeadlineKind,
  IncidentClass,
  IncidentGroup,
  IncidentSource,
  IncidentStatus,
  OrganisationType,
  Outcome,
  Priority,
  RescueLevel,
  Role,
} from '../model/incident.js'
import type { AssignmentRole, Disposition, Via } from '../model/incident-view.js'
import type { MarkKind } from '../model/mark.js'
import type { RecordKind } from '../model/record.js'

/** A gateway speaks for the equipment bound to it, a device for itself. */
export type DeviceKind = 'device' | 'gateway'

export interface OrganisationTable {
  id: string
  name: string
  type: OrganisationType
  district: string | null
  lat: number | null
  lon: number | null
  created_at: number
}

export interface AccountTable {
  id: string
  username: string
  /** PHC string of argon2id. */
  password_hash: string
  role: Role
  organisation_id: string | null
  districts_json: string
  must_change_password: number
  disabled_at: number | null
  created_at: number
}

export interface SessionTable {
  /** SHA-256 of the token, hex. */
  token_hash: string
  account_id: string
  created_at: number
  expires_at: number
}

export interface EquipmentTable {
  id: string
  kind: EquipmentKind
  name: string
  rescue_code: string | null
  registration_code: string | null
  certificate_no: string | null
  district: string | null
  address: string | null
  lat: number | null
  lon: number | null
  maintainer_id: string | null
  use_unit_id: string | null
  profile: Profile
  attributes_json: string
  rescue_card_json: string | null
  provisional: number
  version: number
  /** What text filters look through, in lower case. */
  search: string
  /** When its facts were last written for the journal. */
  journaled_at: number
  created_at: number
  updated_at: number
}

/** The names of equipment and of gateways, so that no two have the same. */
export interface DeviceLoginTable {
  username: string
  kind: DeviceKind
  revoked: number
  /** Rises with every new secret. */
  version: number
  created_at: number
}

export interface DeviceSecretTable {
  username: string
  /** base64url of the HMAC of the secret's text. */
  hmac: string
  /** End of a rotation's overlap; null while it is the current one. */
  until: number | null
  created_at: number
}

export interface GatewayTable {
  username: string
  name: string
  organisation_id: string | null
  created_at: number
  updated_at: number
}

export interface GatewayEquipmentTable {
  username: string
  equipment_id: string
}

/** Unknown devices that ask to be admitted. */
export interface ClaimTable {
  username: string
  /** Of the secret that came first. */
  hmac: string
  /** Where it last came from. */
  address: string
  first_seen: number
  last_seen: number
  tries: number
  /** Another secret was presented under the same name. */
  contested: number
}

export interface OutboxTable {
  id: Generated<number>
  kind: RecordKind
  equipment: string
  payload: string
  written_at: number
}

export interface AuditTable {
  id: Generated<number>
  at: number
  actor: string
  actor_name: string
  action: string
  subject: string
  detail_json: string
  address: string
}

export interface IdempotencyTable {
  /** Whose key it is: a user id, or one and an incident. */
  owner: string
  key: string
  /** SHA-256 of the request, hex. */
  request_hash: string
  reply_json: string
  created_at: number
}

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
}

/** What people say is going on at an equipment, until when. */
export interface MarkTable {
  id: string
  equipment_id: string
  kind: MarkKind
  reason: string
  from_at: number
  until_at: number
  set_by: string
  set_by_name: string
  set_at: number
  ended_by_name: string | null
  ended_at: number | null
  /** When it was last written for the journal. */
  journaled_at: number
}

/** Findings that a test made, as measurements. */
export interface TestRecordTable {
  finding_id: string
  equipment_id: string
  mark_id: string | null
  pattern: string
  acted_at: number
  ended_at: number | null
  signal: string | null
  value: number | null
  fuel_off_ms: number | null
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
  attention_reason: string | null
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

export interface TimelineTable {
  incident_id: string
  seq: number
  at: number
  recorded_at: number
  actor: string
  actor_name: string
  on_behalf_of: string | null
  via: Via | null
  call_id: string | null
  kind: string
  assignment_id: string | null
  reason: string | null
  detail_json: string
  previous_hash: string
  hash: string
}

export const NOTICE_KINDS = [
  'incident-opened',
  'assignment-offered',
  'assignment-expired',
  'assignment-recalled',
  'escalated',
  'attend',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** `sent`: the receiver said 2xx. `failed`: given up. `skipped`: no channel is configured. */
export type NoticeStatus = 'pending' | 'sent' | 'failed' | 'skipped'

export interface NoticeTable {
  id: string
  incident_id: string
  assignment_id: string | null
  kind: NoticeKind
  /** Organisation it goes to; `null` is the dispatch desk. */
  party: string | null
  payload_json: string
  status: NoticeStatus
  attempts: number
  next_attempt_at: number
  last_error: string | null
  created_at: number
  sent_at: number | null
}

/** A signed seal over entries of all timelines (`record/checkpoint.ts`). */
export interface CheckpointTable {
  counter: number
  at: number
  count: number
  root: string
  previous_hash: string
  hash: string
  key_id: string
  signature: string
}

/** Which checkpoint seals an entry, and as which leaf. */
export interface SealTable extends UnsealedTable {
  counter: number
  leaf: number
}

/** Entries that wait for the next checkpoint. */
export interface UnsealedTable {
  incident_id: string
  seq: number
  entry_hash: string
}

export interface SchemaMigrationTable {
  id: number
  name: string
  applied_at: number
}

export interface Tables {
  organisation: OrganisationTable
  account: AccountTable
  session: SessionTable
  equipment: EquipmentTable
  device_login: DeviceLoginTable
  device_secret: DeviceSecretTable
  gateway: GatewayTable
  gateway_equipment: GatewayEquipmentTable
  claim: ClaimTable
  outbox: OutboxTable
  audit: AuditTable
  idempotency: IdempotencyTable
  finding: FindingTable
  mark: MarkTable
  test_record: TestRecordTable
  incident_day: IncidentDayTable
  incident: IncidentTable
  assignment: AssignmentTable
  deadline: DeadlineTable
  timeline: TimelineTable
  notice: NoticeTable
  checkpoint: CheckpointTable
  seal: SealTable
  unsealed: UnsealedTable
  schema_migration: SchemaMigrationTable
}

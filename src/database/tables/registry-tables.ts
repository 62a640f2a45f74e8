/** People and organisations, equipment, marks and tests on it, and what the service did for whom. */
import type { Generated } from 'kysely'
import type { EquipmentKind, Profile } from '../../model/equipment.js'
import type { OrganisationType, Role } from '../../model/incident.js'
import type { MarkKind } from '../../model/mark.js'
import type { RecordKind } from '../../model/record.js'

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
  /** Equipment with the same text here stands together. */
  site: string | null
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

/** The rule sets that were in force, each with what changed. Rows are only ever added. */
export interface RuleVersionTable {
  version: number
  author: string
  author_name: string
  reason: string
  at: number
  changes_json: string
  /** The whole set. */
  set_json: string
}

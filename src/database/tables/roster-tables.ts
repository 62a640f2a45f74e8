/** People of companies and stations, their certificates and leave, crews, shifts and handovers. */
import type { CertificateClass, ShiftKind } from '../../model/roster.js'

export interface MemberTable {
  id: string
  organisation_id: string
  name: string
  phone: string | null
  email: string | null
  user_id: string | null
  created_at: number
  ended_at: number | null
}

/** One that is withdrawn ends then; one that is renewed is followed by another. */
export interface CertificateTable {
  id: string
  member_id: string
  class: CertificateClass
  number: string
  valid_until: number
  created_at: number
}

/** Leave that is taken back ends then, which may be before it began. */
export interface LeaveTable {
  id: string
  member_id: string
  from_at: number
  until_at: number
  reason: string
  created_at: number
}

export interface CrewTable {
  id: string
  organisation_id: string
  name: string
  /** `null`: where its organisation is. */
  lat: number | null
  lon: number | null
  /** `null`: all. */
  districts_json: string | null
  kinds_json: string
  created_at: number
  ended_at: number | null
}

export interface CrewMemberTable {
  crew_id: string
  member_id: string
}

export interface ShiftTable {
  id: string
  crew_id: string
  kind: ShiftKind
  /** As planned. */
  from_at: number
  until_at: number
  /** From when and until when its people are responsible: what handover and cancelling move. */
  on_from: number
  on_until: number
  created_at: number
  /** When it was cancelled. */
  ended_at: number | null
}

export interface ShiftMemberTable {
  shift_id: string
  member_id: string
}

/** At most one for each shift. */
export interface HandoverTable {
  shift_id: string
  to_shift_id: string
  from_member_id: string
  to_member_id: string
  at: number
  note: string
  acknowledged_at: number | null
  acknowledged_by: string | null
}

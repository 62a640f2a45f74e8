/** Shapes of what the API answers, as far as screens read them. Times are ISO 8601; incidents are turned into ms at the door. */
import type { EquipmentAttributes, EquipmentKind } from '../../../src/model/equipment.js'
import type { OrganisationType, Role } from '../../../src/model/incident.js'
import type { IncidentSummary } from '../../../src/model/incident-view.js'
import type * as mark from '../../../src/model/mark.js'

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface User {
  id: string
  username: string
  role: Role
  organisationId: string | null
  districts: string[]
  /** A first log-in must choose a new password before anything else. */
  mustChangePassword: boolean
  disabled: boolean
}

export interface SessionReply {
  user: User
}

export interface Location {
  lat: number
  lon: number
}

export interface RescueCard {
  dutyRoom?: string
  safetyOfficer?: string
  companyPhone?: string
  carIntercom?: string
  building?: string
  unit?: string
  liftNo?: string
  entrance?: string
  machineRoom?: string
  keyPlace?: string
  brakeRelease?: string
  doorKey?: string
  notes?: string
  verifiedAt?: string
}

export interface Equipment {
  id: string
  kind: EquipmentKind
  name: string
  rescueCode: string | null
  registrationCode: string | null
  certificateNo: string | null
  district: string | null
  address: string | null
  site: string | null
  location: Location | null
  maintainerId: string | null
  useUnitId: string | null
  profile: string
  attributes: EquipmentAttributes
  /** Left out in lists: whom to call is told of one machine at a time. */
  rescueCard?: RescueCard | null
}

/** What a pattern could see: the boxes "observable / not observable and why". */
export interface Observability {
  pattern: string
  evaluated: number
  missing: string[]
}

export interface EquipmentState {
  id: string
  kind: EquipmentKind
  online: boolean
  lastMessageAt: string | null
  signals: Record<string, { value: number | boolean | string; at: string }>
  openIncidents: IncidentSummary[]
  /** `null` when it is not known now. */
  patterns: Observability[] | null
}

/** `[ms, value]` as stored, `[ms, value, min, max]` for a bucket. */
export type HistoryPoint = [ms: number, value: number | boolean | string, min?: number, max?: number]
export interface HistoryReply {
  signals: Record<string, HistoryPoint[]>
}

export interface StoredEvent {
  at: string
  code: number
  active: boolean
  key: string | null
}

export interface Organisation {
  id: string
  name: string
  type: OrganisationType
  district: string | null
}

export interface Mark extends Omit<mark.MarkView, 'from' | 'until' | 'setAt' | 'endedAt'> {
  from: string
  until: string
  setAt: string
  endedAt: string | null
}

export interface TestRecord extends Omit<mark.TestRecord, 'actedAt' | 'endedAt'> {
  actedAt: string
  endedAt: string | null
}

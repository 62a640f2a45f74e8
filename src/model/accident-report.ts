/**
 * The draft of an accident report: what the desk knows of an incident, as it stood when the draft was made. It is for
 * people to check, complete and hand in; the service sends it to nobody. Times are ms since 1970.
 */

import type { LikelyCause } from './causes.js'
import type { ContactRole } from './contact.js'
import type { EquipmentAttributes, EquipmentKind } from './equipment.js'
import type {
  AssignmentStatus,
  IncidentClass,
  IncidentSource,
  IncidentStatus,
  Outcome,
  Priority,
  RescueLevel,
} from './incident.js'
import type { AssignmentRole, CarReport, IncidentTimes, Overdue, Place } from './incident-view.js'
import type { Location } from './registry.js'

/** The plan's reminder asked for it, the time of the report came, or a person wanted it. */
export const REPORT_OCCASIONS = ['reminder', 'report-due', 'person'] as const
export type ReportOccasion = (typeof REPORT_OCCASIONS)[number]

/** What no draft may leave unsaid: each is there, or it is named as not known. */
export const REPORT_GAPS = [
  'equipment',
  'address',
  'registrationCode',
  'certificateNo',
  'useUnit',
  'maintainer',
  'people',
  'released',
  'cause',
  // The desk does not ask for these; only people on site can find them out.
  'casualties',
  'damage',
] as const
export type ReportGap = (typeof REPORT_GAPS)[number]

/** Somebody who was sent. */
export interface ReportMeasure {
  level: RescueLevel
  role: AssignmentRole
  partyName: string
  person: string | null
  status: AssignmentStatus
  overdue: Overdue | null
  offeredAt: number
  acceptedAt: number | null
  departedAt: number | null
  arrivedAt: number | null
  endedAt: number | null
  /** Why it ended. */
  reason: string | null
}

/** A notice to somebody beside the desk, and whether it reached them. */
export interface ReportNotice {
  at: number
  kind: string
  partyName: string | null
  role: ContactRole | null
  /** `null`: not known yet, or no channel is set up. */
  reached: boolean | null
}

export interface ReportFacts {
  class: IncidentClass
  pattern: string | null
  priority: Priority
  status: IncidentStatus
  outcome: Outcome | null
  source: IncidentSource
  times: IncidentTimes
  district: string | null
  address: string | null
  site: string | null
  place: Place | null
  location: Location | null
  equipment: {
    id: string
    kind: EquipmentKind
    name: string
    rescueCode: string | null
    registrationCode: string | null
    certificateNo: string | null
    attributes: EquipmentAttributes
  } | null
  useUnit: string | null
  maintainer: string | null
  people: number | null
  /** What callers said of those inside: keys of `vulnerable.ts`, or words. */
  vulnerable: string[]
  car: CarReport | null
  cause: string | null
  guessed: LikelyCause[]
  measures: ReportMeasure[]
  informed: ReportNotice[]
  unknown: ReportGap[]
}

/** One line of what happened; keys stay keys, for whoever writes it in a language. */
export interface ReportEvent {
  seq: number
  at: number
  recordedAt: number
  kind: string
  actor: string
  actorName: string
  onBehalfOf: string | null
  partyName: string | null
  reason: string | null
  note: string | null
}

export interface AccidentReport {
  incidentId: string
  number: string
  /** Counted for each incident from 1; `versions` is that of the newest. */
  version: number
  versions: number
  occasion: ReportOccasion
  madeAt: number
  madeBy: string
  /** An exercise. */
  drill: boolean
  facts: ReportFacts
  course: ReportEvent[]
  /** Lines of the middle that are not in `course`, where there are very many; the record has them all. */
  leftOut: number
}

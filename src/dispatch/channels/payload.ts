/** What a notice holds, as it was written with the move that caused it. */
import type { NoticeKind, NoticeTable } from '../../database/tables.js'
import type { IncidentClass, Priority } from '../../model/incident.js'
import type { Place } from '../../model/incident-view.js'
import type { Occasion } from './chain.js'

/** As far as it is shown to anybody; more may stand in it. */
export interface NoticePayload {
  incident?: {
    id: string
    number: string
    class: IncidentClass
    priority: Priority
    status: string
    people: number | null
    drill: boolean
    place: Place | null
  } | null
  equipment?: {
    id: string
    name: string
    rescueCode: string | null
    district: string | null
    address: string | null
    location: { lat: number; lon: number } | null
  } | null
  assignment?: {
    id: string
    level: number
    party: string | null
    partyName: string
    offeredAt: number
  } | null
  /** A stable key, or what a person said. */
  reason?: string | null
  /** Of the desk's notice that another one has reached nobody: which, and to whom it was. */
  unreached?: { kind: NoticeKind; to: string }
  /** The draft that was made with it, and its page. */
  accidentReport?: { version: number; page: string }
  /** Of a gap in a roster. ISO 8601. */
  organisationName?: string
  beginsAt?: string
  organisation?: object
  gap?: object
  certificate?: object
  handover?: object
}

/** Reason of the desk's notice that another one has reached nobody. */
export const UNREACHED = 'notice-undelivered'

export function payloadOf(notice: NoticeTable): NoticePayload {
  return JSON.parse(notice.payload_json)
}

export function occasionOf(notice: NoticeTable): Occasion & { priority: number } {
  const { incident } = payloadOf(notice)
  const priority = Number((incident?.priority ?? 'P3').slice(1))
  return { kind: notice.kind, urgent: priority <= 1, drill: incident?.drill ?? false, priority }
}

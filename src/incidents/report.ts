/** A phone call or a manual report becomes an incident, or joins the one that is open. */
import type { Tx } from '../database/database.js'
import type { IncidentClass, Priority } from '../model/incident.js'
import type { Caller, CarReport, Place } from '../model/incident-view.js'
import type { Viewer } from '../model/viewer.js'

/** Domain §1.3: how a report reaches the desk; `S01`… of Shanghai map onto these. */
export const CHANNELS = ['phone', 'transfer', 'button', 'app', 'duty-room', 'maintainer', 'other'] as const
export type Channel = (typeof CHANNELS)[number]

/** `POST /api/incidents`. One of `equipmentId`, `rescueCode`, `place` is needed. */
export interface IncidentReport {
  equipmentId?: string | undefined
  rescueCode?: string | undefined
  place?: Place | undefined
  /** `trapped` if left out. */
  class?: IncidentClass | undefined
  /** P1 for life safety, P2 otherwise, if left out. */
  priority?: Priority | undefined
  channel: Channel
  callId?: string | undefined
  callers?: Caller[] | undefined
  people?: number | undefined
  vulnerable?: string[] | undefined
  car?: CarReport | undefined
  note?: string | undefined
  /** ms since 1970 when it was reported; now if left out. */
  at?: number | undefined
  /** An exercise: quiet towards people outside. */
  drill?: boolean | undefined
}

/** Makes an equipment from a place, inside the transaction; returns its id. */
export type ProvisionalEquipment = (tx: Tx, place: Place, by: Viewer) => Promise<string>

/** What an action may carry (contract §5, `POST /api/incidents/:id/actions`). Times are ms since 1970. */

import type { Action, IncidentClass, Outcome, Priority, RescueLevel } from '../model/incident.js'
import type { CarReport, IncidentTimes, Place, Via } from '../model/incident-view.js'

export interface ActionRequest {
  action: Action
  /** The incident's version that the person saw; another one is INCIDENT_CHANGED. Left out: no check. */
  version?: number | undefined
  /** Needed where several assignments could be meant. */
  assignmentId?: string | undefined
  /** When it happened; now if left out. */
  at?: number | undefined
  /** Chosen by the client; the same key gets the same reply. */
  key?: string | undefined
  /** Whose act the desk writes down. */
  onBehalfOf?: string | undefined
  via?: Via | undefined
  callId?: string | undefined
  /** Needed for `false-alarm`, `reopen` and for a correction of times. */
  reason?: string | undefined
  note?: string | undefined
  /** `release`, `resolve`. */
  outcome?: Outcome | undefined
  cause?: string | undefined
  /** `update`, `release`: how many people, and who of them needs care. */
  people?: number | undefined
  vulnerable?: string[] | undefined
  car?: CarReport | undefined
  /** `update`: only ever more urgent. */
  priority?: Priority | undefined
  class?: IncidentClass | undefined
  /** `update`: corrected times, with a reason. */
  times?: Partial<IncidentTimes> | undefined
  /** `dispatch`: organisation id, or `119`. Left out, the planner chooses. */
  party?: string | undefined
  level?: RescueLevel | undefined
  /** `dispatch`, `accept`: who goes. */
  person?: string | undefined
  /** `dispatch`: all levels up to `level` at once. */
  together?: boolean | undefined
  /** `accept`, `depart`, `contact`: when they will be there, in minutes from then. */
  etaMinutes?: number | undefined
  /** `depart`, `contact`: where they are. */
  position?: { lat: number; lon: number } | undefined
  /** `contact`: whether they answered; true if left out. */
  answered?: boolean | undefined
  /** `handover`: user id; `transfer`: to whom, in words. */
  to?: string | undefined
  /** `merge`: the incident that goes on. */
  into?: string | undefined
  /** `locate`, `split`. */
  equipmentId?: string | undefined
  rescueCode?: string | undefined
  place?: Place | undefined
  /** `locate`: make an equipment of the place when nobody had registered it. */
  provisional?: boolean | undefined
}

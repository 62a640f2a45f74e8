/**
 * Step 4: findings and calls become incidents; people's actions move them. One rescue per equipment and group, none
 * lost: every change is one transaction with its timeline entry, and what follows from it (assignments, clocks,
 * notices) is written by the planner in the same transaction.
 */
import type { Database } from '../database/database.js'
import type { Finding } from '../model/finding.js'
import type { Incident, IncidentSummary, StoredFinding, TimelineEntry } from '../model/incident-view.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import type { ActionRequest } from './action-request.js'
import type { Planner } from './planner.js'
import type { FindingQuery, IncidentQuery } from './queries.js'
import type { IncidentReport, ProvisionalEquipment } from './report.js'

export interface Incidents {
  /**
   * Stores findings in the order given and raises or joins incidents, in one transaction for all. When it returns, the
   * database holds them: the rule worker's snapshot may follow. A repeated id and stage changes nothing.
   */
  receiveFindings(findings: readonly Finding[]): Promise<void>
  /**
   * A call or a manual report. Joins the open life-safety incident of the equipment (`joined`), else opens one.
   * `key` is the Idempotency-Key: the same key and body get the same reply, another body KEY_REUSED.
   */
  report(report: IncidentReport, by: Viewer, key?: string): Promise<{ incident: Incident; joined: boolean }>
  /**
   * One action of the contract's table. Throws ACTION_NOT_ALLOWED, INCIDENT_CHANGED (optimistic version),
   * ACTION_REASON_NEEDED, ASSIGNMENT_NEEDED, ASSIGNMENT_UNKNOWN, ROLE_FORBIDDEN, KEY_REUSED; then nothing has changed.
   */
  act(incidentId: string, request: ActionRequest, by: Viewer): Promise<Incident>
  /** Throws INCIDENT_UNKNOWN, also for what the viewer may not see. */
  get(incidentId: string, viewer: Viewer): Promise<Incident>
  /** Newest first. */
  list(query: IncidentQuery, viewer: Viewer): Promise<ListPage<IncidentSummary>>
  /** Oldest first, by `seq`. */
  timeline(incidentId: string, query: ListQuery, viewer: Viewer): Promise<ListPage<TimelineEntry>>
  /** Newest first; late and suppressed ones with their reason. */
  findings(query: FindingQuery, viewer: Viewer): Promise<ListPage<StoredFinding>>
  /** Open incidents of one equipment, for its state page. */
  openFor(equipmentId: string, viewer: Viewer): Promise<IncidentSummary[]>
  /**
   * For the live view: the summary and who may see it. `null` when there is no such incident.
   * `organisations` are the equipment's maintainer and use unit and every party of an assignment seen until now.
   */
  announcement(
    incidentId: string,
  ): Promise<{ summary: IncidentSummary; organisations: string[]; district: string | null } | null>
}

export interface IncidentsOptions {
  database: Database
  bus: Bus
  /** ms since 1970. */
  now: () => number
  /** A fresh unique id; `randomUUID`. */
  newId: () => string
  /** What follows from a move; `createPlanner` of dispatch. */
  planner: Planner
  /** Makes an equipment for a place that nobody had registered; from the registry. Without it `locate` binds known ones only. */
  createProvisional?: ProvisionalEquipment
}

export declare function createIncidents(options: IncidentsOptions): Incidents

/**
 * Step 4: findings and calls become incidents; people's actions move them. One rescue per equipment and group, none
 * lost: every change is one transaction with its timeline entry, and what follows from it (assignments, clocks,
 * notices) is written by the planner in the same transaction.
 */
import type { Database, Tx } from '../database/database.js'
import { once } from '../database/idempotency.js'
import type { AccidentReport } from '../model/accident-report.js'
import type { ShelvedSource, Sweep } from '../model/area.js'
import type { Finding } from '../model/finding.js'
import type { Incident, IncidentSummary, StoredFinding, TimelineEntry } from '../model/incident-view.js'
import type { TestRecord } from '../model/mark.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { readReport, renewReport } from './accident-report.js'
import type { ActionRequest } from './action-request.js'
import { performAction } from './actions.js'
import { type Announcement, readAnnouncement } from './announcement.js'
import { reviewIncidents } from './area-burst.js'
import { type AreaReception, holdAreas, mayTipArea, reviewSites } from './area-review.js'
import { type AreaSettings, DEFAULT_AREA_SETTINGS } from './area-settings.js'
import { type CauseFigures, readCauseFigures } from './cause-figures.js'
import { receiveFinding } from './findings.js'
import type { Planner } from './planner.js'
import {
  type FindingQuery,
  type IncidentQuery,
  type Look,
  listFindings,
  listIncidents,
  readIncident,
  readOpenFor,
  readTimeline,
  requireVisible,
} from './queries.js'
import { type IncidentReport, type ProvisionalEquipment, receiveReport } from './report.js'
import { listShelved, type ShelfQuery, unshelve } from './shelve-list.js'
import { DEFAULT_SHELVE_SETTINGS, type ShelveSettings } from './shelve-policy.js'
import { answerSweep, type SweepSaid } from './sweep-answer.js'
import { readSweep } from './sweep-list.js'
import { listTests } from './test-records.js'

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
  /** A draft of the accident report, the newest if no version is named. Throws INCIDENT_UNKNOWN, ACCIDENT_REPORT_NONE. */
  accidentReport(incidentId: string, viewer: Viewer, version?: number): Promise<AccidentReport>
  /** Drafts anew from what is known now; while nothing has changed, the newest stands. Throws INCIDENT_UNKNOWN. */
  renewAccidentReport(incidentId: string, by: Viewer): Promise<{ report: AccidentReport; made: boolean }>
  /** Newest first; late and suppressed ones with their reason. */
  findings(query: FindingQuery, viewer: Viewer): Promise<ListPage<StoredFinding>>
  /** Open incidents of one equipment, for its state page. */
  openFor(equipmentId: string, viewer: Viewer): Promise<IncidentSummary[]>
  /** What tests of one equipment showed, newest first. Throws EQUIPMENT_UNKNOWN. */
  tests(equipmentId: string, query: ListQuery, viewer: Viewer): Promise<ListPage<TestRecord>>
  /** How often the guess at the cause was right, of incidents opened in `from`…`to`, ms since 1970. */
  causeFigures(range: { from: number; to: number }, viewer: Viewer): Promise<CauseFigures>
  /** The lifts of an area event, the most pressing first. Throws INCIDENT_UNKNOWN, SWEEP_NONE. */
  sweep(incidentId: string, viewer: Viewer): Promise<Sweep>
  /**
   * A person's answer for one lift of it; "people inside" raises that lift's own rescue or joins it.
   * Throws as `sweep`, and ROLE_FORBIDDEN, SWEEP_LIFT_UNKNOWN, SWEEP_NOT_ALLOWED.
   */
  answerSweep(incidentId: string, equipmentId: string, said: SweepSaid, by: Viewer): Promise<Sweep>
  /** Chattering sources that are on the shelf now, of equipment that the viewer keeps or oversees. */
  shelved(query: ShelfQuery, viewer: Viewer): Promise<ListPage<ShelvedSource>>
  /** Takes a source off the shelf. Throws EQUIPMENT_UNKNOWN, ROLE_FORBIDDEN, SHELF_EMPTY. */
  unshelve(source: { equipmentId: string; pattern: string; reason: string }, by: Viewer): Promise<void>
  /** For the live view: the summary and who may see it. `null` when there is no such incident. */
  announcement(incidentId: string): Promise<Announcement | null>
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
  /** When many troubles are one area event, where it is not the default. */
  areas?: Partial<AreaSettings>
  /** When a source chatters, likewise. */
  shelving?: Partial<ShelveSettings>
  /** Makes an equipment for a place that nobody had registered; from the registry. Without it `locate` binds known ones only. */
  createProvisional?: ProvisionalEquipment
}

export function createIncidents(options: IncidentsOptions): Incidents {
  const { database, bus, planner, newId, now, createProvisional } = options
  const usualByHour = new Map<number, number>()
  const reception = (): AreaReception => ({
    ...{ bus, planner, newId, now: now(), usualByHour },
    areas: { ...DEFAULT_AREA_SETTINGS, ...options.areas },
    shelving: { ...DEFAULT_SHELVE_SETTINGS, ...options.shelving },
  })
  const look = (viewer: Viewer, tx?: Tx): Look => ({ db: tx?.db ?? database.db, viewer, now: now() })

  return {
    async receiveFindings(findings) {
      if (findings.length === 0) return
      await database.transaction(async (tx) => {
        const areas = findings.some(mayTipArea)
        if (areas) await holdAreas(tx)
        for (const finding of findings) await receiveFinding(tx, finding, reception())
        if (!areas) return
        await reviewSites(tx, findings, reception())
        await reviewIncidents(tx, reception())
      })
    },

    report(report, by, key) {
      return database.transaction((tx) =>
        once({
          tx,
          owner: by.userId,
          key,
          request: ['incident', report],
          now: now(),
          work: async () => {
            await holdAreas(tx)
            const { file, joined } = await receiveReport(tx, report, { bus, planner, newId, now: now(), by })
            await reviewIncidents(tx, reception())
            return { incident: await readIncident(look(by, tx), file.incident.id), joined }
          },
        }),
      )
    },

    act(incidentId, { key, ...request }, by) {
      return database.transaction(async (tx) => {
        await requireVisible(look(by, tx), incidentId)
        return once({
          tx,
          owner: `${by.userId} ${incidentId}`,
          key,
          request,
          now: now(),
          work: async () => {
            await performAction(tx, incidentId, request, {
              bus,
              planner,
              newId,
              now: now(),
              by,
              createProvisional,
            })
            return readIncident(look(by, tx), incidentId)
          },
        })
      })
    },

    get: (incidentId, viewer) => readIncident(look(viewer), incidentId),
    list: (query, viewer) => listIncidents(look(viewer), query),
    timeline: (incidentId, query, viewer) => readTimeline(look(viewer), incidentId, query),
    accidentReport: (incidentId, viewer, version) => readReport(look(viewer), incidentId, version),
    renewAccidentReport: (incidentId, by) =>
      database.transaction(async (tx) => {
        const { version, made } = await renewReport(tx, incidentId, { bus, by, now: now() })
        return { report: await readReport(look(by, tx), incidentId, version), made }
      }),
    findings: (query, viewer) => listFindings(look(viewer), query),
    tests: (equipmentId, query, viewer) => listTests(look(viewer), equipmentId, query),
    causeFigures: (range, viewer) => readCauseFigures(look(viewer), range),
    openFor: (equipmentId, viewer) => readOpenFor(look(viewer), equipmentId),
    sweep: (incidentId, viewer) => readSweep(look(viewer), incidentId),
    answerSweep(incidentId, equipmentId, said, by) {
      return database.transaction(async (tx) => {
        await requireVisible(look(by, tx), incidentId)
        await answerSweep(tx, { incidentId, equipmentId, said, by }, reception())
        return await readSweep(look(by, tx), incidentId)
      })
    },
    shelved: (query, viewer) => listShelved(look(viewer), query),
    unshelve: (source, by) => database.transaction((tx) => unshelve(tx, { ...source, by, now: now() })),
    announcement: (incidentId) => readAnnouncement(look(DESK), incidentId),
  }
}

/** The live view asks for everybody and sorts out who may see what. */
const DESK: Viewer = {
  userId: 'system',
  username: 'system',
  role: 'dispatcher',
  organisationId: null,
  districts: [],
}

/** A phone call or a manual report becomes an incident, or joins the one that is open for that equipment. */
import type { Tx } from '../database/database.js'
import { visibleEquipment } from '../database/scope.js'
import { TesheError } from '../errors.js'
import {
  groupOf,
  type IncidentClass,
  type IncidentGroup,
  type IncidentSource,
  PRIORITIES,
  type Priority,
  type Role,
  SAID_CLASSES,
} from '../model/incident.js'
import type { Caller, CarReport, Place } from '../model/incident-view.js'
import type { Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { saveAndAnnounce } from './announce.js'
import { type CaseFile, enter, readCase } from './case-file.js'
import { joinIncident, type Relation, relationOf } from './correlate.js'
import { isFresh, type Moment, momentOf } from './moment.js'
import { openCase } from './open-case.js'
import { besideRescue, isAnother } from './paper.js'
import type { Planner } from './planner.js'
import { endTaken, takeOver } from './take-over.js'

/** How a report reaches the desk. */
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

const MAY_REPORT: readonly Role[] = [
  'admin',
  'dispatcher',
  'maintainer',
  'technician',
  'use-unit',
  'operator',
]

/** Classes that a call may name without being a rescue. */
const TRAPPING: readonly IncidentClass[] = ['trapped', 'movement', 'door', 'speed']

export interface ReportOptions {
  bus: Bus
  planner: Planner
  newId: () => string
  /** ms since 1970. */
  now: number
  by: Viewer
}

export async function receiveReport(
  tx: Tx,
  report: IncidentReport,
  options: ReportOptions,
): Promise<{ file: CaseFile; joined: boolean }> {
  requireReport(report, options)
  const { bus, planner, now, by } = options
  const moment = momentOf(by, now, { at: report.at, via: 'phone', callId: report.callId })
  const equipmentId = await equipmentOfReport(tx, report, by, now)
  const incidentClass = report.class ?? 'trapped'
  const priority = report.priority ?? (TRAPPING.includes(incidentClass) ? 'P1' : 'P2')
  const { relation, group } =
    equipmentId === null ? NOWHERE : await whereItBelongs(tx, equipmentId, incidentClass, priority, moment)
  if (relation?.kind === 'open') {
    const file = await readCase(tx, relation.incidentId)
    join(file, report, incidentClass, priority, moment)
    await planner.follow(tx, file, { kind: 'joined' }, moment)
    await saveAndAnnounce(tx, bus, file, now)
    return { file, joined: true }
  }
  if (relation?.kind === 'just-released') {
    const file = await readCase(tx, relation.incidentId)
    join(file, report, incidentClass, priority, moment)
    file.incident.reopen_offered = 1
    enter(file, moment, { kind: 'reopen-offered', detail: { channel: report.channel } })
    await planner.follow(tx, file, { kind: 'reopen-offered' }, moment)
    await saveAndAnnounce(tx, bus, file, now)
    return { file, joined: true }
  }
  const file = await openCase(
    tx,
    {
      id: options.newId(),
      equipmentId,
      place: report.place ?? null,
      parentId: null,
      class: incidentClass,
      ...(group && { group }),
      priority,
      pattern: null,
      source: sourceOf(report),
      reportedAt: moment.at,
      evidence: [{ key: 'reported', witness: 'person', at: moment.at }],
      callers: callersOf(report, moment),
      people: report.people ?? null,
      vulnerable: report.vulnerable ?? [],
      car: report.car ?? null,
      conditionActive: false,
      detail: { channel: report.channel },
      note: report.note ?? null,
    },
    moment,
  )
  const ordered = ordersAtOnce(file, moment)
  await planner.follow(tx, file, { kind: 'opened', orders: ordered }, moment)
  if (ordered) await planner.follow(tx, file, { kind: 'ordered' }, moment)
  const taken = await takeOver(tx, file, moment, planner)
  await saveAndAnnounce(tx, bus, file, now)
  await endTaken(tx, file, taken, options)
  return { file, joined: false }
}

/** A person says that people are inside: somebody is sent without asking. */
function ordersAtOnce({ incident, equipment }: CaseFile, moment: Moment): boolean {
  return equipment !== null && incident.class === 'trapped' && isFresh(moment)
}

function requireReport(report: IncidentReport, { by, now }: ReportOptions): void {
  if (!MAY_REPORT.includes(by.role)) throw new TesheError('ROLE_FORBIDDEN', [by.role, 'report incidents'])
  const faults: { field: string; message: string }[] = []
  if (!report.equipmentId && !report.rescueCode && !report.place?.text?.trim())
    faults.push({ field: 'equipmentId', message: 'or rescueCode or place.text is needed' })
  if (report.class !== undefined && !SAID_CLASSES.includes(report.class))
    faults.push({ field: 'class', message: `must be one of ${SAID_CLASSES.join(', ')}` })
  if (report.priority !== undefined && !PRIORITIES.includes(report.priority))
    faults.push({ field: 'priority', message: `must be one of ${PRIORITIES.join(', ')}` })
  if (report.people !== undefined && !(Number.isInteger(report.people) && report.people >= 0))
    faults.push({ field: 'people', message: 'must be a whole number, 0 or more' })
  if (report.at !== undefined && !(report.at <= now + MAX_AHEAD_MS))
    faults.push({ field: 'at', message: 'must not be in the future' })
  if (faults.length > 0) {
    const sentence = faults.map((fault) => `${fault.field} ${fault.message}`).join('; ')
    throw new TesheError('REQUEST_INVALID', [sentence], { fields: faults })
  }
}

/** Clocks of phones and desks differ by this much at most. */
export const MAX_AHEAD_MS = 60_000

/** Throws EQUIPMENT_UNKNOWN, CODE_UNKNOWN: a caller's word for a place never makes up an equipment. */
async function equipmentOfReport(
  tx: Tx,
  report: IncidentReport,
  by: Viewer,
  now: number,
): Promise<string | null> {
  if (report.equipmentId) return await requireEquipment(tx, { id: report.equipmentId, by, now })
  if (report.rescueCode) return await requireEquipment(tx, { rescueCode: report.rescueCode, by, now })
  return null
}

/** The id of an equipment that the viewer may see. Throws EQUIPMENT_UNKNOWN, CODE_UNKNOWN. */
export async function requireEquipment(
  tx: Tx,
  wanted: { id?: string; rescueCode?: string; by: Viewer; now: number },
): Promise<string> {
  const { id, rescueCode, by, now } = wanted
  const row = await tx.db
    .selectFrom('equipment')
    .select('id')
    .where((eb) => visibleEquipment(eb, by, now))
    .where((eb) => (id === undefined ? eb('rescue_code', '=', rescueCode ?? '') : eb('id', '=', id)))
    .executeTakeFirst()
  if (row) return row.id
  throw id === undefined
    ? new TesheError('CODE_UNKNOWN', [rescueCode ?? ''])
    : new TesheError('EQUIPMENT_UNKNOWN', [id])
}

interface Belonging {
  relation: Relation
  /** Where it opens, unless its class and priority say it. */
  group: IncidentGroup | null
}
const NOWHERE: Belonging = { relation: null, group: null }

/** A call joins the rescue of its equipment whatever it is about; otherwise the incident of its own group. */
async function whereItBelongs(
  tx: Tx,
  equipmentId: string,
  incidentClass: IncidentClass,
  priority: Priority,
  moment: Moment,
): Promise<Belonging> {
  const { now } = moment
  const found = await relationOf(tx, { equipmentId, group: 'life-safety', now })
  const another = found !== null && (await isAnother(tx, found, moment))
  const rescue = another ? null : found
  if (rescue?.kind === 'open') return { relation: rescue, group: null }
  const group = groupOf(incidentClass, priority)
  if (group !== 'life-safety')
    return { relation: await relationOf(tx, { equipmentId, group, now }), group: null }
  if (another && found.kind === 'open') return await besideRescue(tx, equipmentId, incidentClass, moment)
  return { relation: rescue, group: null }
}

function join(
  file: CaseFile,
  report: IncidentReport,
  incidentClass: IncidentClass,
  priority: Priority,
  moment: Moment,
): void {
  const { incident } = file
  joinIncident(incident, {
    priority,
    class: incidentClass,
    pattern: null,
    evidence: [{ key: 'reported', witness: 'person', at: moment.at }],
    callers: callersOf(report, moment),
    people: report.people ?? null,
  })
  if (report.vulnerable?.length)
    incident.vulnerable_json = JSON.stringify([
      ...new Set([...JSON.parse(incident.vulnerable_json), ...report.vulnerable]),
    ])
  if (report.car)
    incident.car_json = JSON.stringify({ ...JSON.parse(incident.car_json ?? '{}'), ...report.car })
  enter(file, moment, {
    kind: 'report-joined',
    reason: report.note ?? null,
    detail: { channel: report.channel, class: incidentClass, priority, people: report.people ?? null },
  })
}

function callersOf(report: IncidentReport, moment: Moment): Caller[] {
  const callers = report.callers ?? (report.callId ? [{ callId: report.callId }] : [])
  return callers.map((caller) => ({
    ...(report.callId ? { callId: report.callId } : {}),
    ...caller,
    at: caller.at ?? moment.at,
  }))
}

function sourceOf(report: IncidentReport): IncidentSource {
  if (report.drill) return 'drill'
  switch (report.channel) {
    case 'button':
      return 'button'
    case 'phone':
    case 'transfer':
      return 'call'
    case 'app':
    case 'duty-room':
    case 'maintainer':
    case 'other':
      return 'manual'
  }
}

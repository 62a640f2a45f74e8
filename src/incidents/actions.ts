/**
 * Performs one action of the contract's table in one transaction: permitted, allowed by the state, applied, entered in
 * the timeline, and followed by what the planner makes of it. If anything of that fails, nothing has changed.
 */
import type { Tx } from '../database/database.js'
import type { AssignmentTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { Action } from '../model/incident.js'
import type { Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { applyAction } from './action-effects.js'
import type { ActionRequest } from './action-request.js'
import { saveAndAnnounce } from './announce.js'
import { type AssignmentMove, afterMove, isActive } from './assignment-moves.js'
import { type CaseFile, enter, readCase } from './case-file.js'
import { refuseSecond } from './correlate.js'
import { earliest } from './end-assignments.js'
import { isOpen, resultOf } from './lifecycle.js'
import { type Moment, momentOf } from './moment.js'
import { actsForDesk, requirePermission } from './permissions.js'
import type { Planner } from './planner.js'
import { locate, merge, split } from './regroup.js'
import { MAX_AHEAD_MS, type ProvisionalEquipment } from './report.js'
import { refuseUnswept, sweepByRescue } from './sweep-end.js'

export interface ActionOptions {
  bus: Bus
  planner: Planner
  newId: () => string
  /** ms since 1970. */
  now: number
  by: Viewer
  createProvisional?: ProvisionalEquipment | undefined
}

/** Phones' clocks may be this much behind ours; earlier than that is a mistake worth telling. */
const MAX_BEHIND_MS = 2 * 60_000

const NEEDS_REASON: readonly Action[] = ['false-alarm', 'reopen']

export async function performAction(
  tx: Tx,
  incidentId: string,
  request: ActionRequest,
  options: ActionOptions,
): Promise<CaseFile> {
  const { by, now, planner } = options
  requirePermission(by, request.action)
  const file = await readCase(tx, incidentId)
  const { incident } = file
  if (request.version !== undefined && request.version !== incident.version)
    throw new TesheError('INCIDENT_CHANGED', [incident.number, incident.version, request.version])
  const result = resultOf(incident.status, request.action, { nobodyInside: nobodyInside(file, request) })
  if (result === null) throw new TesheError('ACTION_NOT_ALLOWED', [request.action, incident.status])
  await refuseUnswept(tx, file, request)
  const correction = request.times !== undefined
  if ((NEEDS_REASON.includes(request.action) || correction) && !request.reason?.trim())
    throw new TesheError('ACTION_REASON_NEEDED', [request.action])
  const assignment = assignmentOf(file, request, by)
  const moment = momentOf(by, now, { ...request, at: timeOf(file, request, assignment, now) })

  const before = file.entries.length
  const detail = applyAction({ file, request, moment, assignment })
  const regrouped = await regroup(tx, file, request, moment, options)
  enter(file, moment, {
    kind: request.action,
    assignmentId: assignment?.id ?? null,
    reason: request.reason ?? null,
    detail: { ...detail, ...regrouped, ...(request.note === undefined ? {} : { note: request.note }) },
  })
  // The act itself stands before what it led to.
  file.entries.splice(before, 0, ...file.entries.splice(-1))
  await refuseSecondOfGroup(tx, file, now)
  const { party, level, person, together } = request
  const wish = { party, level, person, together }
  await planner.follow(tx, file, { kind: 'action', action: request.action, assignment, wish }, moment)
  keepFirstOrder(file)
  await saveAndAnnounce(tx, options.bus, file, now)
  await sweepByRescue(tx, file, request.action, moment, options.bus)
  return file
}

/** An order may be written down after one that was given later. */
function keepFirstOrder({ incident, assignments, asRead }: CaseFile): void {
  for (const { id, offered_at } of assignments)
    if (!asRead.has(id)) incident.dispatched_at = earliest(incident.dispatched_at, offered_at)
}

/** Nobody to free: no life-safety incident, or somebody said that it is empty. */
function nobodyInside({ incident }: CaseFile, request: ActionRequest): boolean {
  return (
    incident.group_key !== 'life-safety' ||
    incident.people === 0 ||
    request.outcome === 'nobody-inside' ||
    request.outcome === 'not-a-trap'
  )
}

/** The assignment that is meant. Throws ASSIGNMENT_UNKNOWN, ASSIGNMENT_NEEDED, ACTION_NOT_ALLOWED, ROLE_FORBIDDEN. */
function assignmentOf(file: CaseFile, request: ActionRequest, by: Viewer): AssignmentTable | null {
  const move = assignmentMoveOf(request.action)
  if (move === null) return null
  const { incident, assignments } = file
  if (request.assignmentId !== undefined) {
    const named = assignments.find((one) => one.id === request.assignmentId)
    if (!named) throw new TesheError('ASSIGNMENT_UNKNOWN', [incident.number, request.assignmentId])
    if (!mayMove(named, by)) throw new TesheError('ROLE_FORBIDDEN', [by.role, `${move} for another party`])
    return named
  }
  const active = assignments.filter((one) => isActive(one.status) && mayMove(one, by))
  const fitting = active.filter((one) => move === 'contact' || afterMove(one.status, move) !== null)
  // One house may have been asked for several of its people: whoever answers, answers the newest.
  const parties = new Set(fitting.map((one) => one.party ?? one.id))
  if (parties.size > 1 && move !== 'contact') throw new TesheError('ASSIGNMENT_NEEDED', [request.action])
  const only = parties.size > 1 ? undefined : fitting.at(-1)
  // Word from or to somebody who was not sent is worth a line as well.
  if (!only && move === 'contact') return null
  if (!only) throw new TesheError('ACTION_NOT_ALLOWED', [request.action, stateOf(file, active)])
  return only
}

function stateOf({ incident }: CaseFile, active: readonly AssignmentTable[]): string {
  const [first] = active
  return first
    ? `${incident.status}, the assignment ${first.status}`
    : `${incident.status}, without assignment`
}

function assignmentMoveOf(action: Action): AssignmentMove | 'contact' | null {
  switch (action) {
    case 'contact':
    case 'accept':
    case 'decline':
    case 'depart':
    case 'arrive':
    case 'recall':
      return action
    default:
      return null
  }
}

function mayMove(assignment: AssignmentTable, by: Viewer): boolean {
  return actsForDesk(by) || (assignment.party !== null && assignment.party === by.organisationId)
}

/** When it happened: never ahead of us, never before what it follows from. Throws REQUEST_INVALID. */
function timeOf(
  { incident }: CaseFile,
  request: ActionRequest,
  assignment: AssignmentTable | null,
  now: number,
): number {
  const { at } = request
  if (at === undefined) return now
  if (!Number.isFinite(at) || at > now + MAX_AHEAD_MS) throw invalidTime('must not be in the future')
  const floor = Math.max(
    incident.reported_at,
    assignment?.offered_at ?? 0,
    assignment?.accepted_at ?? 0,
    assignment?.departed_at ?? 0,
  )
  if (at < floor - MAX_BEHIND_MS)
    throw invalidTime(`must not be before ${new Date(floor).toISOString()}, which it follows from`)
  return Math.min(Math.max(at, floor), now)
}

function invalidTime(message: string): TesheError {
  return new TesheError('REQUEST_INVALID', [`at ${message}`], { fields: [{ field: 'at', message }] })
}

/** The actions that reach beyond one file. */
async function regroup(
  tx: Tx,
  file: CaseFile,
  request: ActionRequest,
  moment: Moment,
  options: ActionOptions,
): Promise<Record<string, unknown>> {
  switch (request.action) {
    case 'locate':
      return await locate(tx, file, request, options)
    case 'merge':
      return await merge(tx, file, request, moment, options)
    case 'split':
      return await split(tx, file, request, moment, options)
    default:
      return {}
  }
}

/** Reopening, locating or raising must not make a second open incident of the group. */
async function refuseSecondOfGroup(tx: Tx, { incident }: CaseFile, now: number): Promise<void> {
  const { id, equipment_id, group_key, status } = incident
  if (equipment_id === null || !isOpen(status)) return
  await refuseSecond(tx, { equipmentId: equipment_id, group: group_key, now, except: id })
}

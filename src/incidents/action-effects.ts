/** What each action changes on the file, once it is known to be allowed. Pure but for the file it is given. */
import type { AssignmentTable, IncidentTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { LikelyCause } from '../model/causes.js'
import { groupOf, higherPriority, type Outcome } from '../model/incident.js'
import { type AssignmentRole, type IncidentTimes, isRescuer } from '../model/incident-view.js'
import type { ActionRequest } from './action-request.js'
import type { CaseFile } from './case-file.js'
import { endAssignments, moveAssignment } from './end-assignments.js'
import { heardOf } from './heard.js'
import type { Moment } from './moment.js'

export interface Effect {
  file: CaseFile
  request: ActionRequest
  moment: Moment
  /** The assignment that `accept`, `decline`, `depart`, `arrive`, `recall` are about; for `contact` the one that was heard. */
  assignment: AssignmentTable | null
}

/** Returns what the timeline says of it beyond the request. `dispatch`, `locate`, `merge`, `split` have theirs elsewhere. */
export function applyAction(effect: Effect): Record<string, unknown> {
  const { file, request, moment, assignment } = effect
  const { incident } = file
  switch (request.action) {
    case 'confirm':
      incident.status = 'confirmed'
      return peopleOf(incident, request)
    case 'accept':
    case 'decline':
    case 'depart':
    case 'arrive':
    case 'recall':
      if (assignment) {
        if (request.person !== undefined) assignment.person = request.person
        moveAssignment(file, assignment, request.action, { at: moment.at, reason: request.reason ?? null })
      }
      return { ...partyOf(assignment), ...heardOf(effect) }
    case 'release':
      incident.released_at = moment.at
      incident.outcome = request.outcome ?? outcomeByAssignments(file)
      incident.status = 'released'
      endAssignments(file, moment, 'released')
      return { ...peopleOf(incident, request), outcome: incident.outcome }
    case 'resolve':
      incident.outcome = request.outcome ?? incident.outcome ?? 'fixed'
      incident.cause = request.cause ?? incident.cause
      incident.resolved_at = moment.at
      incident.status = 'resolved'
      endAssignments(file, moment, 'resolved')
      return { outcome: incident.outcome, ...causeOf(incident) }
    case 'review':
      incident.reviewed_at = moment.at
      incident.cause = request.cause ?? incident.cause
      return causeOf(incident)
    case 'close':
      incident.closed_at = moment.at
      incident.status = 'closed'
      return { conditionActive: incident.condition_active === 1 }
    case 'false-alarm':
      incident.outcome = 'false-alarm'
      incident.status = 'false-alarm'
      endAssignments(file, moment, 'false-alarm')
      return {}
    case 'reopen':
      incident.status = 'open'
      incident.outcome = null
      incident.reopen_offered = 0
      for (const time of ['released_at', 'resolved_at', 'reviewed_at', 'closed_at'] as const)
        incident[time] = null
      return {}
    case 'take':
      incident.taken_by = moment.actor
      return {}
    case 'handover':
      incident.taken_by = requireField(request.to, 'to')
      return { to: incident.taken_by }
    case 'update':
      return update(incident, request)
    case 'transfer':
      return { to: requireField(request.to, 'to') }
    case 'contact':
      return assignment ? { ...partyOf(assignment), ...heardOf(effect) } : {}
    case 'callback':
    case 'note':
      return {}
    case 'dispatch':
    case 'locate':
    case 'merge':
    case 'split':
      return {}
  }
}

function partyOf(assignment: AssignmentTable | null): Record<string, unknown> {
  return { party: assignment?.party ?? null, partyName: assignment?.party_name ?? null }
}

/** What a person says, beside what the rules guessed. */
function causeOf({ cause, causes_json: json }: IncidentTable): Record<string, unknown> {
  const [guess] = JSON.parse(json) as LikelyCause[]
  return { cause, ...(guess ? { guessedCause: guess.cause } : {}) }
}

function peopleOf(incident: IncidentTable, request: ActionRequest): Record<string, unknown> {
  if (request.people === undefined) return {}
  incident.people = request.people
  return { people: request.people }
}

const OF_THE_HOUSE: readonly AssignmentRole[] = [
  'use-unit',
  'operator',
  'safety-officer',
  'safety-director',
  'principal',
]

/** Who freed them, when nobody says: whoever was there, of the lowest level. */
function outcomeByAssignments(file: CaseFile): Outcome | null {
  const arrived = file.assignments.filter((one) => one.status === 'arrived' && isRescuer(one.role))
  if (arrived.some((one) => OF_THE_HOUSE.includes(one.role))) return 'freed-by-use-unit'
  const levels = arrived.map((one) => one.level)
  if (levels.includes(1)) return 'freed-by-level-1'
  if (levels.includes(2)) return 'freed-by-level-2'
  return levels.includes(3) ? 'freed-by-fire' : null
}

function update(incident: IncidentTable, request: ActionRequest): Record<string, unknown> {
  const changes: Record<string, unknown> = peopleOf(incident, request)
  if (request.vulnerable !== undefined) {
    incident.vulnerable_json = JSON.stringify(request.vulnerable)
    changes.vulnerable = request.vulnerable
  }
  if (request.car !== undefined) {
    incident.car_json = JSON.stringify({ ...JSON.parse(incident.car_json ?? '{}'), ...request.car })
    changes.car = request.car
  }
  if (request.cause !== undefined) {
    incident.cause = request.cause
    changes.cause = request.cause
  }
  if (request.class !== undefined && request.class !== incident.class) {
    changes.class = [incident.class, request.class]
    incident.class = request.class
  }
  if (request.priority !== undefined) {
    if (higherPriority(incident.priority, request.priority) !== request.priority)
      throw new TesheError('REQUEST_INVALID', ['priority only rises'], {
        fields: [{ field: 'priority', message: `must be ${incident.priority} or more urgent` }],
      })
    changes.priority = [incident.priority, request.priority]
    incident.priority = request.priority
  }
  // A rescue stays one: what was life safety is not moved out of its group by a better word for it.
  const regrouped = changes.class !== undefined || changes.priority !== undefined
  if (regrouped && incident.group_key !== 'life-safety')
    incident.group_key = groupOf(incident.class, incident.priority)
  if (request.times !== undefined) changes.times = correctTimes(incident, request.times)
  return changes
}

const TIME_COLUMNS = {
  reportedAt: 'reported_at',
  dispatchedAt: 'dispatched_at',
  acceptedAt: 'accepted_at',
  departedAt: 'departed_at',
  arrivedAt: 'arrived_at',
  releasedAt: 'released_at',
  resolvedAt: 'resolved_at',
  reviewedAt: 'reviewed_at',
  closedAt: 'closed_at',
} as const satisfies Record<keyof IncidentTimes, keyof IncidentTable>

/** Old and new stay in the timeline. Throws REQUEST_INVALID when the corrected times would not follow each other. */
function correctTimes(incident: IncidentTable, times: Partial<IncidentTimes>): Record<string, unknown> {
  const changes: Record<string, unknown> = {}
  for (const [name, column] of Object.entries(TIME_COLUMNS) as [
    keyof IncidentTimes,
    (typeof TIME_COLUMNS)[keyof IncidentTimes],
  ][]) {
    const value = times[name]
    if (value === undefined || (value === null && column === 'reported_at')) continue
    changes[name] = [incident[column], value]
    if (column === 'reported_at') incident[column] = value ?? incident[column]
    else incident[column] = value
  }
  const order = ['reported_at', 'dispatched_at', 'accepted_at', 'departed_at', 'arrived_at'] as const
  const known = order.map((column) => incident[column]).filter((value) => value !== null)
  if (known.some((value, i) => i > 0 && value < (known[i - 1] ?? 0)))
    throw new TesheError('REQUEST_INVALID', ['the corrected times do not follow each other'])
  return changes
}

/** Throws REQUEST_INVALID. */
export function requireField(value: string | undefined, field: string): string {
  if (value !== undefined && value.trim() !== '') return value
  throw new TesheError('REQUEST_INVALID', [`${field} is needed`], {
    fields: [{ field, message: 'is needed for this action' }],
  })
}

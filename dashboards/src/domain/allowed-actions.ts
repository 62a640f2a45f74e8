/**
 * What may be done to an incident from where it stands: the action table of the contract as the screens see it.
 * The service decides; this table names the assignment a button speaks of, its key, and what it must ask first.
 */
import type { Action, AssignmentStatus, IncidentStatus, Role } from '../../../src/model/incident.js'

const BEFORE_RELEASED: readonly IncidentStatus[] = ['open', 'confirmed', 'dispatched', 'accepted', 'on-site']
const WITH_ASSIGNMENTS: readonly IncidentStatus[] = ['dispatched', 'accepted', 'on-site']

/** States from which an action may start; actions that hang on an assignment also need one in `ASSIGNMENT_STATES`. */
const STATES: Partial<Record<Action, readonly IncidentStatus[]>> = {
  confirm: ['open'],
  dispatch: BEFORE_RELEASED,
  accept: WITH_ASSIGNMENTS,
  decline: WITH_ASSIGNMENTS,
  depart: WITH_ASSIGNMENTS,
  arrive: WITH_ASSIGNMENTS,
  recall: WITH_ASSIGNMENTS,
  release: BEFORE_RELEASED,
  'false-alarm': BEFORE_RELEASED,
  review: ['resolved'],
  close: ['resolved', 'false-alarm'],
  reopen: ['released', 'resolved', 'closed'],
  take: [...BEFORE_RELEASED, 'released', 'resolved', 'false-alarm'],
}

const ASSIGNMENT_STATES: Partial<Record<Action, readonly AssignmentStatus[]>> = {
  accept: ['offered'],
  decline: ['offered', 'accepted'],
  depart: ['accepted'],
  arrive: ['accepted', 'departed'],
  recall: ['offered', 'accepted', 'departed'],
}

/** The buttons of this product, in the order in which a rescue goes. */
export const BUTTONS = [
  'confirm',
  'dispatch',
  'accept',
  'decline',
  'depart',
  'arrive',
  'release',
  'resolve',
  'review',
  'close',
  'false-alarm',
  'reopen',
  'take',
  'recall',
  'note',
] as const satisfies readonly Action[]
export type ButtonAction = (typeof BUTTONS)[number]

/** The letter that presses the button; each stands on it. */
export const KEY_OF: Record<ButtonAction, string> = {
  confirm: 'V',
  dispatch: 'D',
  accept: 'A',
  decline: 'X',
  depart: 'G',
  arrive: 'R',
  release: 'L',
  resolve: 'S',
  review: 'W',
  close: 'E',
  'false-alarm': 'F',
  reopen: 'O',
  take: 'T',
  recall: 'B',
  note: 'N',
}

/** What an action asks before it is sent; an action without an entry goes at once. */
export const ASKS: Partial<
  Record<ButtonAction, readonly ('party' | 'outcome' | 'people' | 'cause' | 'reason' | 'note')[]>
> = {
  dispatch: ['party', 'note'],
  decline: ['reason'],
  release: ['outcome', 'people', 'note'],
  resolve: ['outcome', 'cause', 'note'],
  review: ['cause', 'note'],
  close: ['note'],
  'false-alarm': ['reason'],
  reopen: ['reason'],
  recall: ['reason'],
  note: ['note'],
}

export interface Standing {
  status: IncidentStatus
  /** Somebody is, or may be, inside; then `resolve` must wait for `release`. */
  someoneInside: boolean
  assignments: readonly { id: string; status: AssignmentStatus }[]
}

/** The assignments an action could speak of, oldest first; empty for actions that need none. */
export function assignmentsFor(action: Action, standing: Standing): string[] {
  const states = ASSIGNMENT_STATES[action]
  if (!states) return []
  return standing.assignments.filter((one) => states.includes(one.status)).map((one) => one.id)
}

const CREW: readonly Action[] = ['accept', 'decline', 'depart', 'arrive', 'release', 'resolve', 'note']
const ON_SITE: readonly Action[] = ['confirm', 'accept', 'decline', 'depart', 'arrive', 'release', 'note']
const ACTIONS_OF: Record<Role, readonly Action[]> = {
  admin: BUTTONS,
  dispatcher: BUTTONS,
  maintainer: CREW,
  technician: CREW,
  'use-unit': ON_SITE,
  operator: ON_SITE,
  'inspection-body': [],
  regulator: [],
}

/** The buttons a role sees at all; a state may still disable them. */
export function buttonsOf(role: Role): readonly ButtonAction[] {
  return BUTTONS.filter((action) => ACTIONS_OF[role].includes(action))
}

/** Contract §6: may this action start from here? */
export function isAllowed(action: Action, standing: Standing): boolean {
  if (action === 'resolve') {
    if (standing.status === 'released') return true
    return !standing.someoneInside && BEFORE_RELEASED.includes(standing.status)
  }
  const states = STATES[action]
  if (states && !states.includes(standing.status)) return false
  return !(action in ASSIGNMENT_STATES) || assignmentsFor(action, standing).length > 0
}

/** The way of a rescue, state by state. "People out" is the big button only where somebody is there to take them out. */
const NEXT_STEPS: Record<IncidentStatus, readonly ButtonAction[]> = {
  open: ['accept', 'confirm', 'dispatch'],
  confirmed: ['accept', 'dispatch'],
  dispatched: ['accept'],
  accepted: ['depart', 'arrive', 'accept'],
  'on-site': ['release'],
  released: ['resolve'],
  resolved: ['review', 'close'],
  closed: [],
  'false-alarm': ['close'],
}

/** The one big button of the phone's page: the next step of the rescue that is open to this person, or `null`. */
export function nextStep(allowed: readonly Action[], status: IncidentStatus): ButtonAction | null {
  return NEXT_STEPS[status].find((action) => allowed.includes(action)) ?? null
}

/**
 * The action table of the contract (§6) as data: from which states an action is allowed and what it makes of them.
 * Pure; nothing here knows of rows or people.
 *
 *   open ─▶ confirmed ─▶ dispatched ⇄ accepted ─▶ on-site ─▶ released ─▶ resolved ─▶ closed
 *     └────────┴─────────────┴───────────┴───────────┴──▶ false-alarm ────────────────┘
 */
import type { Action, IncidentStatus } from '../model/incident.js'

/** While people may still be inside, or the thing not made safe. At most one such incident per equipment and group. */
export const OPEN_STATUSES = ['open', 'confirmed', 'dispatched', 'accepted', 'on-site'] as const

const WITH_ASSIGNMENTS = ['dispatched', 'accepted', 'on-site'] as const
const NOT_CLOSED = [...OPEN_STATUSES, 'released', 'resolved', 'false-alarm'] as const
const ALL = [...NOT_CLOSED, 'closed'] as const

/** `same` keeps the state; `assignments` means that the assignments decide, as `statusByAssignments` says. */
type Result = IncidentStatus | 'same' | 'assignments'

interface Transition {
  from: readonly IncidentStatus[]
  /** Allowed as well where nobody is inside. */
  fromIfEmpty?: readonly IncidentStatus[]
  to: Result
}

export const LIFECYCLE: Readonly<Record<Action, Transition>> = {
  confirm: { from: ['open'], to: 'confirmed' },
  dispatch: { from: OPEN_STATUSES, to: 'assignments' },
  accept: { from: WITH_ASSIGNMENTS, to: 'assignments' },
  decline: { from: WITH_ASSIGNMENTS, to: 'assignments' },
  depart: { from: WITH_ASSIGNMENTS, to: 'assignments' },
  arrive: { from: WITH_ASSIGNMENTS, to: 'assignments' },
  release: { from: OPEN_STATUSES, to: 'released' },
  resolve: { from: ['released'], fromIfEmpty: OPEN_STATUSES, to: 'resolved' },
  review: { from: ['resolved'], to: 'same' },
  close: { from: ['resolved', 'false-alarm'], to: 'closed' },
  'false-alarm': { from: OPEN_STATUSES, to: 'false-alarm' },
  reopen: { from: ['released', 'resolved', 'closed'], to: 'open' },
  take: { from: NOT_CLOSED, to: 'same' },
  handover: { from: NOT_CLOSED, to: 'same' },
  update: { from: NOT_CLOSED, to: 'same' },
  locate: { from: NOT_CLOSED, to: 'same' },
  recall: { from: WITH_ASSIGNMENTS, to: 'assignments' },
  transfer: { from: OPEN_STATUSES, to: 'same' },
  contact: { from: NOT_CLOSED, to: 'same' },
  callback: { from: ['released', 'resolved'], to: 'same' },
  merge: { from: OPEN_STATUSES, to: 'closed' },
  split: { from: OPEN_STATUSES, to: 'same' },
  note: { from: ALL, to: 'same' },
}

/** What the action makes of this state; `null` when it is not allowed. */
export function resultOf(
  status: IncidentStatus,
  action: Action,
  { nobodyInside }: { nobodyInside: boolean },
): Result | null {
  const { from, fromIfEmpty, to } = LIFECYCLE[action]
  const allowed = from.includes(status) || (nobodyInside && fromIfEmpty?.includes(status) === true)
  return allowed ? to : null
}

export function isOpen(status: IncidentStatus): boolean {
  return (OPEN_STATUSES as readonly IncidentStatus[]).includes(status)
}

/** The life of one assignment as data, and what all of them together make of the incident. Pure. */
import type { AssignmentStatus, IncidentStatus } from '../model/incident.js'

/** What people do, and what the clock (`expire`) and the end of the incident (`end`) do. */
export const ASSIGNMENT_MOVES = ['accept', 'decline', 'depart', 'arrive', 'recall', 'expire', 'end'] as const
export type AssignmentMove = (typeof ASSIGNMENT_MOVES)[number]

export const ACTIVE_STATUSES = ['offered', 'accepted', 'departed', 'arrived'] as const

interface Transition {
  from: readonly AssignmentStatus[]
  to: AssignmentStatus
}

export const ASSIGNMENT_LIFE: Readonly<Record<AssignmentMove, Transition>> = {
  accept: { from: ['offered'], to: 'accepted' },
  decline: { from: ['offered', 'accepted'], to: 'declined' },
  depart: { from: ['accepted'], to: 'departed' },
  arrive: { from: ['accepted', 'departed'], to: 'arrived' },
  recall: { from: ACTIVE_STATUSES, to: 'recalled' },
  expire: { from: ['offered'], to: 'expired' },
  end: { from: ACTIVE_STATUSES, to: 'ended' },
}

/** `null` when the move is not allowed. */
export function afterMove(status: AssignmentStatus, move: AssignmentMove): AssignmentStatus | null {
  const { from, to } = ASSIGNMENT_LIFE[move]
  return from.includes(status) ? to : null
}

export function isActive(status: AssignmentStatus): boolean {
  return (ACTIVE_STATUSES as readonly AssignmentStatus[]).includes(status)
}

/** Somebody is there; somebody is coming; somebody was asked, or was until now: at least dispatched. */
export function statusByAssignments(statuses: readonly AssignmentStatus[]): IncidentStatus {
  if (statuses.includes('arrived')) return 'on-site'
  if (statuses.includes('accepted') || statuses.includes('departed')) return 'accepted'
  return 'dispatched'
}

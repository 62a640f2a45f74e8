/**
 * Which clock runs out next: the order of the queue and what may ask for attention.
 * Pure; time is an argument, so the same incidents and the same moment always give the same order.
 */
import type { IncidentStatus } from '../../../src/model/incident.js'
import type { IncidentSummary } from '../../../src/model/incident-view.js'

/** What the order of the queue needs to know of an incident. */
export type Queued = Pick<
  IncidentSummary,
  'id' | 'class' | 'priority' | 'status' | 'openedAt' | 'nextDeadline' | 'attention' | 'takenBy'
>

const ENDED: readonly IncidentStatus[] = ['resolved', 'closed', 'false-alarm']

/** True for what belongs on the desk: rescues, P0 and P1. The rest is one filter away. */
export function isForDesk(incident: Pick<Queued, 'class' | 'priority'>): boolean {
  return incident.class === 'trapped' || incident.priority === 'P0' || incident.priority === 'P1'
}

/** No person has answered for it yet: not taken, not confirmed, and whoever was sent has not accepted. */
export function isUnacknowledged(incident: Pick<Queued, 'status' | 'takenBy'>): boolean {
  return (incident.status === 'open' || incident.status === 'dispatched') && incident.takenBy === null
}

/** The one thing that may blink and sound. */
export function isAlarm(incident: Pick<Queued, 'status' | 'takenBy' | 'priority'>): boolean {
  return incident.priority === 'P0' && isUnacknowledged(incident)
}

/** An incident that still needs somebody. */
export function isOpen(incident: Pick<Queued, 'status'>): boolean {
  return !ENDED.includes(incident.status)
}

/** ms since 1970 at which it runs out. What waits for a dispatcher and has no clock counts from when it began to wait. */
export function runsOutAt(incident: Queued): number {
  const untouched = isForDesk(incident) && isUnacknowledged(incident)
  const waitingSince = incident.attention?.since ?? (untouched ? incident.openedAt : null)
  if (incident.nextDeadline)
    return Math.min(incident.nextDeadline.dueAt, incident.attention?.since ?? Infinity)
  return waitingSince ?? Number.POSITIVE_INFINITY
}

/** Sorts by what runs out next; then the more urgent, the older, the id. What has ended comes last. */
export function byWhatRunsOutNext(a: Queued, b: Queued): number {
  if (isOpen(a) !== isOpen(b)) return isOpen(a) ? -1 : 1
  const left = runsOutAt(a)
  const right = runsOutAt(b)
  if (left !== right) return left < right ? -1 : 1
  if (a.priority !== b.priority) return a.priority < b.priority ? -1 : 1
  if (a.openedAt !== b.openedAt) return a.openedAt - b.openedAt
  return a.id < b.id ? -1 : 1
}

/** Incidents with a clock that has already run out. */
export function countOverdue(incidents: Iterable<Pick<Queued, 'nextDeadline'>>, now: number): number {
  let count = 0
  for (const { nextDeadline } of incidents) if (nextDeadline && nextDeadline.dueAt < now) count++
  return count
}

/**
 * The order to show. While `held` (a pointer rests on the list) nothing that is shown moves: what left goes,
 * what is new is added at the end; once let go the true order returns.
 */
export function steadyOrder(shown: readonly string[], sorted: readonly string[], held: boolean): string[] {
  if (!held) return [...sorted]
  const present = new Set(sorted)
  const kept = shown.filter((id) => present.has(id))
  const known = new Set(kept)
  return [...kept, ...sorted.filter((id) => !known.has(id))]
}

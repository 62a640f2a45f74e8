/** The promise of the desk: an open life-safety incident always has a clock that runs, for a person to answer. */
import { pendingDeadlines } from '../incidents/case-file.js'
import type { DeadlineKind } from '../model/incident.js'
import { askForAttention, mustBeWatched, type Step, setDeadline } from './step.js'

/** These tell people above the desk how long it takes; none of them makes anybody look in between. */
export const TELLS_ONLY: readonly DeadlineKind[] = ['remind', 'report-by']

export function keepWatched(step: Step): void {
  const { file, move, moment, settings } = step
  // The order follows in the same transaction and brings its own clocks.
  if (move.kind === 'opened' && move.orders) return
  if (!mustBeWatched(file)) return
  if (pendingDeadlines(file).some((one) => !TELLS_ONLY.includes(one.kind))) return
  // A claim is a clock too: whoever took it and went home must not be the only one who knows.
  if (file.incident.taken_by !== null)
    setDeadline(step, { kind: 'attend', dueAt: moment.now + settings.attendMs, reason: 'claim' })
  else askForAttention(step, file.incident.status === 'confirmed' ? 'nobody-sent' : 'unwatched')
}

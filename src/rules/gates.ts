/**
 * What keeps a finding from sending people although its condition is true. It is still found and recorded, with the
 * reason; only the alarm button passes every gate. Which marks cover which pattern is told in `marks.ts`.
 */
import type { Suppression } from '../model/finding.js'
import type { Priority } from '../model/incident.js'
import type { Mark } from '../model/mark.js'
import { SERVICE_MODE } from '../model/signals.js'
import type { Lateness } from './lane.js'
import { coveringMark, suppressionOf } from './marks.js'
import type { PatternHead } from './pattern.js'

/** What is shut, and by whose mark where one shuts it. */
export interface Gate {
  gate: Suppression | null
  gatedBy: string | null
}

const OPEN: Gate = { gate: null, gatedBy: null }

export function gateOf(
  pattern: PatternHead,
  at: {
    mode: number
    keepsBack: Suppression | null
    marks: readonly Mark[]
    lateness: Lateness
    since: number
    now: number
  },
  said: { priority: Priority; interlockFailed: boolean },
): Gate {
  const { gates } = pattern
  if (gates === 'never') return OPEN
  if (at.mode === SERVICE_MODE.inspection) return { gate: 'inspection', gatedBy: null }
  const { since, now } = at
  const mark = coveringMark(at.marks, pattern, { since, now, interlockFailed: said.interlockFailed })
  if (mark) return { gate: suppressionOf(mark), gatedBy: mark.id }
  const fire = at.mode === SERVICE_MODE.fireRecall || at.mode === SERVICE_MODE.firefighter
  if (gates === 'equipment' && fire) return { gate: 'firefighting', gatedBy: null }
  // A failed sensor or a bypassed interlock is no reason to doubt what is urgent, or may become so.
  const urgent = isUrgent(said.priority) || isUrgent(pattern.priority)
  if (at.keepsBack !== null && gates === 'equipment' && !urgent) return { gate: at.keepsBack, gatedBy: null }
  if (at.lateness === 'live') return OPEN
  // With a clock in doubt, what is urgent goes before a person; the rest is only recorded.
  return at.lateness === 'doubtful' && isUrgent(said.priority) ? OPEN : { gate: 'late', gatedBy: null }
}

/** Whether a person must decide, because the time of what was found is in doubt. */
export function needsEyes({ gates }: PatternHead, lateness: Lateness, priority: Priority): boolean {
  if (gates === 'never') return lateness !== 'live'
  return lateness === 'doubtful' && isUrgent(priority)
}

function isUrgent(priority: Priority): boolean {
  return priority === 'P0' || priority === 'P1'
}

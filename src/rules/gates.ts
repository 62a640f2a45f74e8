/**
 * What keeps a finding from sending people although its condition is true. It is still found and recorded, with the
 * reason; only the alarm button passes every gate.
 */
import type { Suppression } from '../model/finding.js'
import type { Priority } from '../model/incident.js'
import { SERVICE_MODE } from '../model/signals.js'
import type { Lateness } from './lane.js'
import type { PatternHead } from './pattern.js'

export function gateOf(
  { gates }: PatternHead,
  seen: { mode: number; mechanic: boolean; lateness: Lateness; priority: Priority },
): Suppression | null {
  if (gates === 'never') return null
  if (seen.mode === SERVICE_MODE.inspection) return 'inspection'
  if (seen.mechanic) return 'mechanic-present'
  const fire = seen.mode === SERVICE_MODE.fireRecall || seen.mode === SERVICE_MODE.firefighter
  if (gates === 'equipment' && fire) return 'firefighting'
  if (seen.lateness === 'live') return null
  // With a clock in doubt, what is urgent goes before a person; the rest is only recorded.
  return seen.lateness === 'doubtful' && isUrgent(seen.priority) ? null : 'late'
}

/** Whether a person must decide, because the time of what was found is in doubt. */
export function needsEyes({ gates }: PatternHead, lateness: Lateness, priority: Priority): boolean {
  if (gates === 'never') return lateness !== 'live'
  return lateness === 'doubtful' && isUrgent(priority)
}

function isUrgent(priority: Priority): boolean {
  return priority === 'P0' || priority === 'P1'
}

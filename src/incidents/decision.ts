/**
 * What a finding calls for, decided from the finding alone: whether it raises an incident, which groups it may belong
 * to, and whether people are sent without asking. Nothing is read or written here, so the back-test decides the same way.
 */
import type { Finding, FindingStage } from '../model/finding.js'
import {
  groupOf,
  higherPriority,
  type IncidentClass,
  type IncidentGroup,
  type Priority,
} from '../model/incident.js'
import type { Disposition } from '../model/incident-view.js'

/** A passenger who rings again is the same rescue, not a second one. */
export const REOPEN_WINDOW_MS = 30 * 60_000

/** Lower ones are listed as findings only; they are the maintenance company's daily work. */
const BECOMES_INCIDENT: readonly Priority[] = ['P0', 'P1', 'P2']
/** These send people without asking, once the rules are sure, and wait for a person when they are not. */
const URGENT: readonly Priority[] = ['P0', 'P1']

/** What may have led to a trap, or come with it. */
export const OF_A_LIFT: readonly IncidentClass[] = ['movement', 'door', 'speed', 'safety-circuit', 'fault']

const RANK: Record<FindingStage, number> = { shown: 1, ordered: 2, cleared: 3 }

/** A later stage; or the same one grown worse, since priority only rises and an interlock fails once. */
export function goesFurther(
  known: { stage: FindingStage; priority: Priority; interlockFailed: boolean },
  finding: Finding,
): boolean {
  if (RANK[finding.stage] !== RANK[known.stage]) return RANK[finding.stage] > RANK[known.stage]
  const worse = higherPriority(known.priority, finding.priority) !== known.priority
  return worse || (finding.interlockFailed === true && !known.interlockFailed)
}

/** Why a finding raises nothing; `null` when it does. */
export function keptBack(finding: Finding): Disposition | null {
  if (finding.stage === 'cleared') return 'cleared-before-seen'
  if (!BECOMES_INCIDENT.includes(finding.priority)) return 'low-priority'
  const urgent = URGENT.includes(finding.priority)
  // Late, yet fresh enough for a person to judge: it goes to a dispatcher instead of nowhere.
  if (finding.suppressed === 'late' && finding.needsConfirmation && urgent) return null
  if (finding.suppressed !== null) return finding.suppressed
  return finding.needsConfirmation && !urgent ? 'needs-confirmation' : null
}

/** Whether people are sent without asking. */
export function orders(finding: Finding): boolean {
  return (
    finding.stage === 'ordered' &&
    !finding.needsConfirmation &&
    finding.suppressed === null &&
    URGENT.includes(finding.priority)
  )
}

/**
 * The group whose incident it joins or opens. With `rescue`, where that group has none, it joins an open rescue of the
 * same lift: a dispatcher looks at one case, and the crew at one lift.
 */
export function belongsTo(finding: Finding): { group: IncidentGroup; rescue: boolean } {
  return {
    group: groupOf(finding.class, finding.priority),
    rescue: OF_A_LIFT.includes(finding.class),
  }
}

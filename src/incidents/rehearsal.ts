/**
 * Incidents as they would have been: takes findings as `findings.ts` does and decides by the same rules, in memory and
 * without people. An incident ends when nothing of it holds any more, as if it were released then, and a dispatcher is
 * taken to reopen it for what comes in the half hour after. It knows neither shelved sources nor area events, which join
 * what several lifts have into one: the desk would have had fewer incidents than this, never more.
 */
import type { WouldBeIncident } from '../model/backtest.js'
import type { Finding, FindingStage } from '../model/finding.js'
import { higherPriority, type IncidentGroup, type Priority } from '../model/incident.js'
import type { Disposition } from '../model/incident-view.js'
import { belongsTo, goesFurther, keptBack, OF_A_LIFT, orders, REOPEN_WINDOW_MS } from './decision.js'

/** How an earlier incident of the same group stands to what is found now. */
type Standing = 'open' | 'just-released' | null

interface Known {
  stage: FindingStage
  priority: Priority
  interlockFailed: boolean
  case: Case | null
}

interface Case {
  incident: WouldBeIncident
  /** Ids of findings that hold. */
  standing: Set<string>
  /** It went on in this one. */
  into: Case | null
}

export interface Rehearsal {
  /** `now`: ms since 1970 when it would have come in. Returns what the desk would have made of it, once for each decision. */
  take(finding: Finding, now: number): Disposition | null
  /** Nothing more is known of an equipment: what holds there is taken to end. */
  end(now: number): void
  /** In the order in which they would have been opened. */
  readonly incidents: readonly WouldBeIncident[]
}

export function createRehearsal(): Rehearsal {
  const knownById = new Map<string, Known>()
  /** The newest of each equipment and group. */
  const caseByKey = new Map<string, Case>()
  const incidents: WouldBeIncident[] = []

  function relationOf(equipment: string, group: IncidentGroup, now: number): Standing {
    const found = caseByKey.get(`${equipment} ${group}`)
    if (!found) return null
    const { clearedAt } = found.incident
    if (clearedAt === null) return 'open'
    return clearedAt >= now - REOPEN_WINDOW_MS ? 'just-released' : null
  }

  function whereItBelongs(finding: Finding, now: number): { key: string; relation: Standing } {
    const { group, rescue } = belongsTo(finding)
    const key = `${finding.equipment} ${group}`
    const relation = relationOf(finding.equipment, group, now)
    if (relation === null && rescue && relationOf(finding.equipment, 'life-safety', now) === 'open') {
      return { key: `${finding.equipment} life-safety`, relation: 'open' }
    }
    return { key, relation }
  }

  function place(finding: Finding, known: Known, now: number): Disposition {
    const kept = keptBack(finding)
    if (kept !== null && kept !== 'late') return kept
    const { key, relation } = whereItBelongs(finding, now)
    const found = caseByKey.get(key)
    if (kept === 'late') {
      if (relation !== 'open' || !found) return 'late'
      join(found, finding)
      return 'amended'
    }
    if (relation === null || !found) {
      known.case = open(finding, now)
      caseByKey.set(key, known.case)
      takeOver(known.case, now)
      return 'opened'
    }
    known.case = found
    if (relation === 'just-released') {
      found.incident.clearedAt = null
      found.incident.reopened++
    }
    grow(found, finding, now)
    return relation === 'open' ? 'joined' : 'offered-reopen'
  }

  function open(finding: Finding, now: number): Case {
    const { id, equipment, pattern, priority } = finding
    const incident: WouldBeIncident = {
      id,
      equipment,
      group: belongsTo(finding).group,
      class: finding.class,
      pattern,
      priority,
      openedAt: now,
      orderedAt: orders(finding) ? now : null,
      clearedAt: null,
      findings: 1,
      reopened: 0,
    }
    incidents.push(incident)
    return { incident, standing: new Set([id]), into: null }
  }

  /** As `take-over.ts` does: a rescue goes on with what the same lift has besides, where nobody is on the way. */
  function takeOver(rescue: Case, now: number): void {
    const { equipment, group } = rescue.incident
    if (group !== 'life-safety') return
    for (const lesserGroup of OF_A_LIFT) {
      const lesser = caseByKey.get(`${equipment} ${lesserGroup}`)
      if (!lesser || lesser.incident.clearedAt !== null || lesser.incident.orderedAt !== null) continue
      for (const id of lesser.standing) rescue.standing.add(id)
      rescue.incident.findings += lesser.incident.findings
      rescue.incident.priority = higherPriority(rescue.incident.priority, lesser.incident.priority)
      lesser.standing.clear()
      lesser.incident.clearedAt = now
      lesser.into = rescue
      caseByKey.delete(`${equipment} ${lesserGroup}`)
    }
  }

  function join({ incident }: Case, finding: Finding): void {
    incident.priority = higherPriority(incident.priority, finding.priority)
    if (finding.class === 'trapped' && incident.group === 'life-safety') incident.class = 'trapped'
  }

  function grow(found: Case, finding: Finding, now: number): void {
    const { incident, standing } = found
    join(found, finding)
    if (!standing.has(finding.id)) {
      standing.add(finding.id)
      incident.findings++
    }
    if (orders(finding)) incident.orderedAt ??= now
  }

  function clear({ incident, standing }: Case, id: string, now: number): void {
    standing.delete(id)
    if (standing.size === 0) incident.clearedAt ??= now
  }

  return {
    incidents,
    take(finding, now) {
      const known = knownById.get(finding.id)
      if (!known) {
        const { stage, priority, interlockFailed = false } = finding
        const first: Known = { stage, priority, interlockFailed, case: null }
        if (stage !== 'cleared') knownById.set(finding.id, first)
        return place(finding, first, now)
      }
      if (!goesFurther(known, finding)) return null
      known.stage = finding.stage
      known.priority = higherPriority(known.priority, finding.priority)
      known.interlockFailed ||= finding.interlockFailed === true
      if (finding.stage === 'cleared') knownById.delete(finding.id)
      if (known.case === null) return finding.stage === 'ordered' ? place(finding, known, now) : null
      const current = known.case.into ?? known.case
      if (finding.stage === 'cleared') clear(current, finding.id, now)
      else grow(current, finding, now)
      return null
    },
    end(now) {
      for (const found of caseByKey.values()) {
        found.standing.clear()
        found.incident.clearedAt ??= now
      }
      knownById.clear()
    },
  }
}

/** How would-be incidents agree with incidents that people closed with a verdict: by pattern true, false, unlabelled, missed. */
import {
  type LabelledIncident,
  type PatternAgreement,
  TRUTH_OF,
  type WouldBeIncident,
} from '../../model/backtest.js'

/** Rules and people do not begin and end at the same moment; a draft may find earlier or later. */
const SLACK_MS = 15 * 60_000

export interface AgreementCount {
  /** Everything of one part: no equipment is in two. */
  add(incidents: readonly WouldBeIncident[], labelled: readonly LabelledIncident[]): void
  /** By pattern; what no rule had found comes last. */
  result(): PatternAgreement[]
}

export function createAgreement(): AgreementCount {
  const byPattern = new Map<string | null, PatternAgreement>()

  function of(pattern: string | null): PatternAgreement {
    const known = byPattern.get(pattern)
    if (known) return known
    const fresh = { pattern, true: 0, false: 0, unlabelled: 0, missed: 0, avoided: 0 }
    byPattern.set(pattern, fresh)
    return fresh
  }

  return {
    add(incidents, labelled) {
      const labelsByEquipment = new Map<string, LabelledIncident[]>()
      for (const label of labelled) {
        labelsByEquipment.set(label.equipment, [...(labelsByEquipment.get(label.equipment) ?? []), label])
      }
      const met = new Set<LabelledIncident>()
      for (const incident of incidents) {
        const labels = (labelsByEquipment.get(incident.equipment) ?? []).filter((label) =>
          meets(incident, label),
        )
        for (const label of labels) met.add(label)
        const truths = labels.map(({ outcome }) => TRUTH_OF[outcome])
        of(incident.pattern)[
          truths.includes('true') ? 'true' : truths.includes('false') ? 'false' : 'unlabelled'
        ]++
      }
      for (const label of labelled) {
        if (!met.has(label)) of(label.pattern)[TRUTH_OF[label.outcome] === 'true' ? 'missed' : 'avoided']++
      }
    },
    result: () => [...byPattern.values()].sort((a, b) => compare(a.pattern, b.pattern)),
  }
}

function meets(incident: WouldBeIncident, label: LabelledIncident): boolean {
  if (incident.group !== label.group) return false
  const endedAt = incident.clearedAt ?? Number.POSITIVE_INFINITY
  return incident.openedAt <= label.endedAt + SLACK_MS && label.openedAt <= endedAt + SLACK_MS
}

function compare(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a < b ? -1 : 1
}

/**
 * The ranked guess at a cause: published share × what each clue says for or against it. What is not explained stays
 * "unknown": as much as all causes together at first, and half of that with each clue that points somewhere.
 */
import { CAUSE_KEYS, CAUSES, type CauseKey, type LikelyCause, UNKNOWN_CAUSE } from '../../model/causes.js'
import type { EquipmentKind } from '../../model/equipment.js'

/** How many lines of the guess go with a finding. */
export const KEPT_CAUSES = 3

const UNEXPLAINED = 0.5

/** Something seen, and by how much it makes each cause likelier (above 1) or less likely. Our judgement. */
export interface Clue {
  /** Stable key that screens translate; shown with the causes it speaks for. `null` for what is plain from the finding. */
  key: string | null
  factors: Partial<Record<CauseKey, number>>
}

/** All causes of the kind and "unknown", most likely first; their shares add up to 1. */
export function rankCauses(kind: EquipmentKind, clues: readonly Clue[]): LikelyCause[] {
  const lines: LikelyCause[] = []
  for (const cause of CAUSE_KEYS) {
    if (CAUSES[cause].kind !== kind) continue
    let share: number = CAUSES[cause].share
    const evidence: string[] = []
    for (const { key, factors } of clues) {
      const factor = factors[cause] ?? 1
      share *= factor
      if (factor > 1 && key !== null && !evidence.includes(key)) evidence.push(key)
    }
    lines.push({ cause, share, evidence })
  }
  const pointing = clues.filter(
    ({ key, factors }) => key !== null && Object.values(factors).some((f) => f > 1),
  )
  lines.push({ cause: UNKNOWN_CAUSE, share: UNEXPLAINED ** pointing.length, evidence: [] })
  const whole = lines.reduce((sum, { share }) => sum + share, 0)
  for (const line of lines) line.share /= whole
  return lines.sort((a, b) => b.share - a.share)
}

/**
 * What the rules found. A finding is one firing episode of one pattern on one equipment. It is reported again under the
 * same id when its stage moves on, and within a stage when it grows worse: priority only rises, an interlock only fails.
 */
import type { LikelyCause } from './causes.js'
import type { IncidentClass, Priority } from './incident.js'

/**
 * How far an episode has come. `shown`: a suspicion worth a dispatcher's eye. `ordered`: sure enough to send people
 * without asking. `cleared`: the condition is gone. Patterns without two holds go to `ordered` at once.
 */
export const FINDING_STAGES = ['shown', 'ordered', 'cleared'] as const
export type FindingStage = (typeof FINDING_STAGES)[number]

/** One thing seen that speaks for a finding; `witness` says whether a person or a machine says so. */
export interface Evidence {
  /** Stable key that screens translate, e.g. `stopped-outside-zone`. */
  key: string
  witness: 'person' | 'machine'
  signal?: string
  value?: number | string | boolean
  /** ms since 1970. */
  at?: number
}

/** Why a finding sends nobody. */
export const SUPPRESSIONS = [
  'late',
  'inspection',
  'mechanic-present',
  'firefighting',
  'muted',
  'test',
  'drill',
  'planned',
  'bypass',
  'sensor-fault',
  'shelved',
] as const
export type Suppression = (typeof SUPPRESSIONS)[number]

export interface Finding {
  /** `{equipment}/{pattern}/{position where it became pending}`: the same episode always has the same id. */
  id: string
  equipment: string
  pattern: string
  class: IncidentClass
  priority: Priority
  stage: FindingStage
  /** Journal position of this change of stage, and its shard. */
  position: number
  shard: number
  /** ms since 1970: when the condition became true, and when this stage was reached. */
  since: number
  at: number
  /** 0…1, how sure. */
  confidence: number
  evidence: Evidence[]
  suppressed: Suppression | null
  /** The mark that suppresses it, where one does. */
  mark?: string
  /** Version of the rule set that judged. */
  rulesVersion: number
  /** It did not end by itself: its rule was taken away or written anew. Only where `stage` is `cleared`. */
  clearedBy?: 'rule-removed' | 'rule-changed'
  /** The finding stands on readings that came late, or whose clock cannot be trusted: a person decides, no automatic order. */
  needsConfirmation: boolean
  /** Fuel still on after a trip should have cut it. */
  interlockFailed?: boolean
  /** The guess at its cause, most likely first; without one where nothing but silence was judged. */
  causes?: LikelyCause[]
}

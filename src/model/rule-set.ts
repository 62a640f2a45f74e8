/**
 * What people set in the rules: parameters that differ from a pattern's defaults, and rules of their own. One set is in
 * force at a time; each change makes the next version of it. The journal's `rules` records carry the whole set, so that
 * a replay of the journal judges every reading by the rules of its time.
 */
import type { EquipmentKind } from './equipment.js'

/** For whom a value holds; the narrowest that fits an equipment wins: equipment, company, model, kind. */
export type RuleScope =
  | { level: 'kind'; kind: EquipmentKind }
  | { level: 'model'; model: string }
  | { level: 'company'; organisation: string }
  | { level: 'equipment'; equipment: string }

/** One parameter of one pattern, or of one rule of one's own. */
export interface ParameterSetting {
  pattern: string
  parameter: string
  scope: RuleScope
  value: number
}

/** A rule of one's own as its author wrote it. */
export interface OwnRule {
  /** Unlike every pattern's; shown as the finding's pattern. */
  id: string
  /** YAML. */
  text: string
}

export interface RuleSet {
  /** Rises with every change; 0 is the set that ships, without settings or own rules. */
  version: number
  parameters: ParameterSetting[]
  rules: OwnRule[]
}

export const SHIPPED_RULES: RuleSet = { version: 0, parameters: [], rules: [] }

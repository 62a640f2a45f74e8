/**
 * What people set in the rules: parameters that differ from a pattern's defaults, and rules of their own. One set is in
 * force at a time; each change makes the next version of it. The journal's `rules` records carry the whole set, so that
 * a replay of the journal judges every reading by the rules of its time.
 */
import type { EquipmentFacts, EquipmentKind } from './equipment.js'

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
  /** ms since 1970 when it was put in force; a draft has none. Its record is written again much later. */
  since?: number
  parameters: ParameterSetting[]
  rules: OwnRule[]
}

export const SHIPPED_RULES: RuleSet = { version: 0, parameters: [], rules: [] }

/** From the widest to the narrowest. */
export const SCOPE_LEVELS = ['kind', 'model', 'company', 'equipment'] as const satisfies RuleScope['level'][]

/** One difference between two sets. */
export type RuleDifference =
  /** `null` is the pattern's default. */
  | {
      what: 'setting'
      pattern: string
      parameter: string
      scope: RuleScope
      before: number | null
      after: number | null
    }
  /** `null`: there was, or is, no such rule. */
  | { what: 'rule'; rule: string; before: string | null; after: string | null }

/** A set that was put in force, and who did so. */
export interface RuleVersion {
  version: number
  author: string
  authorName: string
  reason: string
  /** ms since 1970. */
  at: number
  changes: RuleDifference[]
}

export function inScope(scope: RuleScope, equipment: EquipmentFacts): boolean {
  switch (scope.level) {
    case 'kind':
      return scope.kind === equipment.kind
    case 'model':
      return scope.model === equipment.attributes.model
    case 'company':
      return scope.organisation === equipment.maintainer
    case 'equipment':
      return scope.equipment === equipment.id
  }
}

/** What a scope names: a kind, a model, an organisation's id or an equipment's. */
export function scopeName(scope: RuleScope): string {
  switch (scope.level) {
    case 'kind':
      return scope.kind
    case 'model':
      return scope.model
    case 'company':
      return scope.organisation
    case 'equipment':
      return scope.equipment
  }
}

export function isSameScope(a: RuleScope, b: RuleScope): boolean {
  return a.level === b.level && scopeName(a) === scopeName(b)
}

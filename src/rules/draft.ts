/**
 * A rule set before it is in force: what a change makes of the one before, and everything that is wrong with the change,
 * each with its place and reason. Pure, so that nothing is touched by a draft that is refused.
 */
import { isDeepStrictEqual } from 'node:util'
import type { EquipmentFacts } from '../model/equipment.js'
import { isSameSetting } from '../model/rule-differences.js'
import {
  inScope,
  type OwnRule,
  type RuleDifference,
  type RuleScope,
  type RuleSet,
  scopeName,
} from '../model/rule-set.js'
import type { RuleForm } from './own/own-rule.js'
import { readRules } from './own/read.js'
import { writeRule } from './own/write.js'
import type { PatternHead } from './pattern.js'

/** What a set says, without its version. */
export type RuleContent = Pick<RuleSet, 'parameters' | 'rules'>

/** What is wrong with a draft. `field` is a parameter, a scope, or a key of the rule's text. */
export interface DraftFault {
  /** A pattern or a rule of one's own; empty where a text does not even say its id. */
  rule: string
  field: string
  message: string
  /** In the text as it was given, counted from 1. */
  line?: number
  column?: number
}

/** `null` is back to the default. */
export type ParameterValues = Readonly<Record<string, number | null>>

/** The parameters of one pattern for one scope; what is not named stays. */
export function withValues(
  set: RuleContent,
  { pattern, scope, values }: { pattern: string; scope: RuleScope; values: ParameterValues },
): RuleContent {
  let parameters = set.parameters
  for (const [parameter, value] of Object.entries(values)) {
    const setting = { pattern, parameter, scope }
    parameters = parameters.filter((other) => !isSameSetting(other, setting))
    if (value !== null) parameters = [...parameters, { ...setting, value }]
  }
  return { parameters, rules: set.rules }
}

/** Without the values set for a pattern: in one scope, or `null` for all of them. */
export function withoutValues(set: RuleContent, pattern: string, scope: RuleScope | null): RuleContent {
  const parameters = set.parameters.filter(
    (setting) =>
      setting.pattern !== pattern || (scope !== null && !isSameSetting(setting, { ...setting, scope })),
  )
  return { parameters, rules: set.rules }
}

/** A rule of one's own is written anew in its place, or added at the end. */
export function withRule(set: RuleContent, rule: OwnRule): RuleContent {
  const known = set.rules.some(({ id }) => id === rule.id)
  const rules = known ? set.rules.map((other) => (other.id === rule.id ? rule : other)) : [...set.rules, rule]
  return { parameters: set.parameters, rules }
}

/** Its settings go with it. */
export function withoutRule(set: RuleContent, id: string): RuleContent {
  return {
    parameters: set.parameters.filter(({ pattern }) => pattern !== id),
    rules: set.rules.filter((rule) => rule.id !== id),
  }
}

/** The rules of a text with one or several documents, each as its author wrote it, and what is wrong with it. */
export function rulesOf(text: string): { rules: OwnRule[]; faults: DraftFault[] } {
  const { rules, faults } = readRules(text)
  return {
    rules: rules.map(({ form, written }) => ({ id: form.id, text: keptText(form, written) })),
    faults: faults.map((fault) => ({ rule: '', ...fault })),
  }
}

/** A text that means something else once it stands alone, without directives before it, is kept in canonical form. */
function keptText(form: RuleForm, written: string): string {
  const alone = /^%/m.test(written) ? [] : readRules(written).rules
  const [rule] = alone
  return alone.length === 1 && isDeepStrictEqual(rule?.form, form) ? written : writeRule(form)
}

/** Whatever a change puts into a set that the patterns, their bounds or the register do not know. */
export function faultsOf(
  changes: readonly RuleDifference[],
  known: {
    /** Those that ship and, of the draft, those of one's own. */
    patterns: readonly PatternHead[]
    equipment: readonly EquipmentFacts[]
  },
): DraftFault[] {
  return changes.flatMap((change) => {
    if (change.what === 'rule' || change.after === null) return []
    const pattern = known.patterns.find(({ id }) => id === change.pattern)
    if (!pattern)
      return [{ rule: change.pattern, field: 'pattern', message: 'there is no such pattern or rule' }]
    return [
      ...valueFaults(pattern, change.parameter, change.after),
      ...scopeFaults(pattern, change.scope, known.equipment),
    ]
  })
}

function valueFaults(pattern: PatternHead, parameter: string, value: number): DraftFault[] {
  const bounds = pattern.parameters[parameter]
  if (!bounds) {
    const names = Object.keys(pattern.parameters).join(', ')
    return [
      { rule: pattern.id, field: parameter, message: `is no parameter of it; it has ${names || 'none'}` },
    ]
  }
  const { min, max, unit } = bounds
  if (value >= min && value <= max) return []
  return [
    { rule: pattern.id, field: parameter, message: `must be from ${min} to ${max} ${unit} (is ${value})` },
  ]
}

function scopeFaults(
  { id, kind }: PatternHead,
  scope: RuleScope,
  equipment: readonly EquipmentFacts[],
): DraftFault[] {
  const field = `scope.${scope.level}`
  const name = scopeName(scope)
  if (scope.level === 'kind')
    return scope.kind === kind
      ? []
      : [{ rule: id, field, message: `${name} is not what it watches: ${kind}` }]
  const concerned = equipment.filter((facts) => inScope(scope, facts))
  if (concerned.length === 0)
    return [{ rule: id, field, message: `no registered equipment fits ${scope.level} ${name}` }]
  if (concerned.some((facts) => facts.kind === kind)) return []
  return [{ rule: id, field, message: `${scope.level} ${name} holds no ${kind}, which is what it watches` }]
}

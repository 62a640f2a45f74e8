/** What differs between two rule sets: what a version says of itself, and a draft before it is one. */
import {
  isSameScope,
  type ParameterSetting,
  type RuleDifference,
  type RuleSet,
  scopeName,
} from './rule-set.js'

type Content = Pick<RuleSet, 'parameters' | 'rules'>

export function differencesOf(before: Content, after: Content): RuleDifference[] {
  return [...settingDifferences(before.parameters, after.parameters), ...ruleDifferences(before, after)]
}

/** Whether two settings are about the same parameter of the same scope. */
export function isSameSetting(
  a: Omit<ParameterSetting, 'value'>,
  b: Omit<ParameterSetting, 'value'>,
): boolean {
  return a.pattern === b.pattern && a.parameter === b.parameter && isSameScope(a.scope, b.scope)
}

function settingDifferences(
  before: readonly ParameterSetting[],
  after: readonly ParameterSetting[],
): RuleDifference[] {
  const known = new Map(before.map((setting) => [keyOf(setting), setting]))
  const wanted = new Map(after.map((setting) => [keyOf(setting), setting]))
  const differences: RuleDifference[] = []
  for (const [key, setting] of new Map([...known, ...wanted])) {
    const { pattern, parameter, scope } = setting
    const [old, next] = [known.get(key)?.value ?? null, wanted.get(key)?.value ?? null]
    if (old !== next)
      differences.push({ what: 'setting', pattern, parameter, scope, before: old, after: next })
  }
  return differences
}

function ruleDifferences(before: Content, after: Content): RuleDifference[] {
  const known = new Map(before.rules.map(({ id, text }) => [id, text]))
  const wanted = new Map(after.rules.map(({ id, text }) => [id, text]))
  const differences: RuleDifference[] = []
  for (const rule of new Set([...known.keys(), ...wanted.keys()])) {
    const [old, next] = [known.get(rule) ?? null, wanted.get(rule) ?? null]
    if (old !== next) differences.push({ what: 'rule', rule, before: old, after: next })
  }
  return differences
}

function keyOf({ pattern, parameter, scope }: ParameterSetting): string {
  return JSON.stringify([pattern, parameter, scope.level, scopeName(scope)])
}

/**
 * Rule sets made ready to judge by: for each pattern its parameters on one equipment, the narrowest scope first. What is
 * equal is one object, so that a fleet without values of its own costs nothing.
 */
import { TesheError } from '../errors.js'
import { EQUIPMENT_KINDS, type EquipmentFacts, type EquipmentKind } from '../model/equipment.js'
import {
  inScope,
  type ParameterSetting,
  type RuleSet,
  SCOPE_LEVELS,
  SHIPPED_RULES,
} from '../model/rule-set.js'
import { compileRule } from './own/compile.js'
import type { OwnPattern } from './own/own-rule.js'
import { readRules } from './own/read.js'
import type { PatternHead } from './pattern.js'

export type ParameterTable = Readonly<Record<string, number>>

export interface RulesInForce {
  readonly set: RuleSet
  /** The parameters of a pattern on one equipment; a value outside its bounds is not taken. */
  parameters(pattern: PatternHead, equipment: EquipmentFacts): ParameterTable
  /** The same of several patterns; equipment with the same values gets the same list. */
  tables(patterns: readonly PatternHead[], equipment: EquipmentFacts): readonly ParameterTable[]
  /** Rules of one's own for a kind. One that cannot be read any more is left out, and named in `unreadable`. */
  own(kind: EquipmentKind): readonly OwnPattern[]
  readonly unreadable: readonly string[]
}

export function compileRules(set: RuleSet): RulesInForce {
  const settingsByPattern = new Map<string, ParameterSetting[]>()
  for (const setting of set.parameters) {
    const settings = settingsByPattern.get(setting.pattern)
    if (settings) settings.push(setting)
    else settingsByPattern.set(setting.pattern, [setting])
  }
  // What is set later in the list wins, so the narrowest comes last.
  for (const settings of settingsByPattern.values()) settings.sort((a, b) => widthOf(a) - widthOf(b))
  const tableByValues = new Map<string, ParameterTable>()
  /** For each list of patterns, by the values that differ from the defaults. */
  const listsByValues = new Map<readonly PatternHead[], Map<string, readonly ParameterTable[]>>()
  const own = set.rules.map(({ id, text }) => {
    const [read] = readRules(text).rules
    return { id, rule: read ? compileRule(read) : null }
  })
  const ownOf = (kind: EquipmentKind) => own.flatMap(({ rule }) => (rule?.kind === kind ? [rule] : []))
  const ownByKind: Record<EquipmentKind, readonly OwnPattern[]> = {
    elevator: ownOf('elevator'),
    boiler: ownOf('boiler'),
    escalator: ownOf('escalator'),
  }

  function parameters(pattern: PatternHead, equipment: EquipmentFacts): ParameterTable {
    const values = valuesOf(settingsByPattern.get(pattern.id), pattern, equipment)
    if (values.length === 0) return pattern.defaults
    const key = JSON.stringify([pattern.id, values])
    const table = tableByValues.get(key) ?? { ...pattern.defaults, ...Object.fromEntries(values) }
    tableByValues.set(key, table)
    return table
  }

  return {
    set,
    parameters,
    tables(patterns, equipment) {
      const values = patterns.flatMap((pattern) => {
        const own = valuesOf(settingsByPattern.get(pattern.id), pattern, equipment)
        return own.length > 0 ? [[pattern.id, own]] : []
      })
      const key = values.length === 0 ? '' : JSON.stringify(values)
      const lists = listsByValues.get(patterns) ?? new Map<string, readonly ParameterTable[]>()
      listsByValues.set(patterns, lists)
      const list = lists.get(key) ?? patterns.map((pattern) => parameters(pattern, equipment))
      lists.set(key, list)
      return list
    },
    own: (kind) => ownByKind[kind],
    unreadable: own.flatMap(({ id, rule }) => (rule ? [] : [id])),
  }
}

/** The values that fit an equipment, the widest scope first. */
function valuesOf(
  settings: readonly ParameterSetting[] | undefined,
  pattern: PatternHead,
  equipment: EquipmentFacts,
): [string, number][] {
  const values: [string, number][] = []
  for (const { scope, parameter, value } of settings ?? []) {
    const bounds = pattern.parameters[parameter]
    if (!bounds || value < bounds.min || value > bounds.max || !inScope(scope, equipment)) continue
    values.push([parameter, value])
  }
  return values
}

function widthOf({ scope }: ParameterSetting): number {
  return SCOPE_LEVELS.indexOf(scope.level)
}

/** The rules of one's own of every kind. */
export function headsOf(rules: RulesInForce): OwnPattern[] {
  return EQUIPMENT_KINDS.flatMap((kind) => [...rules.own(kind)])
}

/** What judges before the first set is in force. */
export const SHIPPED: RulesInForce = compileRules(SHIPPED_RULES)

/** The sets that the shards of an engine judge by, each made ready once. */
export interface RuleShelf {
  /** Throws `SNAPSHOT_RULES_MISSING` for a version that was never put. */
  get(version: number): RulesInForce
  put(set: RuleSet): void
  /** Forgets all but these versions. */
  keep(versions: ReadonlySet<number>): void
}

export function createRuleShelf(): RuleShelf {
  const setByVersion = new Map<number, RuleSet>()
  const rulesByVersion = new Map<number, RulesInForce>([[SHIPPED.set.version, SHIPPED]])
  return {
    get(version) {
      const known = rulesByVersion.get(version)
      if (known) return known
      const set = setByVersion.get(version)
      if (!set) throw new TesheError('SNAPSHOT_RULES_MISSING', [version])
      const rules = compileRules(set)
      rulesByVersion.set(version, rules)
      return rules
    },
    put: (set) => void setByVersion.set(set.version, set),
    keep(versions) {
      for (const known of [setByVersion, rulesByVersion])
        for (const version of known.keys()) if (!versions.has(version)) known.delete(version)
      rulesByVersion.set(SHIPPED.set.version, SHIPPED)
    },
  }
}

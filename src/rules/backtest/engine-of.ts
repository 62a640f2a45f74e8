/** An engine that judges by one rule set, live or draft, whatever the journal says was in force. */
import type { BacktestNote } from '../../model/backtest.js'
import type { ParameterSetting, RuleSet } from '../../model/rule-set.js'
import { CATALOGUE } from '../catalogue.js'
import { createEngine, type Engine, type EngineOptions } from '../engine.js'
import type { ParameterLookup } from '../pattern.js'

/** What of a set this version cannot play: a result must say so instead of looking as if it had. */
export function leftOut({ parameters, rules }: RuleSet): BacktestNote[] {
  const unknownScope = parameters.some(({ scope }) => scope.level === 'model' || scope.level === 'company')
  return [
    ...(rules.length > 0 ? (['own-rules-left-out'] as const) : []),
    ...(unknownScope ? (['model-and-company-left-out'] as const) : []),
  ]
}

/** What narrows a setting: the narrowest that fits wins. */
const NARROWEST_FIRST = ['equipment', 'kind'] as const

export function createEngineOf(
  rules: RuleSet,
  options: Omit<EngineOptions, 'catalogue' | 'parameters'>,
): Engine {
  return createEngine({ ...options, catalogue: CATALOGUE, parameters: lookupOf(rules) })
}

function lookupOf({ parameters }: RuleSet): ParameterLookup {
  const settings = new Map<string, ParameterSetting[]>()
  for (const setting of parameters) {
    const key = `${setting.pattern} ${setting.parameter}`
    settings.set(key, [...(settings.get(key) ?? []), setting])
  }
  return (pattern, parameter, equipment) => {
    const candidates = settings.get(`${pattern} ${parameter}`)
    if (!candidates) return undefined
    for (const level of NARROWEST_FIRST) {
      const fits = candidates.find(({ scope }) =>
        scope.level === 'equipment'
          ? level === 'equipment' && scope.equipment === equipment.id
          : scope.level === 'kind' && level === 'kind' && scope.kind === equipment.kind,
      )
      if (fits) return fits.value
    }
    return undefined
  }
}

/** An engine that judges by one rule set, live or draft, whatever the journal says was in force. */
import type { RuleSet } from '../../model/rule-set.js'
import { CATALOGUE } from '../catalogue.js'
import { createEngine, type Engine, type EngineOptions } from '../engine.js'

export function createEngineOf(rules: RuleSet, options: Omit<EngineOptions, 'catalogue' | 'rules'>): Engine {
  return createEngine({ ...options, catalogue: CATALOGUE, rules })
}

/**
 * The rules of one's own on one equipment: looked at after the patterns, through the same machines and gates, with every
 * reading and event, and with ticks where time alone may change an outcome.
 */
import type { EquipmentFacts } from '../model/equipment.js'
import { advance, expire, type Listener, type Look, type Machine } from './condition.js'
import type { Facts, Slots } from './facts.js'
import { type Lane, pastOf, setMachine } from './lane.js'
import type { Seen } from './look.js'
import { isObservable, type Sight } from './observability.js'
import type { Heard, OwnPattern } from './own/own-rule.js'
import { isDue } from './own-episodes.js'
import type { PatternHead, Verdict } from './pattern.js'
import type { ParameterTable, RulesInForce } from './rules-in-force.js'

export interface OwnRules {
  rules: readonly OwnPattern[]
  /** By rule. */
  parameters: ParameterTable[]
  observable: boolean[]
  evaluated: number[]
}

export const NO_OWN_RULES: OwnRules = { rules: [], parameters: [], observable: [], evaluated: [] }

/** The rules in force for one equipment; what they were before keeps its counts. */
export function ownRulesFor(
  before: OwnRules,
  rules: RulesInForce,
  equipment: EquipmentFacts,
  sight: Sight,
  slots: Slots,
): OwnRules {
  const list = rules.own(equipment.kind)
  if (list.length === 0) return NO_OWN_RULES
  const own: OwnRules = {
    rules: list,
    parameters: list.map((rule) => rule.bind(rules.parameters(rule, equipment), equipment.attributes)),
    observable: [],
    evaluated: list.map((rule) => before.evaluated[indexOfSame(before.rules, rule)] ?? 0),
  }
  lookOwn(own, equipment, sight, slots)
  return own
}

export function lookOwn(own: OwnRules, { attributes }: EquipmentFacts, sight: Sight, slots: Slots): void {
  own.observable = own.rules.map((rule) => isObservable(rule, sight, slots, attributes))
}

function indexOfSame(rules: readonly OwnPattern[], wanted: OwnPattern): number {
  return rules.findIndex(({ id, fingerprint }) => id === wanted.id && fingerprint === wanted.fingerprint)
}

/** The same rules in the same order, so that what is kept by index stays as it is. */
export function isSameList(a: readonly OwnPattern[], b: readonly OwnPattern[]): boolean {
  return a === b || (a.length === b.length && b.every((rule, i) => indexOfSame(a, rule) === i))
}

export interface OwnJudgement<F extends Facts> {
  lane: Lane<F>
  /** Signals of the reading; `null` on a tick. */
  heard: Heard | null
  /** The readings are too old for rules of the equipment. */
  old: boolean
  lookAt(pattern: PatternHead, machine: Machine | null, seen: Seen): Look
  listenerOf(rule: OwnPattern): Listener
}

/** Returns how many rules were looked at. */
export function judgeOwn<F extends Facts>(own: OwnRules, judgement: OwnJudgement<F>): number {
  const { lane, heard } = judgement
  let looked = 0
  for (const [i, rule] of own.rules.entries()) {
    const machine = lane.own.machines[i] ?? null
    if (heard === null && !isDue(lane.own, i, lane.facts.now)) continue
    if (!own.observable[i] && machine === null) continue
    looked++
    if (heard !== null) own.evaluated[i] = (own.evaluated[i] ?? 0) + 1
    setMachine(lane.own, i, moved(own, i, rule, machine, judgement))
  }
  return looked
}

function moved<F extends Facts>(
  own: OwnRules,
  i: number,
  rule: OwnPattern,
  machine: Machine | null,
  { lane, heard, old, lookAt, listenerOf }: OwnJudgement<F>,
): Machine | null {
  const { facts } = lane
  const parameters = own.parameters[i] ?? rule.defaults
  const state = lane.own.states[i]
  if (!state) return machine
  if (old && rule.gates === 'equipment' && !rule.judgesSilence)
    return machine && expire(machine, facts.now, listenerOf(rule))
  const verdict: Verdict | false = rule.condition(
    facts,
    parameters,
    pastOf(lane.own, i, facts.now),
    state,
    heard,
  )
  if (verdict === false && machine === null) return null
  const over = machine?.state === 'firing' && rule.over(facts, parameters, machine.firedAt, state)
  const seen = lookAt(rule, machine, { verdict, over, keepFiringMs: rule.keepFiringMs(parameters) })
  return advance(machine, seen, listenerOf(rule))
}

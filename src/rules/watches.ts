/**
 * Who is under watch, and by what: the observable patterns of each, their parameters, and the rules of one's own. Looked
 * up for every reading; made anew only when what an equipment is or shows has changed, or the rules have.
 */
import type { EquipmentEntry } from '../codecs/directory.js'
import type { Facts, KindRules } from './facts.js'
import { NO_PLAN, type Plan, type Watch, type WatchSurroundings } from './kind-watch.js'
import { createLane } from './lane.js'
import { createObservable, createSight } from './observability.js'
import type { OwnPattern } from './own/own-rule.js'
import { changeOwn } from './own-episodes.js'
import { isSameList, lookOwn, NO_OWN_RULES, ownRulesFor } from './own-watch.js'
import { EVERY_SIGN } from './pattern.js'
import type { ParameterTable } from './rules-in-force.js'

/** The watches of one kind, by the index of their equipment. */
export interface Watches<F extends Facts> {
  /** Begins it where there is none yet. */
  of(entry: EquipmentEntry): Watch<F>
  get(entry: EquipmentEntry): Watch<F> | undefined
  all(): Iterable<Watch<F> | undefined>
  /** Attributes changed. */
  refresh(watch: Watch<F>): void
  /** What it is or what it shows has changed. */
  plan(watch: Watch<F>): void
  /** Other rules are in force from `position` on. Returns whether rules of its own came or went. */
  changeRules(watch: Watch<F>, position: number): boolean
  /** Brings `evaluated` up to date. */
  settle(watch: Watch<F>): void
}

export function createWatches<F extends Facts>(
  rules: KindRules<F>,
  surroundings: WatchSurroundings,
): Watches<F> {
  const { patterns, slots } = rules
  const observable = createObservable(patterns, slots)
  const watchByIndex: (Watch<F> | undefined)[] = []
  /** For each list of parameters, by what is observable. */
  const sharedPlans = new WeakMap<readonly ParameterTable[], Map<string, Plan>>()

  function begin(entry: EquipmentEntry): Watch<F> {
    const watch: Watch<F> = {
      entry,
      main: createLane(rules.createFacts(), patterns.length),
      side: null,
      plan: NO_PLAN,
      looks: 0,
      evaluated: patterns.map(() => 0),
      own: NO_OWN_RULES,
      sight: createSight(),
      marks: [],
    }
    // Holes would make the array slow, and other kinds have indexes of their own.
    while (watchByIndex.length < entry.index) watchByIndex.push(undefined)
    watchByIndex[entry.index] = watch
    refresh(watch)
    return watch
  }

  function refresh(watch: Watch<F>): void {
    const { attributes } = watch.entry.facts
    rules.equip(watch.main.facts, attributes)
    if (watch.side) rules.equip(watch.side.facts, attributes)
    useOwnRules(watch, 0)
    plan(watch)
  }

  function plan(watch: Watch<F>): void {
    const { facts } = watch.entry
    judgeBy(watch, observable(watch.sight, facts.attributes))
    if (watch.own.rules.length > 0) lookOwn(watch.own, facts, watch.sight, slots)
  }

  /** Takes the parameters of the rules in force. */
  function judgeBy(watch: Watch<F>, due: readonly number[]): void {
    settle(watch)
    const { entry } = watch
    const parameters = surroundings.rulesOf(entry).tables(patterns, entry.facts)
    const plans = sharedPlans.get(parameters) ?? new Map<string, Plan>()
    sharedPlans.set(parameters, plans)
    const key = due.join()
    watch.plan = plans.get(key) ?? {
      due,
      signs: due.map((i) => patterns[i]?.signs ?? EVERY_SIGN),
      parameters,
    }
    plans.set(key, watch.plan)
  }

  /** Takes the rules of one's own that are in force; what goes or changes ends at `position`. Returns whether any did. */
  function useOwnRules(watch: Watch<F>, position: number): boolean {
    const { entry, sight, main, side } = watch
    const from = watch.own.rules
    watch.own = ownRulesFor(watch.own, surroundings.rulesOf(entry), entry.facts, sight, slots)
    const to = watch.own.rules
    if (isSameList(from, to)) return false
    const listenerOf = (rule: OwnPattern) => surroundings.listenerOf(entry, rule, position)
    main.own = changeOwn(main.own, { from, to, now: main.facts.now, listenerOf })
    if (side) side.own = changeOwn(side.own, { from, to, now: side.facts.now, listenerOf })
    return true
  }

  function settle(watch: Watch<F>): void {
    for (const i of watch.plan.due) watch.evaluated[i] = (watch.evaluated[i] ?? 0) + watch.looks
    watch.looks = 0
  }

  return {
    of: (entry) => watchByIndex[entry.index] ?? begin(entry),
    get: (entry) => watchByIndex[entry.index],
    all: () => watchByIndex,
    refresh,
    plan,
    changeRules(watch, position) {
      judgeBy(watch, watch.plan.due)
      return useOwnRules(watch, position)
    },
    settle,
  }
}

/**
 * The episodes of the rules of one's own on one lane: like those of the patterns, and with what each rule remembers. The
 * list of rules changes while we run; what did not change goes on as if nothing had happened.
 */
import { end, type Listener, type Machine } from './condition.js'
import type { Episodes } from './lane.js'
import type { OwnPattern, OwnState } from './own/own-rule.js'

export interface OwnEpisodes extends Episodes {
  /** By rule. */
  states: OwnState[]
}

/** One rule's share of a snapshot. */
export type SavedOwn = [
  rule: string,
  fingerprint: string,
  machine: Machine | null,
  past: number[] | null,
  state: OwnState,
]

/** Shared by all equipment while there are no such rules: memory of a fleet. */
const NO_EPISODES: OwnEpisodes = { machines: [], past: null, active: 0, states: [] }

export function createOwnEpisodes(rules: readonly OwnPattern[]): OwnEpisodes {
  if (rules.length === 0) return NO_EPISODES
  return {
    machines: rules.map(() => null),
    past: null,
    active: 0,
    states: rules.map((rule) => rule.createState()),
  }
}

/**
 * Another list of rules: unchanged ones keep all they have, the others' episodes end here and they begin anew. What
 * begins is looked at with the next tick, for the device may have nothing new to say.
 */
export function changeOwn(
  episodes: OwnEpisodes,
  change: {
    from: readonly OwnPattern[]
    to: readonly OwnPattern[]
    now: number
    listenerOf: (rule: OwnPattern) => Listener
  },
): OwnEpisodes {
  const { from, to, now, listenerOf } = change
  const after = createOwnEpisodes(to)
  for (const state of after.states) state.dueAt = Math.max(now, 1)
  for (const [i, rule] of from.entries()) {
    const at = to.findIndex(({ id }) => id === rule.id)
    const machine = episodes.machines[i] ?? null
    const state = episodes.states[i]
    if (at >= 0 && to[at]?.fingerprint === rule.fingerprint && state) {
      after.machines[at] = machine
      keepPast(after, at, episodes.past?.[i])
      after.states[at] = state
    } else if (machine) {
      end(machine, at < 0 ? 'rule-removed' : 'rule-changed', now, listenerOf(rule))
    }
  }
  if (to.length > 0) after.active = countActive(after)
  return after
}

/** Whether ticks matter: something is pending or firing, or time alone may change an outcome. */
export function awaitsTicks({ active, states }: OwnEpisodes): boolean {
  return active > 0 || states.some(({ dueAt }) => dueAt !== 0)
}

/** Whether a tick at `now` has to look at rule `index`. */
export function isDue(episodes: OwnEpisodes, index: number, now: number): boolean {
  if (episodes.machines[index]) return true
  const dueAt = episodes.states[index]?.dueAt ?? 0
  return dueAt !== 0 && now >= dueAt
}

export function saveOwn(episodes: OwnEpisodes, rules: readonly OwnPattern[]): SavedOwn[] {
  return rules.flatMap(({ id, fingerprint }, i) => {
    const state = episodes.states[i]
    if (!state) return []
    const saved: SavedOwn = [id, fingerprint, episodes.machines[i] ?? null, episodes.past?.[i] ?? null, state]
    return [saved]
  })
}

export function restoreOwn(saved: readonly SavedOwn[], rules: readonly OwnPattern[]): OwnEpisodes {
  const episodes = createOwnEpisodes(rules)
  for (const [id, fingerprint, machine, past, state] of saved) {
    const at = rules.findIndex((rule) => rule.id === id && rule.fingerprint === fingerprint)
    const rule = rules[at]
    if (!rule) continue
    episodes.machines[at] = machine
    keepPast(episodes, at, past)
    episodes.states[at] = rule.restoreState(state)
  }
  if (rules.length > 0) episodes.active = countActive(episodes)
  return episodes
}

function keepPast(episodes: OwnEpisodes, at: number, past: number[] | null | undefined): void {
  if (!past) return
  episodes.past ??= episodes.machines.map(() => null)
  episodes.past[at] = past
}

function countActive({ machines }: OwnEpisodes): number {
  return machines.filter((machine) => machine !== null).length
}

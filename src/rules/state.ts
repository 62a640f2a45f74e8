/**
 * The state of a watch as plain data and back, for snapshots. Facts go as their values in the order of a fresh set;
 * machines go under their pattern's id, so that a pattern that comes or goes leaves the others' state alone.
 */
import type { Mark } from '../model/mark.js'
import type { Machine } from './condition.js'
import type { Facts } from './facts.js'
import { createLane, type Lane, type Lateness } from './lane.js'
import type { Sight } from './observability.js'
import type { OwnPattern } from './own/own-rule.js'
import { restoreOwn, type SavedOwn, saveOwn } from './own-episodes.js'
import type { PatternHead } from './pattern.js'

export type SavedLane = [
  facts: unknown[],
  eventAt: number,
  arrival: number,
  lateness: Lateness,
  machines: [pattern: string, machine: Machine][],
  past: [pattern: string, firedAt: number[]][],
  newest?: [low: number, high: number],
  own?: SavedOwn[],
]
export type SavedWatch = [
  main: SavedLane,
  side: SavedLane | null,
  evaluated: [pattern: string, times: number][],
  sight: Sight,
  marks: Mark[],
]

interface Watched<F extends Facts> {
  main: Lane<F>
  side: Lane<F> | null
  evaluated: number[]
  own: { rules: readonly OwnPattern[]; evaluated: number[] }
  sight: Sight
  marks: Mark[]
}

export function saveWatch<F extends Facts>(watch: Watched<F>, patterns: readonly PatternHead[]): SavedWatch {
  const { main, side, evaluated, own, sight, marks } = watch
  return [
    saveLane(main, patterns, own.rules),
    side && saveLane(side, patterns, own.rules),
    [...byPattern(evaluated, patterns), ...byPattern(own.evaluated, own.rules)],
    sight,
    marks,
  ]
}

export function restoreWatch<F extends Facts>(
  watch: Watched<F>,
  saved: SavedWatch,
  patterns: readonly PatternHead[],
  createFacts: () => F,
): void {
  const [main, side, evaluated, sight, marks] = saved
  watch.main = restoreLane(main, patterns, watch.own.rules, createFacts)
  watch.side = side && restoreLane(side, patterns, watch.own.rules, createFacts)
  const times = new Map(evaluated)
  watch.evaluated = patterns.map(({ id }) => times.get(id) ?? 0)
  if (watch.own.rules.length > 0) watch.own.evaluated = watch.own.rules.map(({ id }) => times.get(id) ?? 0)
  watch.sight = sight
  // Older snapshots had a number here, which nothing ever set.
  watch.marks = Array.isArray(marks) ? marks : []
}

function saveLane<F extends Facts>(
  lane: Lane<F>,
  patterns: readonly PatternHead[],
  rules: readonly OwnPattern[],
): SavedLane {
  return [
    Object.values(lane.facts),
    lane.eventAt,
    lane.arrival,
    lane.lateness,
    byPattern(lane.machines, patterns),
    byPattern(lane.past ?? [], patterns),
    [lane.newestLow, lane.newestHigh],
    saveOwn(lane.own, rules),
  ]
}

function restoreLane<F extends Facts>(
  saved: SavedLane,
  patterns: readonly PatternHead[],
  rules: readonly OwnPattern[],
  createFacts: () => F,
): Lane<F> {
  const [values, eventAt, arrival, lateness, machines, past, newest = [0, 0], own = []] = saved
  const lane = createLane(restoreFields(createFacts(), values), patterns.length)
  lane.eventAt = eventAt
  lane.arrival = arrival
  lane.lateness = lateness
  lane.newestLow = newest[0]
  lane.newestHigh = newest[1]
  const machineById = new Map(machines)
  const pastById = new Map(past)
  lane.machines = patterns.map(({ id }) => machineById.get(id) ?? null)
  if (pastById.size > 0) lane.past = patterns.map(({ id }) => pastById.get(id) ?? null)
  lane.active = lane.machines.filter((machine) => machine !== null).length
  lane.own = restoreOwn(own, rules)
  return lane
}

function byPattern<T>(list: (T | null)[], patterns: readonly PatternHead[]): [string, T][] {
  const saved: [string, T][] = []
  for (const [i, value] of list.entries()) {
    if (value !== null) saved.push([patterns[i]?.id ?? '', value])
  }
  return saved
}

/**
 * Fills a fresh object with values saved in its own order. JSON has no NaN and writes `null` for it, so a `null` where a
 * fresh object has a number is NaN again. Values that a later version added keep their fresh state.
 */
export function restoreFields<T extends object>(fresh: T, values: readonly unknown[]): T {
  const target = fresh as Record<string, unknown>
  for (const [i, key] of Object.keys(fresh).entries()) {
    if (i >= values.length) break
    target[key] = restoreValue(target[key], values[i])
  }
  return fresh
}

function restoreValue(fresh: unknown, saved: unknown): unknown {
  if (typeof fresh === 'number' && saved === null) return Number.NaN
  if (!Array.isArray(saved)) return saved
  return saved.length === 0 ? fresh : saved.map((value) => value ?? Number.NaN)
}

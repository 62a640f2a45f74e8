/**
 * Whether a rule is over while it is raised: then it has no band between the two, and how it flaps is chance. Judged only
 * where `clear` goes by nothing but what `raise` goes by, and never between two windows over the same signal: what one
 * of them can be worth while the other is something else, nobody can say without readings.
 */
import type { EquipmentKind } from '../../model/equipment.js'
import { type Call, type Expression, type Name, nodesOf } from './expression.js'
import { NAMES } from './names.js'
import { printExpression } from './print.js'
import { translate } from './translate.js'
import { createRandom, leavesIn, leavesOf, type Trial, turningPoints, valuesOf } from './trials.js'

/** Above so many combinations some are tried at random. */
const MOST_TRIALS = 4_000

/** Where both are true, in words such as `floor = 4`; `null` where they never are, or cannot be compared. */
export function overlapOf(
  raise: Expression,
  clear: Expression,
  kind: EquipmentKind,
  defaultOf: (parameter: string) => number,
): string | null {
  const leaves = [...new Map([...leavesIn(raise)].map((leaf) => [printExpression(leaf), leaf])).entries()]
  const known = new Set(leaves.map(([text]) => text))
  if (
    leaves.length === 0 ||
    shareSignals(
      leaves.map(([, leaf]) => leaf),
      kind,
    )
  )
    return null
  if ([...leavesIn(clear)].some((leaf) => !known.has(printExpression(leaf)))) return null
  const points = [...turningPoints(raise, defaultOf), ...turningPoints(clear, defaultOf)]
  const choices = leaves.map(([text, leaf]) => ({ text, values: triedAt(leaf, kind, points) }))
  const isRaised = translate(raise, leavesOf(kind, defaultOf))
  const isClear = translate(clear, leavesOf(kind, defaultOf))
  for (const trial of trialsOf(choices)) {
    if (isRaised(trial) !== 1 || isClear(trial) !== 1) continue
    return [...trial].map(([text, value]) => `${text} = ${value}`).join(', ')
  }
  return null
}

/** A signal by itself and within a window, in two windows, or in a state that is made from it. */
function shareSignals(leaves: readonly (Name | Call)[], kind: EquipmentKind): boolean {
  const seen = new Set<string>()
  for (const leaf of leaves) {
    const names = new Set(
      [...nodesOf(leaf)].flatMap((node) => (node.type === 'name' ? madeFrom(node, kind) : [])),
    )
    for (const name of names) {
      if (seen.has(name)) return true
      seen.add(name)
    }
  }
  return false
}

function madeFrom({ name }: Name, kind: EquipmentKind): readonly string[] {
  const known = NAMES[kind].get(name)
  return known?.type === 'state' ? known.from : [name]
}

/** Also between two turning points, where the value may lie there. */
function triedAt(leaf: Name | Call, kind: EquipmentKind, points: readonly number[]): readonly number[] {
  if (isWhole(leaf, kind)) return distinct(valuesOf(leaf, kind, points))
  const sorted = distinct(points)
  const between = sorted.slice(1).map((point, i) => (point + (sorted[i] ?? point)) / 2)
  return distinct(valuesOf(leaf, kind, [...sorted, ...between]))
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}

function isWhole(leaf: Name | Call, kind: EquipmentKind): boolean {
  if (leaf.type === 'call') return leaf.name === 'count'
  const known = NAMES[kind].get(leaf.name)
  return known?.type === 'signal' && known.whole
}

function* trialsOf(choices: readonly { text: string; values: readonly number[] }[]): Generator<Trial> {
  const all = choices.reduce((product, { values }) => product * values.length, 1)
  const random = createRandom()
  for (let i = 0; i < Math.min(all, MOST_TRIALS); i++) {
    let rest = all <= MOST_TRIALS ? i : Math.floor(random() * all)
    const trial: Trial = new Map()
    for (const { text, values } of choices) {
      trial.set(text, values[rest % values.length] ?? 0)
      rest = Math.floor(rest / values.length)
    }
    yield trial
  }
}

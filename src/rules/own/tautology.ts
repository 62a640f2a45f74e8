/**
 * Whether a condition says anything: one that is true where nothing is known and nothing happens, or at every value that
 * was tried, would fire on everything. Values are tried where the condition may turn: at and beside each number in it.
 */
import type { EquipmentKind } from '../../model/equipment.js'
import { type Call, type Expression, type Name, nodesOf } from './expression.js'
import { NAMES } from './names.js'
import { printExpression } from './print.js'
import { translate } from './translate.js'
import { createRandom, leavesIn, leavesOf, type Trial, turningPoints, valuesOf } from './trials.js'

const TRIALS = 400

/** Why it would fire on everything, or `null`. */
export function firesAlways(
  expression: Expression,
  kind: EquipmentKind,
  defaultOf: (parameter: string) => number,
): string | null {
  const isTrue = translate(expression, leavesOf(kind, defaultOf))
  const leaves = leavesIn(expression)
  if (![...leaves].some((leaf) => dependsOnReadings(leaf, kind)))
    return 'it depends on no signal and no event'
  const quiet: Trial = new Map()
  for (const leaf of leaves) if (isQuiet(leaf)) quiet.set(printExpression(leaf), 0)
  if (isTrue(quiet) === 1) return 'it is true where nothing is known and nothing happens'
  const near = turningPoints(expression, defaultOf)
  const random = createRandom()
  for (let i = 0; i < TRIALS; i++) {
    const trial: Trial = new Map()
    for (const leaf of leaves) {
      const values = valuesOf(leaf, kind, near)
      trial.set(printExpression(leaf), values[Math.floor(random() * values.length)] ?? 0)
    }
    if (isTrue(trial) !== 1) return null
  }
  return 'it is true whatever the values are'
}

function dependsOnReadings(leaf: Name | Call, kind: EquipmentKind): boolean {
  if (leaf.type === 'call' && (leaf.name === 'event' || leaf.name === 'silent')) return true
  return [...nodesOf(leaf)].some(
    (node) =>
      (node.type === 'name' && NAMES[kind].get(node.name)?.type !== 'attribute') ||
      (node.type === 'call' && node.name === 'event'),
  )
}

/** What is not unknown but false while nothing happens. */
function isQuiet(leaf: Name | Call): boolean {
  return leaf.type === 'call' && ['event', 'silent', 'absent'].includes(leaf.name)
}

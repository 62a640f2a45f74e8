/**
 * Whether a condition says anything: one that is true where nothing is known and nothing happens, or at every value that
 * was tried, would fire on everything. Values are tried where the condition may turn: at and beside each number in it.
 */
import type { EquipmentKind } from '../../model/equipment.js'
import { type Call, type Expression, type Name, nodesOf } from './expression.js'
import { FUNCTIONS, isFunction } from './functions.js'
import { NAMES } from './names.js'
import { printExpression } from './print.js'
import { type Leaves, translate } from './translate.js'

/** What the names and the functions over time are worth, by their text. */
type Trial = Map<string, number>

const TRIALS = 400
const MOST_CODES = 20

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

function leavesIn(expression: Expression): Set<Name | Call> {
  const leaves = new Set<Name | Call>()
  const walk = (node: Expression): void => {
    if (node.type === 'name' || (node.type === 'call' && isLeaf(node))) leaves.add(node)
    else if (node.type === 'call') node.arguments.forEach(walk)
    else if (node.type === 'binary') [node.left, node.right].forEach(walk)
    else if (node.type === 'not' || node.type === 'negative') walk(node.operand)
  }
  walk(expression)
  return leaves
}

function isLeaf({ name }: Call): boolean {
  return name === 'event' || (isFunction(name) && FUNCTIONS[name].overTime)
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

function turningPoints(expression: Expression, defaultOf: (parameter: string) => number): number[] {
  const points = new Set<number>([0])
  for (const node of nodesOf(expression)) {
    const point =
      node.type === 'number' ? node.value : node.type === 'parameter' ? defaultOf(node.name) : null
    if (point !== null) for (const one of [point - 1, point, point + 1, -point]) points.add(one)
  }
  return [...points]
}

function valuesOf(leaf: Name | Call, kind: EquipmentKind, near: readonly number[]): readonly number[] {
  if (leaf.type === 'call') {
    return isFunction(leaf.name) && FUNCTIONS[leaf.name].gives === 'number' ? near : [0, 1]
  }
  const known = NAMES[kind].get(leaf.name)
  if (known?.values !== 'number') return [0, 1]
  const { low, high } = known
  const within = near.filter((value) => value >= low && value <= high)
  const codes =
    high - low <= MOST_CODES ? Array.from({ length: high - low + 1 }, (_, i) => low + i) : [low, high]
  return [...within, ...codes.filter(Number.isFinite)]
}

function leavesOf(kind: EquipmentKind, defaultOf: (parameter: string) => number): Leaves<Trial> {
  const tried = (leaf: Name | Call) => {
    const key = printExpression(leaf)
    return (trial: Trial) => trial.get(key) ?? Number.NaN
  }
  return {
    name: tried,
    call: tried,
    atLeast: tried,
    parameter({ name }) {
      const value = defaultOf(name)
      return () => value
    },
    is(name, { value }) {
      const known = NAMES[kind].get(name.name)
      const code = known?.type === 'signal' ? known.words?.[value] : 1
      const read = tried(name)
      return (trial) => {
        const worth = read(trial)
        return Number.isNaN(worth) ? worth : Number(worth === code)
      }
    },
  }
}

/** The same trials every time: a linear congruential generator of fixed seed. */
function createRandom(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

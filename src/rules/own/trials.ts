/**
 * Trying a condition without any equipment: what it is worth when its names and its functions over time are given
 * values. Values are tried where the condition may turn.
 */
import type { EquipmentKind } from '../../model/equipment.js'
import { type Call, type Expression, type Name, nodesOf } from './expression.js'
import { FUNCTIONS, isFunction } from './functions.js'
import { NAMES } from './names.js'
import { printExpression } from './print.js'
import type { Leaves } from './translate.js'

/** What the names and the functions over time are worth, by their text. */
export type Trial = Map<string, number>

const MOST_CODES = 20

/** Names, and functions over time as a whole. */
export function leavesIn(expression: Expression): Set<Name | Call> {
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

/** At and beside each number in an expression. */
export function turningPoints(expression: Expression, defaultOf: (parameter: string) => number): number[] {
  const points = new Set<number>([0])
  for (const node of nodesOf(expression)) {
    const point =
      node.type === 'number' ? node.value : node.type === 'parameter' ? defaultOf(node.name) : null
    if (point !== null) for (const one of [point - 1, point, point + 1, -point]) points.add(one)
  }
  return [...points]
}

/** What a leaf is tried at; `near` are the turning points. */
export function valuesOf(leaf: Name | Call, kind: EquipmentKind, near: readonly number[]): readonly number[] {
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

/** Reads the worth of names and functions over time out of a trial. */
export function leavesOf(kind: EquipmentKind, defaultOf: (parameter: string) => number): Leaves<Trial> {
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
export function createRandom(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

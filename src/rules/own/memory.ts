/**
 * The functions over time of one rule, each with a cell in the rule's state. All of them move on at every look, parts
 * before the whole, whether the outcome is asked for or not: what is not seen now would be missing later. A function
 * that stands twice in a rule has one cell.
 */

import type { EquipmentKind } from '../../model/equipment.js'
import type { Facts } from '../facts.js'
import { type Call, type Expression, nodesOf } from './expression.js'
import { FUNCTIONS, isFunction } from './functions.js'
import { NAMES, type SignalName } from './names.js'
import type { Heard, OwnState } from './own-rule.js'
import { printExpression } from './print.js'
import type { Evaluate } from './translate.js'
import {
  changedFrom,
  countIsWhole,
  countOf,
  extremeOf,
  heldSince,
  meanOf,
  rateOf,
  type Standing,
  sequenceOf,
  usualOf,
} from './windows.js'

/** What a rule knows during one look; one object for each compiled rule, filled anew each time. */
export interface Context extends Standing {
  facts: Facts
  parameters: Readonly<Record<string, number>>
  state: OwnState
  heard: Heard | null
  /** By function over time: what it is worth now; and for a count, what it has come to at least. */
  worth: number[]
  atLeast: number[]
  /** ms since 1970 from which time alone may change something, 0 for never. */
  dueAt: number
}

/** The calls of `expressions` that remember something, by their canonical text, parts before the whole. */
export function callsOverTime(expressions: readonly Expression[]): Map<string, Call> {
  const calls = new Map<string, Call>()
  for (const expression of expressions) {
    for (const node of nodesOf(expression)) {
      if (node.type === 'call' && isFunction(node.name) && FUNCTIONS[node.name].overTime) {
        calls.set(printExpression(node), node)
      }
    }
  }
  return calls
}

/** Beyond this no sum of a window stays exact, and nothing is measured in it. */
const MOST_BELIEVED = 1e12

export interface StepOptions {
  call: Call
  kind: EquipmentKind
  index: number
  translate: (expression: Expression) => Evaluate<Context>
}

/** Moves one function on by one look. */
export function stepOf({ call, kind, index, translate }: StepOptions): (context: Context) => void {
  const { arguments: given } = call
  const value = (i: number): Evaluate<Context> => {
    const argument = given[i]
    return argument ? translate(argument) : () => Number.NaN
  }
  const believed = (i: number): Evaluate<Context> => {
    const read = value(i)
    return (context) => {
      const number = read(context)
      return Math.abs(number) <= MOST_BELIEVED ? number : Number.NaN
    }
  }
  const cellOf = (context: Context): number[] => context.state.cells[index] ?? []
  const step = (worth: (context: Context, cell: number[]) => number) => (context: Context) => {
    context.worth[index] = worth(context, cellOf(context))
  }
  const name = isFunction(call.name) ? call.name : null
  const ms = value(given.length - 1)
  switch (name) {
    case 'rate': {
      const number = believed(0)
      return step((context, cell) => rateOf(cell, context.now, number(context), ms(context)))
    }
    case 'mean':
    case 'share': {
      const number = believed(0)
      return step((context, cell) => meanOf(cell, context, number(context), ms(context)))
    }
    case 'min':
    case 'max': {
      const number = believed(0)
      return step((context, cell) => extremeOf(cell, context, number(context), ms(context), name))
    }
    case 'baseline': {
      const number = believed(0)
      return step((context, cell) => usualOf(cell, context, number(context), ms(context)).mean)
    }
    case 'deviation': {
      const number = believed(0)
      return step((context, cell) => usualOf(cell, context, number(context), ms(context)).deviation)
    }
    case 'count': {
      const truth = value(0)
      const pulse = isPulse(given[0])
      return step((context, cell) => {
        const window = ms(context)
        const count = countOf(cell, context.now, truth(context), window, pulse)
        context.atLeast[index] = count
        return countIsWhole(cell, context.now, window) ? count : Number.NaN
      })
    }
    case 'held': {
      const truth = value(0)
      return step((context, cell) => {
        const isTrue = truth(context)
        const due = heldSince(cell, context.now, isTrue) + ms(context)
        return Number.isNaN(due) ? isTrue : reached(context, due)
      })
    }
    case 'sequence': {
      const first = value(0)
      const second = value(1)
      const pulses = [isPulse(given[0]), isPulse(given[1])] as const
      return step((context, cell) =>
        sequenceOf(cell, context.now, [first(context), second(context)], ms(context), pulses),
      )
    }
    case 'changed': {
      const number = believed(0)
      return step((context, cell) => changedFrom(cell, number(context)))
    }
    case 'absent': {
      const slot = slotOf(given[0], kind)
      return step((context, cell) => {
        if (cell.length === 0 || brings(context.heard, slot)) cell[0] = context.now
        return reached(context, (cell[0] ?? context.now) + ms(context))
      })
    }
    case 'silent':
      return step((context) => reached(context, context.state.heardAt + ms(context)))
    case 'when':
    case 'abs':
    case 'event':
    case null:
      return () => {}
  }
}

/** True for one look only, as a change is: then the next look at which it is true is another time. */
function isPulse(expression: Expression | undefined): boolean {
  if (expression?.type === 'call') return expression.name === 'changed'
  if (expression?.type !== 'binary') return false
  const { operator, left, right } = expression
  if (operator === 'and') return isPulse(left) || isPulse(right)
  return operator === 'or' && isPulse(left) && isPulse(right)
}

/** Whether `due` has come; if not, ticks must look again when it does. */
function reached(context: Context, due: number): number {
  if (context.now >= due) return 1
  if (context.dueAt === 0 || due < context.dueAt) context.dueAt = due
  return 0
}

function slotOf(expression: Expression | undefined, kind: EquipmentKind): number {
  const name = expression?.type === 'name' ? NAMES[kind].get(expression.name) : undefined
  return (name as SignalName | undefined)?.slot ?? -1
}

function brings(heard: Heard | null, slot: number): boolean {
  if (heard === null) return false
  return ((slot < 32 ? heard.low >>> slot : heard.high >>> (slot - 32)) & 1) === 1
}

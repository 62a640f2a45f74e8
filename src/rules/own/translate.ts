/**
 * A tree to a closure, built once. Everything is a number: truth is 1, 0, or NaN for unknown, and what is unknown stays
 * so through arithmetic and comparison. `and` and `or` know more: false and unknown is false, true or unknown is true.
 * What a name or a function over time is worth is asked of `leaves`.
 */
import {
  type Binary,
  type Call,
  type Comparison,
  type Expression,
  isComparison,
  type Name,
  type Operator,
  type ParameterName,
  type Text,
} from './expression.js'

export type Evaluate<C> = (context: C) => number

export interface Leaves<C> {
  name(name: Name): Evaluate<C>
  parameter(parameter: ParameterName): Evaluate<C>
  /** A function over time, or an event. */
  call(call: Call): Evaluate<C>
  /** What a count that has not yet watched its whole window has come to at least. */
  atLeast(call: Call): Evaluate<C>
  /** Whether a name has this text for its value. */
  is(name: Name, text: Text): Evaluate<C>
}

export function translate<C>(expression: Expression, leaves: Leaves<C>): Evaluate<C> {
  switch (expression.type) {
    case 'number':
    case 'duration':
    case 'boolean': {
      const { value } = expression
      return () => value
    }
    case 'text':
      return () => Number.NaN
    case 'parameter':
      return leaves.parameter(expression)
    case 'name':
      return leaves.name(expression)
    case 'call':
      return translateCall(expression, leaves)
    case 'not': {
      const operand = translate(expression.operand, leaves)
      return (context) => 1 - operand(context)
    }
    case 'negative': {
      const operand = translate(expression.operand, leaves)
      return (context) => -operand(context)
    }
    case 'binary':
      return translateBinary(expression, leaves)
  }
}

function translateCall<C>(call: Call, leaves: Leaves<C>): Evaluate<C> {
  const [first, second] = call.arguments
  if (call.name === 'when' && first && second) {
    const condition = translate(first, leaves)
    const value = translate(second, leaves)
    return (context) => (condition(context) === 1 ? value(context) : Number.NaN)
  }
  if (call.name === 'abs' && first) {
    const value = translate(first, leaves)
    return (context) => Math.abs(value(context))
  }
  return leaves.call(call)
}

function translateBinary<C>(expression: Binary, leaves: Leaves<C>): Evaluate<C> {
  const { operator } = expression
  if (isComparison(operator)) return translateComparison(expression, operator, leaves)
  const left = translate(expression.left, leaves)
  const right = translate(expression.right, leaves)
  return combining(left, right, operator)
}

function combining<C>(
  left: Evaluate<C>,
  right: Evaluate<C>,
  operator: Exclude<Operator, Comparison>,
): Evaluate<C> {
  switch (operator) {
    case 'and':
      return (context) => {
        const a = left(context)
        if (a === 0) return 0
        const b = right(context)
        return b === 0 ? 0 : a * b
      }
    case 'or':
      return (context) => {
        const a = left(context)
        if (a === 1) return 1
        const b = right(context)
        return b === 1 ? 1 : a + b
      }
    case '+':
      return (context) => left(context) + right(context)
    case '-':
      return (context) => left(context) - right(context)
    case '*':
      return (context) => left(context) * right(context)
    case '/':
      return (context) => {
        const by = right(context)
        return by === 0 ? Number.NaN : left(context) / by
      }
  }
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
}

function translateComparison<C>(
  { left, right }: Binary,
  operator: Comparison,
  leaves: Leaves<C>,
): Evaluate<C> {
  if (right.type === 'text' && left.type === 'name') {
    const is = leaves.is(left, right)
    return operator === '!=' ? (context) => 1 - is(context) : is
  }
  if (isCount(right) && !isCount(left)) {
    const mirrored = MIRRORED[operator]
    return compare(right, left, mirrored, leaves)
  }
  return compare(left, right, operator, leaves)
}

function compare<C>(
  left: Expression,
  right: Expression,
  operator: Comparison,
  leaves: Leaves<C>,
): Evaluate<C> {
  const a = translate(left, leaves)
  const b = translate(right, leaves)
  const compared = comparing(a, b, operator)
  if (!isCount(left) || (operator !== '>' && operator !== '>=')) return compared
  const certain = comparing(leaves.atLeast(left), b, operator)
  return (context) => (certain(context) === 1 ? 1 : compared(context))
}

/** Neither true nor false where a side is NaN: each outcome is asked for by itself. */
function comparing<C>(a: Evaluate<C>, b: Evaluate<C>, operator: Comparison): Evaluate<C> {
  switch (operator) {
    case '>':
      return (context) => {
        const x = a(context)
        const y = b(context)
        return x > y ? 1 : x <= y ? 0 : Number.NaN
      }
    case '>=':
      return (context) => {
        const x = a(context)
        const y = b(context)
        return x >= y ? 1 : x < y ? 0 : Number.NaN
      }
    case '<':
      return comparing(b, a, '>')
    case '<=':
      return comparing(b, a, '>=')
    case '==':
      return (context) => {
        const x = a(context)
        const y = b(context)
        return x === y ? 1 : x < y || x > y ? 0 : Number.NaN
      }
    case '!=': {
      const same = comparing(a, b, '==')
      return (context) => 1 - same(context)
    }
  }
}

function isCount(expression: Expression): expression is Call {
  return expression.type === 'call' && expression.name === 'count'
}

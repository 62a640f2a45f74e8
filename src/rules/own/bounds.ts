/**
 * Between which values an expression can lie, from the ranges of its signals: what can never be true, or never false,
 * is a mistake. Truth lies between 0 and 1; unknown values are left out, for they decide nothing.
 */
import type { Comparison, Operator } from './expression.js'

export interface Bounds {
  readonly low: number
  readonly high: number
}

export const ANY_TRUTH: Bounds = { low: 0, high: 1 }
export const ANY_NUMBER: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }

export function negated({ low, high }: Bounds): Bounds {
  return { low: 0 - high, high: 0 - low }
}

export function opposite({ low, high }: Bounds): Bounds {
  return { low: 1 - high, high: 1 - low }
}

export function absolute({ low, high }: Bounds): Bounds {
  const most = Math.max(Math.abs(low), Math.abs(high))
  return { low: low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high)), high: most }
}

export function combined(operator: Exclude<Operator, Comparison>, a: Bounds, b: Bounds): Bounds {
  switch (operator) {
    case 'and':
      return { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) }
    case 'or':
      return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) }
    case '+':
      return { low: a.low + b.low, high: a.high + b.high }
    case '-':
      return { low: a.low - b.high, high: a.high - b.low }
    case '*':
      return around([times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)])
    case '/':
      if (b.low <= 0 && b.high >= 0) return ANY_NUMBER
      return combined('*', a, { low: 1 / b.high, high: 1 / b.low })
  }
}

export function compared(operator: Comparison, a: Bounds, b: Bounds): Bounds {
  switch (operator) {
    case '>':
      return { low: Number(a.low > b.high), high: Number(a.high > b.low) }
    case '>=':
      return { low: Number(a.low >= b.high), high: Number(a.high >= b.low) }
    case '<':
      return compared('>', b, a)
    case '<=':
      return compared('>=', b, a)
    case '==': {
      const point = a.low === a.high && b.low === b.high && a.low === b.low
      return { low: Number(point), high: Number(a.low <= b.high && b.low <= a.high) }
    }
    case '!=':
      return opposite(compared('==', a, b))
  }
}

function around(values: readonly number[]): Bounds {
  return { low: Math.min(...values), high: Math.max(...values) }
}

/** 0 × ∞ is 0 here: the ends of a range are never reached. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b
}

/** The canonical text of an expression and of a duration: one spelling for one meaning, so that texts can be compared. */
import { type Expression, isComparison } from './expression.js'
import { powerOf } from './parser.js'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** `90_000` → `90s`: the largest unit that divides it. */
export function printDuration(ms: number): string {
  const unit = UNITS.find(([, length]) => ms > 0 && ms % length === 0)
  if (unit) return `${ms / unit[1]}${unit[0]}`
  return ms === 0 ? '0s' : `${ms}ms`
}

export function printExpression(expression: Expression): string {
  switch (expression.type) {
    case 'number':
      return String(expression.value)
    case 'duration':
      return printDuration(expression.value)
    case 'boolean':
      return expression.value === 1 ? 'true' : 'false'
    case 'text':
      return expression.value.includes('"') ? `'${expression.value}'` : `"${expression.value}"`
    case 'parameter':
      return `$${expression.name}`
    case 'name':
      return expression.name
    case 'call':
      return `${expression.name}(${expression.arguments.map(printExpression).join(', ')})`
    case 'not':
      return `not ${within(expression.operand, powerOf(expression))}`
    case 'negative':
      return `-${within(expression.operand, powerOf(expression))}`
    case 'binary': {
      const power = powerOf(expression)
      const { operator, left, right } = expression
      // The left side may be as loose as the whole, as in (a - b) - c; but comparisons do not chain.
      const leftPower = isComparison(operator) ? power + 1 : power
      return `${within(left, leftPower)} ${operator} ${within(right, power + 1)}`
    }
  }
}

function within(expression: Expression, least: number): string {
  const text = printExpression(expression)
  return powerOf(expression) < least ? `(${text})` : text
}

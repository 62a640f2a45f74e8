/** The tree of an expression. Every node knows where it stands in the text, so that a fault can be shown there. */

/** Offsets into the whole text, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export const COMPARISONS = ['>', '>=', '<', '<=', '==', '!='] as const
export type Comparison = (typeof COMPARISONS)[number]
export type Operator = 'or' | 'and' | Comparison | '+' | '-' | '*' | '/'

export interface Literal extends Span {
  type: 'number' | 'duration' | 'boolean'
  /** The number; ms; 1 or 0. */
  value: number
}
export interface Text extends Span {
  type: 'text'
  value: string
}
/** `$limit` */
export interface ParameterName extends Span {
  type: 'parameter'
  name: string
}
/** A signal, an attribute (`attributes.ratedSpeed`) or a derived state. */
export interface Name extends Span {
  type: 'name'
  name: string
}
export interface Call extends Span {
  type: 'call'
  name: string
  arguments: Expression[]
}
export interface Unary extends Span {
  type: 'not' | 'negative'
  operand: Expression
}
export interface Binary extends Span {
  type: 'binary'
  operator: Operator
  at: Span
  left: Expression
  right: Expression
}
export type Expression = Literal | Text | ParameterName | Name | Call | Unary | Binary

export function isComparison(operator: Operator): operator is Comparison {
  return (COMPARISONS as readonly string[]).includes(operator)
}

/** The parts of which a node is made, in their order. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case 'call':
      return expression.arguments
    case 'not':
    case 'negative':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'number':
    case 'duration':
    case 'boolean':
    case 'text':
    case 'parameter':
    case 'name':
      return []
  }
}

/** The node and all below it, parts before the whole. */
export function* nodesOf(expression: Expression): Generator<Expression> {
  for (const part of partsOf(expression)) yield* nodesOf(part)
  yield expression
}

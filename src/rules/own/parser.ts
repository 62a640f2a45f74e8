/**
 * Tokens to a tree, by precedence climbing. From the loosest to the tightest: `or`, `and`, `not`, comparison, `+ -`,
 * `* /`, `-x`. Comparisons do not chain.
 */
import { type Expression, isComparison, type Operator, type Span } from './expression.js'
import { Misread, type Source, type Token, tokensOf } from './tokens.js'

const POWER: Readonly<Record<Operator, number>> = {
  or: 1,
  and: 2,
  '>': 4,
  '>=': 4,
  '<': 4,
  '<=': 4,
  '==': 4,
  '!=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
}
const NOT_POWER = 3
const NEGATIVE_POWER = 7
const WORDS = new Set(['and', 'or', 'not', 'true', 'false'])
/** Deeper than anybody reads, far from what the stack bears. */
const MAX_DEPTH = 24
/** Parts of one expression. */
const MAX_NODES = 200

/** How tightly a node's operator binds; what needs no parentheses anywhere binds tightest. */
export function powerOf(expression: Expression): number {
  if (expression.type === 'binary') return POWER[expression.operator]
  if (expression.type === 'not') return NOT_POWER
  return expression.type === 'negative' ? NEGATIVE_POWER : NEGATIVE_POWER + 1
}

/** Throws `Misread` at the first thing that cannot be read. */
export function parseExpression(source: Source): Expression {
  const tokens = tokensOf(source)
  let next = 0
  let depth = 0
  let nodes = 0

  const peek = (): Token => tokens[next] ?? END
  const take = (): Token => tokens[next++] ?? END
  const isSymbol = (text: string) => peek().type === 'symbol' && peek().text === text

  function made<E extends Expression>(expression: E): E {
    if (++nodes > MAX_NODES) {
      throw new Misread(expression, `the expression has more than ${MAX_NODES} parts; make two rules of it`)
    }
    return expression
  }

  function parse(least: number): Expression {
    if (++depth > MAX_DEPTH) {
      throw new Misread(
        peek(),
        `the expression is nested deeper than ${MAX_DEPTH} levels; make two rules of it`,
      )
    }
    let left = prefix()
    for (;;) {
      const token = peek()
      const operator = operatorOf(token)
      if (operator === null || POWER[operator] < least) break
      take()
      const right = parse(POWER[operator] + 1)
      left = made({ type: 'binary', operator, at: token, left, right, start: left.start, end: right.end })
      refuseChain(operator)
    }
    depth--
    return left
  }

  function refuseChain(operator: Operator): void {
    const then = operatorOf(peek())
    if (isComparison(operator) && then !== null && isComparison(then)) {
      throw new Misread(
        peek(),
        `found a second \`${then}\`: comparisons do not chain; write \`a < b and b < c\``,
      )
    }
  }

  function prefix(): Expression {
    const token = take()
    switch (token.type) {
      case 'number':
      case 'duration':
        return made({ type: token.type, value: token.value, ...spanOf(token) })
      case 'text':
        return made({ type: 'text', value: token.text, ...spanOf(token) })
      case 'parameter':
        return made({ type: 'parameter', name: token.text, ...spanOf(token) })
      case 'name':
        return word(token)
      case 'symbol':
        if (token.text === '-') return unary('negative', token, NEGATIVE_POWER)
        if (token.text === '(') {
          const inner = parse(0)
          expect(')')
          return inner
        }
        throw unexpected(token, 'a value')
      case 'end':
        throw unexpected(token, 'a value')
    }
  }

  function word(token: Token): Expression {
    if (token.text === 'not') return unary('not', token, NOT_POWER)
    if (token.text === 'true' || token.text === 'false') {
      return made({ type: 'boolean', value: Number(token.text === 'true'), ...spanOf(token) })
    }
    if (WORDS.has(token.text)) throw unexpected(token, 'a value')
    return isSymbol('(') ? call(token) : made({ type: 'name', name: token.text, ...spanOf(token) })
  }

  function unary(type: 'not' | 'negative', token: Token, power: number): Expression {
    const operand = parse(power)
    return made({ type, operand, start: token.start, end: operand.end })
  }

  function call(name: Token): Expression {
    take()
    const given: Expression[] = []
    while (!isSymbol(')')) {
      given.push(parse(0))
      if (isSymbol(',')) take()
      else if (!isSymbol(')')) throw unexpected(peek(), '`,` or `)`')
    }
    const { end } = take()
    return made({ type: 'call', name: name.text, arguments: given, start: name.start, end })
  }

  function expect(text: string): void {
    if (!isSymbol(text)) throw unexpected(peek(), `\`${text}\` or an operator`)
    take()
  }

  const expression = parse(0)
  if (peek().type !== 'end') throw unexpected(peek(), 'an operator or the end')
  return expression
}

const END: Token = { type: 'end', text: '', value: Number.NaN, start: 0, end: 0 }

function spanOf({ start, end }: Token): Span {
  return { start, end }
}

function operatorOf({ type, text }: Token): Operator | null {
  const isOperator = (type === 'symbol' || type === 'name') && Object.hasOwn(POWER, text)
  return isOperator ? (text as Operator) : null
}

function unexpected(token: Token, expected: string): Misread {
  const found = token.type === 'end' ? 'the end' : `\`${token.type === 'parameter' ? '$' : ''}${token.text}\``
  return new Misread(token, `found ${found}, expected ${expected}`)
}

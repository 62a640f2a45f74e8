/**
 * What is wrong with an expression that can be read: names that do not exist, kinds of values and units that do not fit,
 * windows without an end, comparisons that can only ever turn out one way. All faults are told, each at its place.
 */
import { EQUIPMENT_KINDS, type EquipmentKind } from '../../model/equipment.js'
import {
  ANY_NUMBER,
  ANY_TRUTH,
  absolute,
  type Bounds,
  combined,
  compared,
  negated,
  opposite,
} from './bounds.js'
import {
  type Binary,
  type Call,
  type Comparison,
  type Expression,
  isComparison,
  type Name,
  type Span,
} from './expression.js'
import { type ArgumentType, FUNCTIONS, isFunction } from './functions.js'
import { didYouMean } from './meant.js'
import { NAMES } from './names.js'
import { printDuration, printExpression } from './print.js'

/** The longest that a rule may look back. */
export const MAX_WINDOW_MS = 7 * 86_400_000

export interface KnownParameter extends Bounds {
  readonly type: 'number' | 'duration'
  readonly unit: string | null
  readonly default: number
}

export interface CheckOptions {
  kind: EquipmentKind
  parameters: ReadonlyMap<string, KnownParameter>
  /** Names that were met are added. */
  used: Set<string>
  report: (span: Span, message: string) => void
}

/** What an expression is. `any` has a fault already, which is told once. */
export interface Typed extends Bounds {
  type: 'number' | 'boolean' | 'duration' | 'text' | 'any'
  unit: string | null
}

const ANY: Typed = { type: 'any', unit: null, ...ANY_NUMBER }

function number(unit: string | null, { low, high }: Bounds): Typed {
  return { type: 'number', unit, low, high }
}
function truth({ low, high }: Bounds = ANY_TRUTH): Typed {
  return { type: 'boolean', unit: null, low, high }
}

export function check(expression: Expression, options: CheckOptions): Typed {
  switch (expression.type) {
    case 'number':
      return number(null, { low: expression.value, high: expression.value })
    case 'boolean':
      return truth({ low: expression.value, high: expression.value })
    case 'duration':
      return { type: 'duration', unit: null, low: expression.value, high: expression.value }
    case 'text':
      return { type: 'text', unit: null, ...ANY_NUMBER }
    case 'parameter':
      return checkParameter(expression.name, expression, options)
    case 'name':
      return checkName(expression, options)
    case 'call':
      return checkCall(expression, options)
    case 'not':
      return truth(opposite(wanted('boolean', expression.operand, 'not', options)))
    case 'negative': {
      const operand = wanted('number', expression.operand, '-', options)
      return number(operand.unit, negated(operand))
    }
    case 'binary':
      return checkBinary(expression, options)
  }
}

function checkParameter(name: string, span: Span, { parameters, used, report }: CheckOptions): Typed {
  used.add(name)
  const known = parameters.get(name)
  if (known) {
    const at = { low: known.default, high: known.default }
    return known.type === 'duration' ? { type: 'duration', unit: null, ...at } : number(known.unit, at)
  }
  const others = [...parameters.keys()].map((other) => `$${other}`)
  report(span, `found \`$${name}\`, expected a parameter of this rule${didYouMean(`$${name}`, others)}`)
  return ANY
}

function checkName({ name, ...span }: Name, { kind, report }: CheckOptions): Typed {
  const known = NAMES[kind].get(name)
  if (known) {
    if (known.values === 'text') return { type: 'text', unit: null, ...ANY_NUMBER }
    return known.values === 'boolean' ? truth() : number(known.unit === '' ? null : known.unit, known)
  }
  const other = EQUIPMENT_KINDS.find((one) => NAMES[one].has(name))
  if (isFunction(name)) report(span, `found \`${name}\`, which is a function: expected ${usage(name)}`)
  else if (other)
    report(span, `found \`${name}\`, which belongs to kind ${other}; this rule is for kind ${kind}`)
  else {
    const hint = didYouMean(name, NAMES[kind].keys())
    report(span, `found \`${name}\`, expected a signal, an attribute or a state of kind ${kind}${hint}`)
  }
  return ANY
}

function usage(name: keyof typeof FUNCTIONS): string {
  return `\`${name}(${FUNCTIONS[name].takes.map((type) => WANTED[type]).join(', ')})\``
}

const WANTED: Readonly<Record<ArgumentType, string>> = {
  number: 'a number',
  boolean: 'a condition',
  any: 'a value',
  signal: 'a signal',
  duration: 'a duration',
  code: 'an event code',
}
const FOUND: Readonly<Record<Typed['type'], string>> = {
  number: 'a number',
  boolean: 'true or false',
  duration: 'a duration',
  text: 'a text',
  any: 'a value',
}

function wanted(type: 'number' | 'boolean', part: Expression, by: string, options: CheckOptions): Typed {
  const found = check(part, options)
  if (found.type === type || found.type === 'any') return found
  options.report(
    part,
    `\`${printExpression(part)}\` is ${FOUND[found.type]}, and \`${by}\` needs ${WANTED[type]}`,
  )
  return ANY
}

function checkCall(call: Call, options: CheckOptions): Typed {
  const { name, arguments: given } = call
  if (!isFunction(name)) {
    options.report(
      { start: call.start, end: call.start + name.length },
      `found \`${name}\`, expected a function${didYouMean(name, Object.keys(FUNCTIONS))}`,
    )
    for (const argument of given) check(argument, options)
    return ANY
  }
  const { takes, gives, unit } = FUNCTIONS[name]
  if (given.length !== takes.length) {
    const many = given.length === 1 ? '1 argument' : `${given.length} arguments`
    options.report(call, `\`${name}\` was given ${many}, expected ${usage(name)}`)
    return ANY
  }
  const types = takes.map((type, i) => checkArgument(type, given[i], name, options))
  if (gives === 'boolean') return truth()
  const value = types.findLast(({ type }) => type === 'number') ?? ANY
  const perMinute = value.unit === null ? null : `${value.unit}/min`
  return number(unit === 'none' ? null : unit === 'same' ? value.unit : perMinute, boundsOf(name, value))
}

function boundsOf(name: keyof typeof FUNCTIONS, value: Bounds): Bounds {
  switch (name) {
    case 'mean':
    case 'min':
    case 'max':
    case 'baseline':
    case 'when':
      return value
    case 'abs':
      return absolute(value)
    case 'share':
      return ANY_TRUTH
    case 'count':
    case 'deviation':
      return { low: 0, high: Number.POSITIVE_INFINITY }
    default:
      return ANY_NUMBER
  }
}

function checkArgument(
  type: ArgumentType,
  argument: Expression | undefined,
  by: string,
  options: CheckOptions,
): Typed {
  if (!argument) return ANY
  const { report } = options
  switch (type) {
    case 'number':
    case 'boolean':
      return wanted(type, argument, by, options)
    case 'any': {
      const found = check(argument, options)
      if (found.type === 'number' || found.type === 'boolean' || found.type === 'any') return found
      report(
        argument,
        `\`${printExpression(argument)}\` is ${FOUND[found.type]}, and \`${by}\` needs a value`,
      )
      return ANY
    }
    case 'signal': {
      const known = argument.type === 'name' ? NAMES[options.kind].get(argument.name) : undefined
      if (known?.type === 'signal') return ANY
      if (argument.type === 'name' && !known) return check(argument, options)
      report(argument, `found \`${printExpression(argument)}\`, and \`${by}\` needs the name of a signal`)
      return ANY
    }
    case 'code': {
      const code = argument.type === 'number' ? argument.value : Number.NaN
      if (Number.isInteger(code) && code <= 0xffff) return ANY
      report(
        argument,
        `found \`${printExpression(argument)}\`, and \`${by}\` needs the number of an event code`,
      )
      return ANY
    }
    case 'duration':
      checkWindow(argument, by, options)
      return ANY
  }
}

function checkWindow(argument: Expression, by: string, options: CheckOptions): void {
  const found = check(argument, options)
  if (found.type === 'any') return
  const text = printExpression(argument)
  if (found.type !== 'duration') {
    const hint = argument.type === 'number' ? `; did you mean \`${text}s\`?` : ''
    return options.report(argument, `found \`${text}\`, and \`${by}\` needs a duration such as \`5m\`${hint}`)
  }
  const bounds = (argument.type === 'parameter' && options.parameters.get(argument.name)) || found
  if (bounds.low > 0 && bounds.high <= MAX_WINDOW_MS) return
  const reach =
    argument.type === 'parameter' ? ` (${printDuration(bounds.low)} to ${printDuration(bounds.high)})` : ''
  options.report(
    argument,
    `found \`${text}\`${reach}, expected a window longer than 0s and at most ${printDuration(MAX_WINDOW_MS)}`,
  )
}

function checkBinary(expression: Binary, options: CheckOptions): Typed {
  const { operator, left, right } = expression
  if (operator === 'and' || operator === 'or') {
    const a = wanted('boolean', left, operator, options)
    const b = wanted('boolean', right, operator, options)
    return a.type === 'any' || b.type === 'any' ? ANY : truth(combined(operator, a, b))
  }
  if (isComparison(operator)) return checkComparison(expression, operator, options)
  const a = wanted('number', left, operator, options)
  const b = wanted('number', right, operator, options)
  if (a.type === 'any' || b.type === 'any') return ANY
  const bounds = combined(operator, a, b)
  if (operator === '+' || operator === '-') {
    sameUnit(expression, a, b, options)
    return number(a.unit ?? b.unit, bounds)
  }
  // A bare number scales and leaves the unit; two units make one that nobody writes down.
  const scaled = b.unit === null ? a.unit : operator === '*' && a.unit === null ? b.unit : null
  return number(isBare(left) || isBare(right) ? scaled : null, bounds)
}

function isBare(expression: Expression): boolean {
  return expression.type === 'number' || (expression.type === 'negative' && isBare(expression.operand))
}

function sameUnit({ at, left, right }: Binary, a: Typed, b: Typed, { report }: CheckOptions): void {
  if (a.unit === null || b.unit === null || a.unit === b.unit) return
  report(
    at,
    `\`${printExpression(left)}\` is in ${a.unit} and \`${printExpression(right)}\` in ${b.unit}: expected one unit`,
  )
}

function checkComparison(expression: Binary, operator: Comparison, options: CheckOptions): Typed {
  const { at, left, right } = expression
  if (operator === '>' || operator === '>=' || operator === '<' || operator === '<=') {
    const a = wanted('number', left, operator, options)
    const b = wanted('number', right, operator, options)
    if (a.type === 'any' || b.type === 'any') return ANY
    sameUnit(expression, a, b, options)
    return decided(expression, compared(operator, a, b), a, options)
  }
  if (right.type === 'text') return checkText(expression, right.value, options)
  const a = check(left, options)
  const b = check(right, options)
  if (a.type === 'any' || b.type === 'any') return ANY
  if (a.type !== b.type || a.type === 'text' || a.type === 'duration') {
    options.report(
      at,
      `\`${operator}\` compares ${FOUND[a.type]} with ${FOUND[b.type]}: expected two numbers, or two conditions`,
    )
    return ANY
  }
  sameUnit(expression, a, b, options)
  return decided(expression, compared(operator, a, b), a, options)
}

/** A comparison that cannot turn out otherwise is a mistake, wherever it stands. */
function decided(expression: Binary, bounds: Bounds, left: Typed, { report }: CheckOptions): Typed {
  if (bounds.low !== bounds.high) return truth(bounds)
  const always = bounds.low === 1 ? 'always' : 'never'
  const range =
    Number.isFinite(left.low) || Number.isFinite(left.high)
      ? `: \`${printExpression(expression.left)}\` lies between ${left.low} and ${left.high}`
      : ''
  report(expression.at, `\`${printExpression(expression)}\` is ${always} true${range}`)
  return ANY
}

function checkText({ left, right, at }: Binary, text: string, options: CheckOptions): Typed {
  const known = left.type === 'name' ? NAMES[options.kind].get(left.name) : undefined
  if (left.type === 'name' && !known) return check(left, options)
  const words =
    known?.type === 'signal'
      ? known.words && Object.keys(known.words)
      : known?.type === 'attribute'
        ? known.texts
        : null
  const free = known?.type === 'attribute' && known.values === 'text' && words === null
  if (free || words?.includes(text)) return truth()
  if (words) {
    const list = words.map((word) => `"${word}"`).join(', ')
    options.report(right, `found "${text}", expected one of ${list}${didYouMean(text, words, '"')}`)
  } else options.report(at, `\`${printExpression(left)}\` has no words: expected a number, not "${text}"`)
  return ANY
}

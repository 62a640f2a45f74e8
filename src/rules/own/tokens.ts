/** An expression's text cut into tokens, each with its place. What is no token is a fault that names what was meant. */
import type { Span } from './expression.js'

export interface Token extends Span {
  type: 'number' | 'duration' | 'text' | 'parameter' | 'name' | 'symbol' | 'end'
  /** As it stands in the text; of a text without its quotes, of a parameter without its `$`. */
  text: string
  /** Of a number; of a duration in ms. */
  value: number
}

/** A text and where each of its characters stands in the file. */
export interface Source {
  readonly text: string
  offsetOf(index: number): number
}

/** What is wrong and where; thrown inside the parser only, and caught where an expression is read. */
export class Misread extends SyntaxError {
  readonly span: Span
  constructor(span: Span, message: string) {
    super(message)
    this.span = span
  }
}

/** A longer expression is not read by anybody who is woken by it. */
const MAX_CHARACTERS = 2_000

const SPACE = /\s+/y
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LETTERS = /[A-Za-z_]\w*/y
const NAME = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y
const PARAMETER = /\$[A-Za-z_]\w*/y
const QUOTED = /"([^"\n]*)"|'([^'\n]*)'/y
const SYMBOL = />=|<=|==|!=|[-+*/<>(),]/y
/** What other languages write, and input methods put in. */
const MEANT: Readonly<Record<string, string>> = {
  '&&': 'and',
  '||': 'or',
  '&': 'and',
  '|': 'or',
  '<>': '!=',
  '=': '==',
  '!': 'not',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '×': '*',
  '÷': '/',
  '“': '"',
  '”': '"',
  '、': ',',
}
const FOREIGN = /&&|\|\||<>|./suy

/** ms */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

export function tokensOf(source: Source): Token[] {
  const { text } = source
  const tokens: Token[] = []
  let index = 0
  const span = (start: number, end: number): Span => ({
    start: source.offsetOf(start),
    end: source.offsetOf(end),
  })
  const cut = (type: Token['type'], end: number, shown: string, value = Number.NaN) => {
    tokens.push({ type, text: shown, value, ...span(index, end) })
    index = end
  }
  if (text.length > MAX_CHARACTERS) {
    throw new Misread(
      span(0, text.length),
      `found ${text.length} characters, expected at most ${MAX_CHARACTERS}; make two rules of it`,
    )
  }
  while (index < text.length) {
    const space = match(SPACE, text, index)
    if (space) {
      index += space.length
      continue
    }
    const number = match(NUMBER, text, index)
    if (number) {
      const unit = match(LETTERS, text, index + number.length) ?? ''
      const end = index + number.length + unit.length
      if (!Number.isFinite(Number(number))) {
        throw new Misread(span(index, end), `found \`${number}\`, expected a number that can be reached`)
      }
      if (unit === '') cut('number', end, number, Number(number))
      else if (Object.hasOwn(UNITS, unit)) cut('duration', end, number + unit, durationMs(number, unit))
      else {
        throw new Misread(
          span(index, end),
          `found \`${number}${unit}\`, expected a number, or a duration in ms, s, m, h or d`,
        )
      }
      continue
    }
    const name = match(NAME, text, index)
    const parameter = match(PARAMETER, text, index)
    const quoted = match(QUOTED, text, index)
    const symbol = match(SYMBOL, text, index)
    if (name) cut('name', index + name.length, name)
    else if (parameter) cut('parameter', index + parameter.length, parameter.slice(1))
    else if (quoted) cut('text', index + quoted.length, quoted.slice(1, -1))
    else if (symbol && text.slice(index, index + 2) !== '<>') cut('symbol', index + symbol.length, symbol)
    else throw foreign(text, index, span)
  }
  cut('end', index, '')
  return tokens
}

/** ms of a duration that stands alone, e.g. `5m`; `null` when it is none. */
export function readDuration(text: string): number | null {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  return parts ? durationMs(parts[1] ?? '', parts[2] ?? '') : null
}

function durationMs(number: string, unit: string): number {
  return Math.round(Number(number) * (UNITS[unit] ?? Number.NaN))
}

function match(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0]
}

function foreign(text: string, index: number, span: (start: number, end: number) => Span): Misread {
  const found = match(FOREIGN, text, index) ?? ''
  const end = index + found.length
  if (found === '"' || found === "'") {
    return new Misread(span(index, end), `found ${found} without its end, expected a text such as "open"`)
  }
  const meant = MEANT[found] ?? halfWidth(found)
  const hint = meant === null ? '' : `; did you mean \`${meant}\`?`
  return new Misread(span(index, end), `found \`${found}\`, expected a name, a value or an operator${hint}`)
}

/** `（` and its kin, which Chinese input methods write for `(`. */
function halfWidth(character: string): string | null {
  const code = character.codePointAt(0) ?? 0
  if (code < 0xff01 || code > 0xff5e) return null
  const meant = String.fromCodePoint(code - 0xfee0)
  return MEANT[meant] ?? meant
}

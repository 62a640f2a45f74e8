/** The fields of one mapping of a YAML text: read by name and kind, each fault at its place, none of them forgotten. */
import { isMap, isScalar, type ParsedNode, type Scalar, type YAMLMap } from 'yaml'
import { didYouMean } from './meant.js'
import type { Fault, Place } from './own-rule.js'
import { readDuration, type Source } from './tokens.js'

export interface FieldsOptions {
  /** The whole text, and where its offsets lie. */
  text: string
  placeOf: (offset: number) => Place
  faults: Fault[]
}

export interface Fields {
  has(key: string): boolean
  /** A field is wrong: at its value, or at the mapping where it is missing. */
  fault(key: string, message: string): void
  faultAt(offset: number, key: string, message: string): void
  /** Each returns `undefined` where there is none; then the fault is told, if it had to be there. */
  text(key: string, longest: number): string | undefined
  choice<T extends string>(key: string, choices: readonly T[]): T | undefined
  number(key: string): number | undefined
  /** ms */
  duration(key: string): number | undefined
  isDuration(key: string): boolean
  map(key: string, keys?: readonly string[]): Fields | undefined
  keys(): string[]
  /** Where a key stands. */
  offsetOf(key: string): number
  /** Whether this very word stands there. */
  isText(key: string, word: string): boolean
  /** `limit` of `$limit`, `null` for anything else. */
  parameterName(key: string): string | null
  /** The text of an expression with the place of each character. */
  source(key: string): Source | undefined
}

type Value = ParsedNode | null

/** `keys`: those that it may have; without them any. `path`: its own place in the rule. */
export function fieldsOf(map: YAMLMap, options: FieldsOptions, path = '', keys?: readonly string[]): Fields {
  const { text, placeOf, faults } = options
  const valueByKey = new Map<string, Value>()
  const keyOffset = new Map<string, number>()
  const start = map.range?.[0] ?? 0
  const pathOf = (key: string) => (path === '' ? key : `${path}.${key}`)

  function faultAt(offset: number, key: string, message: string): void {
    faults.push({ ...placeOf(offset), field: pathOf(key), message })
  }
  for (const { key, value } of map.items) {
    if (!isScalar(key)) {
      faultAt((key as ParsedNode | null)?.range?.[0] ?? start, '', 'expected the name of a field')
      continue
    }
    const name = String(key.value)
    const offset = key.range?.[0] ?? start
    if (keys && !keys.includes(name)) {
      faultAt(offset, name, `found \`${name}\`, expected one of ${keys.join(', ')}${didYouMean(name, keys)}`)
      continue
    }
    keyOffset.set(name, offset)
    valueByKey.set(name, value as Value)
  }

  function fault(key: string, message: string): void {
    const value = valueByKey.get(key)
    const empty = value === null || value === undefined || (isScalar(value) && value.value === null)
    faultAt(empty ? (keyOffset.get(key) ?? start) : (value.range?.[0] ?? start), key, message)
  }

  /** What stands there; a missing or an empty one is a fault. */
  function given(key: string, expected: string): Exclude<Value, null> | undefined {
    const value = valueByKey.get(key)
    if (value === undefined) fault(key, `\`${pathOf(key)}\` is missing, expected ${expected}`)
    else if (value === null || (isScalar(value) && value.value === null)) {
      fault(key, `\`${pathOf(key)}\` is empty, expected ${expected}`)
    } else return value
    return undefined
  }

  function scalar(key: string, expected: string): Scalar.Parsed | undefined {
    const value = given(key, expected)
    if (value === undefined || isScalar(value)) return value as Scalar.Parsed | undefined
    fault(key, `found ${isMap(value) ? 'a mapping' : 'a list or an alias'}, expected ${expected}`)
    return undefined
  }

  function wrong(key: string, found: unknown, expected: string): undefined {
    fault(key, `found \`${String(found)}\`, expected ${expected}`)
    return undefined
  }

  return {
    has: (key) => valueByKey.has(key),
    fault,
    faultAt,
    keys: () => [...valueByKey.keys()],
    offsetOf: (key) => keyOffset.get(key) ?? start,
    isText(key, word) {
      const value = valueByKey.get(key)
      return isScalar(value) && value.value === word
    },
    parameterName(key) {
      const value = valueByKey.get(key)
      const written = isScalar(value) ? String(value.value) : ''
      return /^\$\w+$/.test(written) ? written.slice(1) : null
    },
    text(key, longest) {
      const found = scalar(key, 'a text')
      if (!found) return undefined
      const value = (typeof found.value === 'string' ? found.value : (found.source ?? '')).trim()
      if (value.length <= longest) return value
      fault(key, `found ${value.length} characters, expected at most ${longest}`)
      return undefined
    },
    choice(key, choices) {
      const found = scalar(key, `one of ${choices.join(', ')}`)
      if (!found) return undefined
      const value = String(found.value)
      const choice = choices.find((one) => one === value)
      return choice ?? wrong(key, value, `one of ${choices.join(', ')}${didYouMean(value, choices)}`)
    },
    number(key) {
      const found = scalar(key, 'a number')
      if (!found) return undefined
      const { value } = found
      return typeof value === 'number' && Number.isFinite(value)
        ? value
        : wrong(key, found.source, 'a number')
    },
    duration(key) {
      const found = scalar(key, 'a duration such as 5m')
      if (!found) return undefined
      const ms = found.value === 0 ? 0 : readDuration(String(found.value))
      if (ms !== null) return ms
      const unitless = typeof found.value === 'number' ? `; did you mean \`${found.value}s\`?` : ''
      return wrong(key, found.source ?? found.value, `a duration in ms, s, m, h or d, such as 5m${unitless}`)
    },
    isDuration(key) {
      const value = valueByKey.get(key)
      return isScalar(value) && typeof value.value === 'string' && readDuration(value.value) !== null
    },
    map(key, known) {
      const value = given(key, 'a mapping')
      if (value === undefined) return undefined
      if (isMap(value)) return fieldsOf(value as YAMLMap, options, pathOf(key), known)
      fault(key, 'expected a mapping of names to values')
      return undefined
    },
    source(key) {
      const found = scalar(key, 'an expression')
      return found && sourceOf(found, text)
    },
  }
}

/**
 * Tokens are cut from the file's own text, so that places are exact: folding changes only white space. Only a quoted
 * scalar with escapes is read from its value, and its faults stand at its beginning.
 */
function sourceOf(scalar: Scalar.Parsed, text: string): Source {
  const [start, end] = scalar.range
  switch (scalar.type) {
    case 'QUOTE_DOUBLE':
    case 'QUOTE_SINGLE': {
      const inside = text.slice(start + 1, end - 1)
      if (inside.includes(scalar.type === 'QUOTE_DOUBLE' ? '\\' : "''")) {
        return { text: String(scalar.value), offsetOf: () => start }
      }
      return { text: inside, offsetOf: (index) => start + 1 + index }
    }
    case 'BLOCK_FOLDED':
    case 'BLOCK_LITERAL': {
      const header = text.indexOf('\n', start)
      const from = header < 0 ? end : header + 1
      const body = text.slice(from, end).trimEnd()
      return { text: body, offsetOf: (index) => from + index }
    }
    default:
      return { text: text.slice(start, end), offsetOf: (index) => start + index }
  }
}

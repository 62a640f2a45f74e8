/**
 * The payload that nearly every device sends nearly always, read from its bytes without a JSON.parse: one object of a
 * `ts` and signals known by name, each once, whose values are plain numbers and booleans. Whatever else stands there is
 * left to `telemetry.ts`, which would read this the same. Hot path: a device says its names in the same order each time,
 * so each is first compared with the one that came after the last.
 */
import type { Reading } from '../model/reading.js'
import { codedValue } from './coding.js'
import type { Dialect, Field } from './dialect.js'

const BRACE = 0x7b
const END_BRACE = 0x7d
const QUOTE = 0x22
const COLON = 0x3a
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const T = 0x74
const F = 0x66
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')

/** The reading, or `null` where the payload is not as plain as that. */
export type PlainReader = (payload: Uint8Array) => Reading | null

/** A name that may stand in a payload. */
interface Name {
  /** Its bytes there, quotes included. */
  readonly quoted: Uint8Array
  /** `null` for `ts`. */
  readonly field: Field | null
  /** The name that last came after it. */
  next: Name | null
  /** Number of the payload in which it last stood. */
  seenIn: number
}

export function createPlainReader(dialect: Dialect): PlainReader {
  const namesByHash = Array.from({ length: HASHES }, (): Name[] => [])
  for (const [text, field] of [...dialect, ['ts', null] as const]) {
    const name = createName(text, field)
    namesByHash[hashOf(name.quoted, 0, name.quoted.length)]?.push(name)
  }
  const beforeFirst = createName('', null)
  const number: FoundNumber = { value: 0 }
  let payloads = 0

  function nameAfter(before: Name, bytes: Uint8Array, at: number): Name | null {
    if (before.next !== null && isAt(bytes, at, before.next.quoted)) return before.next
    before.next = find(bytes, at)
    return before.next
  }

  function find(bytes: Uint8Array, at: number): Name | null {
    let end = at + 1
    while (end < bytes.length && bytes[end] !== QUOTE) end++
    for (const name of namesByHash[hashOf(bytes, at, end + 1)] ?? []) {
      if (isAt(bytes, at, name.quoted)) return name
    }
    return null
  }

  return (bytes) => {
    const reading: Reading = { ts: null, signals: [], values: [], extras: null, historical: false }
    payloads++
    let name = beforeFirst
    let at = skipBlanks(bytes, 0)
    if (bytes[at] !== BRACE) return null
    do {
      at = skipBlanks(bytes, at + 1)
      const next = nameAfter(name, bytes, at)
      // Of a name that comes twice JSON.parse takes the last value, in the place of the first.
      if (next === null || next.seenIn === payloads) return null
      name = next
      name.seenIn = payloads
      at = skipBlanks(bytes, at + name.quoted.length)
      if (bytes[at] !== COLON) return null
      at = skipBlanks(bytes, at + 1)
      const first = bytes[at]
      if (first === T || first === F) {
        const word = first === T ? TRUE : FALSE
        if (name.field === null || !isAt(bytes, at, word)) return null
        if (!take(reading, name.field, codedValue(name.field, first === T))) return null
        at += word.length
      } else {
        at = findNumber(bytes, at, number)
        if (at < 0 || !takeNumber(reading, name.field, number.value)) return null
      }
      at = skipBlanks(bytes, at)
    } while (bytes[at] === COMMA)
    const whole = bytes[at] === END_BRACE && skipBlanks(bytes, at + 1) === bytes.length
    return whole && reading.signals.length > 0 ? reading : null
  }
}

function createName(name: string, field: Field | null): Name {
  return { quoted: Buffer.from(`"${name}"`), field, next: null, seenIn: 0 }
}

const HASHES = 256

/** Of the length and three letters of a name in quotes, which tell nearly all of them apart. */
function hashOf(bytes: Uint8Array, from: number, end: number): number {
  const letters = (bytes[from + 1] ?? 0) * 31 + (bytes[(from + end) >> 1] ?? 0) * 7 + (bytes[end - 2] ?? 0)
  return (letters + end - from) % HASHES
}

/** Returns whether the number means something plain. */
function takeNumber(reading: Reading, field: Field | null, value: number): boolean {
  if (field === null) {
    reading.ts = Math.floor(value)
    return true
  }
  // Most are, and a number that is not handed on as `unknown` needs no memory.
  if (field.coding === 'number') return take(reading, field, value * field.scale)
  return take(reading, field, codedValue(field, value))
}

function take(reading: Reading, field: Field, meant: number | null): boolean {
  if (meant === null || field.also) return false
  reading.signals.push(field.signal)
  reading.values.push(meant)
  return true
}

function isAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (word[i] !== bytes[at + i]) return false
  return true
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && isBlank(bytes[at] ?? 0)) at++
  return at
}

function isBlank(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
}

interface FoundNumber {
  value: number
}

/** Integers of so many digits are exact, and so are powers of ten: a quotient of them is rounded once, as by JSON.parse. */
const MAX_DIGITS = 15
const POWERS_OF_TEN = Array.from({ length: MAX_DIGITS + 1 }, (_, exponent) => 10 ** exponent)

/** Where the number ends, or −1 when none stands there. With an exponent or more digits it ends before them. */
function findNumber(bytes: Uint8Array, from: number, found: FoundNumber): number {
  const first = bytes[from] === MINUS ? from + 1 : from
  let at = first
  let integer = 0
  let point = -1
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= ZERO && byte <= NINE) integer = integer * 10 + (byte - ZERO)
    else if (byte === POINT && point < 0) point = at
    else break
  }
  const before = (point < 0 ? at : point) - first
  if (before === 0 || point === at - 1 || at - first > MAX_DIGITS) return -1
  if (before > 1 && bytes[first] === ZERO) return -1
  const value = point < 0 ? integer : integer / (POWERS_OF_TEN[at - point - 1] ?? 1)
  found.value = first > from ? -value : value
  return at
}

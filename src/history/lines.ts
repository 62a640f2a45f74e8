/**
 * Blocks as line protocol, the language in which InfluxDB is written to: numbers always as floats, switches as t and f,
 * times in ms. Hot path: digits go straight into a buffer that is used again, no object and hardly a string a row.
 */
import type { KindColumns } from '../model/block.js'
import type { SignalValue } from '../model/reading.js'

/** Names that InfluxDB keeps for itself, or that its parser cannot bring back: a backslash swallows what follows it. */
const RESERVED_NAMES = new Set(['', 'time', '_time', '_field', '_measurement'])
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNCARRIABLE = /[\\\u0000-\u001f]/

/** Longest number with its separators: `-1.7976931348623157e+308`, a time, and room to spare. */
const NUMBER_BYTES = 64
const TEN_MILLION = 10_000_000
const ZERO = 48

export function isCarriableName(name: string): boolean {
  return !RESERVED_NAMES.has(name) && !UNCARRIABLE.test(name)
}

/** Escapes a tag value or a field's name. */
export function escapeKey(text: string): string {
  return text.replace(/[,= ]/g, '\\$&')
}

/** A field's value; text is quoted. */
export function fieldValue(value: SignalValue): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 't' : 'f'
    case 'string':
      return `"${value.replace(/["\\]/g, '\\$&')}"`
    default:
      return String(value)
  }
}

/** One column as fields: the bytes before each value, and how the value is written. */
export interface FieldColumn {
  /** `,name=` escaped; the first field of a line leaves the comma out. */
  prefix: Uint8Array
  flag: boolean
  values: Float64Array
}

export function fieldColumn(name: string, flag: boolean, values: Float64Array): FieldColumn {
  return { prefix: Buffer.from(`,${escapeKey(name)}=`), flag, values }
}

export interface LineBuffer {
  /** Complete lines so far. */
  lines(): number
  /** Row `row` as a line; none when every value is missing. */
  addRow(head: Uint8Array, columns: KindColumns, fields: readonly FieldColumn[], row: number): void
  /** A line put together elsewhere, without its end. */
  addLine(line: string): void
  /** The bytes of lines `from` to `to` (exclusive), valid until `clear`. */
  bytes(from: number, to: number): Uint8Array
  clear(): void
}

export function createLineBuffer(firstBytes = 1 << 20): LineBuffer {
  let buffer = Buffer.allocUnsafe(firstBytes)
  let at = 0
  /** Where each line starts, and where the last one ends. */
  const starts: number[] = [0]

  function room(bytes: number): void {
    if (at + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + bytes))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }

  function text(value: string): void {
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) {
        room((value.length - i) * 3 + NUMBER_BYTES)
        at += buffer.write(value.slice(i), at, 'utf8')
        return
      }
      buffer[at++] = code
    }
  }

  /** A whole number from 0 to 2^31 - 1, with zeros in front up to `width` digits. */
  function digits(value: number, width: number): void {
    let length = width
    for (let limit = 10 ** width; limit <= value; limit *= 10) length++
    for (let i = at + length - 1, rest = value; i >= at; i--) {
      const tenth = (rest / 10) | 0
      buffer[i] = ZERO + rest - tenth * 10
      rest = tenth
    }
    at += length
  }

  function number(value: number): void {
    const size = Math.abs(value)
    if (size < 2_000_000) {
      const thousandths = Math.round(size * 1000)
      // Exactly when the short decimal reads back as the same number.
      if (thousandths / 1000 === size) {
        if (value < 0) buffer[at++] = 45
        const whole = (thousandths / 1000) | 0
        const rest = thousandths - whole * 1000
        digits(whole, 1)
        if (rest === 0) return
        buffer[at++] = 46
        if (rest % 100 === 0) digits(rest / 100, 1)
        else if (rest % 10 === 0) digits(rest / 10, 2)
        else digits(rest, 3)
        return
      }
    }
    text(String(value))
  }

  function time(ms: number): void {
    const whole = Math.floor(ms)
    if (whole < 0 || whole >= TEN_MILLION * TEN_MILLION) {
      text(String(whole))
      return
    }
    const high = Math.floor(whole / TEN_MILLION)
    if (high === 0) {
      digits(whole, 1)
      return
    }
    digits(high, 1)
    digits(whole - high * TEN_MILLION, 7)
  }

  function endLine(): void {
    buffer[at++] = 10
    starts.push(at)
  }

  return {
    lines: () => starts.length - 1,
    addRow(head, columns, fields, row) {
      const id = columns.equipment[columns.equipmentIndex[row] as number] as string
      const begin = at
      room(head.length + id.length * 3 + NUMBER_BYTES)
      buffer.set(head, at)
      at += head.length
      text(id)
      buffer[at++] = 32
      let any = false
      for (let i = 0; i < fields.length; i++) {
        const { prefix, flag, values } = fields[i] as FieldColumn
        const value = values[row] as number
        // False for NaN, which means missing, and for what no float field takes.
        if (!(value - value === 0)) continue
        room(prefix.length + NUMBER_BYTES)
        for (let j = any ? 0 : 1; j < prefix.length; j++) buffer[at++] = prefix[j] as number
        any = true
        if (flag) buffer[at++] = value === 0 ? 102 : 116
        else number(value)
      }
      if (!any) {
        at = begin
        return
      }
      buffer[at++] = 32
      time(columns.ts[row] as number)
      endLine()
    },
    addLine(line) {
      room(line.length * 3 + NUMBER_BYTES)
      text(line)
      endLine()
    },
    bytes: (from, to) => buffer.subarray(starts[from] ?? 0, starts[to] ?? at),
    clear() {
      at = 0
      starts.length = 1
    },
  }
}

/** `kind,equipment=`, what every line of a reading starts with. */
export function readingHead(kind: string): Uint8Array {
  return Buffer.from(`${kind},equipment=`)
}

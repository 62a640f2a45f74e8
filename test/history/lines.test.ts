import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createLineBuffer,
  escapeKey,
  fieldColumn,
  fieldValue,
  isCarriableName,
  readingHead,
} from '../../src/history/lines.js'
import type { KindColumns } from '../../src/model/block.js'

function columnsOf(equipment: string, ts: number, values: number[]): { columns: KindColumns; line: string } {
  const columns: KindColumns = {
    kind: 'elevator',
    rows: 1,
    equipment: [equipment],
    equipmentIndex: Uint32Array.of(0),
    ts: Float64Array.of(ts),
    shard: Uint8Array.of(0),
    position: Float64Array.of(1),
    columns: values.map((value, signal) => ({ signal, values: Float64Array.of(value) })),
  }
  const fields = columns.columns.map(({ values: own }, i) => fieldColumn(`f${i}`, false, own))
  const buffer = createLineBuffer(16)
  buffer.addRow(readingHead('elevator'), columns, fields, 0)
  return { columns, line: Buffer.from(buffer.bytes(0, buffer.lines())).toString() }
}

test('every finite number reads back as itself', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.integer({ min: -3_000_000, max: 3_000_000 }).map((thousandths) => thousandths / 1000),
        fc.integer({ min: -1e9, max: 1e9 }).map((hundredths) => hundredths / 100),
      ),
      (value) => {
        const { line } = columnsOf('L-1', 0, [value])
        const [, text = ''] = /f0=(\S+) /.exec(line) ?? []
        expect(text).toMatch(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/)
        expect(Number(text) + 0).toBe(value + 0)
      },
    ),
    { numRuns: 5000 },
  )
})

test('every time reads back as itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e13, max: 9e15 }), (ts) => {
      expect(columnsOf('L-1', ts, [1]).line).toBe(`elevator,equipment=L-1 f0=1 ${ts}\n`)
    }),
  )
})

test('missing values and what no float field takes are left out, and a row of them is no line', () => {
  expect(columnsOf('L-1', 5, [Number.NaN, 2, Number.POSITIVE_INFINITY]).line).toBe(
    'elevator,equipment=L-1 f1=2 5\n',
  )
  expect(columnsOf('L-1', 5, [Number.NaN]).line).toBe('')
})

/** The reading side of line protocol as InfluxDB does it: a backslash takes the special sign behind it out of play. */
function unescapeKey(text: string): string {
  return text.replace(/\\([,= ])/g, '$1')
}

test('names that can be carried read back as themselves, and hold no bare separator', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }).filter(isCarriableName), (name) => {
      const escaped = escapeKey(name)
      expect(unescapeKey(escaped)).toBe(name)
      expect(escaped).not.toMatch(/(^|[^\\])[,= ]/)
      expect(escaped).not.toContain('\n')
    }),
    { numRuns: 2000 },
  )
})

test.each([[''], ['time'], ['_field'], ['a\\b'], ['ends with \\'], ['two\nlines'], ['nul\0']])(
  'name %j cannot be carried',
  (name) => {
    expect(isCarriableName(name)).toBe(false)
  },
)

test('texts end where they end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = fieldValue(text)
      expect(written).toMatch(/^"(?:[^"\\]|\\["\\])*"$/s)
      expect(written.slice(1, -1).replace(/\\(["\\])/g, '$1')).toBe(text)
    }),
    { numRuns: 2000 },
  )
})

test('switches are t and f', () => {
  expect([fieldValue(true), fieldValue(false)]).toEqual(['t', 'f'])
})

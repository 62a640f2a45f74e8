import { expect, test } from 'vitest'
import { csvHead, csvLines } from '../../src/api/history-csv.js'

const T = 1_795_290_000_000

test('text is quoted, cannot be taken for a formula by people, and stays as it is for machines', () => {
  const rows = [
    { ms: T, points: [[T, '=1+1'] as [number, string], [T, true] as [number, boolean]] },
    { ms: T + 1, points: [[T + 1, 'a "b",\nc'] as [number, string], undefined] },
    { ms: T + 2, points: [[T + 2, ''] as [number, string], [T + 2, -1.5] as [number, number]] },
  ]
  const shape = { signals: ['note', 'a,b'], bounds: false }
  expect(csvHead({ ...shape, forPeople: true })).toBe('time,note,"a,b"\n')
  expect(csvLines(rows, { ...shape, forPeople: true })).toBe(
    '2026-11-21T19:40:00.000Z,"\'=1+1",true\n2026-11-21T19:40:00.001Z,"a ""b"",\nc",\n2026-11-21T19:40:00.002Z,"",-1.5\n',
  )
  expect(csvLines(rows.slice(0, 1), { ...shape, forPeople: false })).toBe(`${T},"=1+1",true\n`)
})

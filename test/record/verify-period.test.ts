/** A file of many records that was altered anywhere is refused, and the place is named. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSigner, pemOf } from '../../src/record/checkpoint.js'
import { CHAIN_START } from '../../src/record/entry.js'
import { writePeriod } from '../../src/record/period-file.js'
import { type Line, type PeriodVerification, verifyPeriod } from '../../src/record/verify-period.js'
import { linesOfFile } from '../../src/upkeep/file-lines.js'
import { verifyCommand } from '../../src/upkeep/verify-command.js'
import { tempDir } from '../helpers/temp-dir.js'
import { recordOf, SAMPLE_KEYS, SAMPLE_TIME as T } from './sample-records.js'

const { publicKey } = SAMPLE_KEYS
const LATEST = { counter: 1, hash: '5'.repeat(64) }

async function periodOf(
  records: readonly string[],
  { key = SAMPLE_KEYS.privateKey, latest = LATEST }: { key?: KeyObject; latest?: typeof LATEST } = {},
): Promise<string> {
  async function* each() {
    yield* records
  }
  const head = { from: T, to: T + 86_400_000, exported_at: T + 90_000_000, exported_by: 'desk' }
  const pieces: string[] = []
  const signer = createSigner(key)
  for await (const piece of writePeriod({
    head: { ...head, incidents: records.length, latest },
    records: each(),
    signer,
  }))
    pieces.push(piece)
  return pieces.join('')
}

function* linesIn(text: string): Generator<Line> {
  const rows = text.split('\n')
  const left = rows.pop() ?? ''
  for (const row of rows) yield { text: row, ended: true }
  if (left !== '') yield { text: left, ended: false }
}
const verify = (text: string, options = {}): PeriodVerification =>
  verifyPeriod(linesIn(text), { key: publicKey, ...options })
const rowsOf = (text: string) => text.slice(0, -1).split('\n')
const joined = (rows: readonly string[]) => `${rows.join('\n')}\n`

// Two entries each would say no more, and every byte is tried.
const records = [recordOf(1, 2), recordOf(1, 2, SAMPLE_KEYS.privateKey, 'incident-2')]
const text = await periodOf(records)

test('an untouched file is intact by the key, and consistent by its own; an empty period is one', async () => {
  expect(verify(text)).toMatchObject({ verdict: 'intact', faults: [], entries: 2 })
  expect(verifyPeriod(linesIn(text))).toMatchObject({ verdict: 'own-key', faults: [] })
  expect(verify(await periodOf([]))).toMatchObject({ verdict: 'intact', faults: [], entries: 0 })
})

const EXHAUSTIVE = { timeout: 300_000 }

test('any single byte that is changed is found, on its line', EXHAUSTIVE, () => {
  const bytes = Buffer.from(text)
  let line = 1
  for (let i = 0; i < bytes.length; i++) {
    const before = bytes[i] ?? 0
    for (const change of i % 8 === 0 ? [0x01, 0x20] : [0x01]) {
      const altered = Buffer.from(bytes)
      altered[i] = before ^ change
      const { verdict, faults } = verify(altered.toString('utf8'))
      if (verdict !== 'altered') throw new Error(`byte ${i}, line ${line}: ${verdict}`)
      // A line break that is gone or new is seen where the lines no longer fit.
      const moved = before === 0x0a || altered[i] === 0x0a
      if (faults.length === 0 || !(moved || faults.some((fault) => fault.line === line)))
        throw new Error(`byte ${i} is on line ${line}, and the faults are ${JSON.stringify(faults)}`)
    }
    if (before === 0x0a) line++
  }
})

test('cut short at any byte it is refused', EXHAUSTIVE, () => {
  for (let length = 1; length < text.length; length += 7) {
    const { verdict, faults } = verify(text.slice(0, length))
    expect(verdict).toBe('altered')
    expect(faults.at(-1)?.what).toBeDefined()
  }
})

test('any two lines swapped, and any line left out or said twice, are found at the first of them', () => {
  const rows = rowsOf(text)
  for (let a = 0; a < rows.length; a++) {
    for (let b = a + 1; b < rows.length; b++) {
      const swapped = [...rows]
      swapped[a] = rows[b] ?? ''
      swapped[b] = rows[a] ?? ''
      const { verdict, faults } = verify(joined(swapped))
      expect([a, b, verdict]).toEqual([a, b, 'altered'])
      // The ends of two records speak of all lines of theirs, none of which is above them any more.
      const ends = [a, b].every((at) => rows[at]?.startsWith('{"end"'))
      const places = ends ? [2] : [a + 1, b + 1]
      expect(
        faults.some(({ line }) => places.includes(line)),
        `${a} ${b}`,
      ).toBe(true)
    }
    expect(verify(joined(rows.filter((_, i) => i !== a))).verdict).toBe('altered')
    expect(verify(joined(rows.flatMap((row, i) => (i === a ? [row, row] : [row])))).verdict).toBe('altered')
  }
})

test('whole records that are swapped, left out, added or from another export are found where they begin', async () => {
  const [head = '', ...rest] = rowsOf(text)
  const end = rest.at(-1) ?? ''
  const [one = '', two = ''] = records
  const from = (...parts: string[]) => `${head}\n${parts.join('')}${end}\n`
  const second = 2 + rowsOf(one).length
  expect(verify(from(two, one)).faults.map(({ line }) => line)).toEqual([2, second])
  expect(verify(from(one)).faults[0]).toMatchObject({ line: 1, what: expect.stringContaining('promises 2') })
  expect(verify(from(one, two, one)).verdict).toBe('altered')
  const longer = recordOf(2, 4, SAMPLE_KEYS.privateKey, 'incident-2')
  expect(verify(from(one, longer)).faults[0]).toMatchObject({ line: second })
  const forged = generateKeyPairSync('ed25519').privateKey
  expect(verify(await periodOf([recordOf(1, 2, forged)], { key: forged })).verdict).toBe('altered')
})

test('an anchor kept elsewhere finds a tail that was cut, and a checkpoint that is another', () => {
  const anchor = (counter: number, hash: string) => ({ anchors: [{ counter, hash, at: T }] })
  expect(verify(text, anchor(LATEST.counter, LATEST.hash)).faults[0]?.what).toContain(
    'not the one that was anchored',
  )
  expect(verify(text, anchor(2, CHAIN_START)).faults[0]?.what).toContain('the tail was cut')
})

test('the command checks such a file too, and names the place also where it is no text any more', () => {
  const dir = tempDir('verify-period')
  const write = (name: string, content: string | Buffer) => {
    writeFileSync(join(dir, name), content)
    return join(dir, name)
  }
  const said: string[] = []
  const run = (file: string) =>
    verifyCommand([file, '--key', write('key.pem', pemOf(publicKey))], (line) => said.push(line))
  expect(run(write('whole.jsonl', text))).toBe(0)
  expect(said[0]).toContain('intact: 2 incidents opened from')
  const spoilt = Buffer.from(text)
  const place = text.indexOf('"kind":"opened"')
  spoilt[Buffer.byteLength(text.slice(0, place))] = 0xff
  expect(run(write('spoilt.jsonl', spoilt))).toBe(1)
  const line = text.slice(0, place).split('\n').length
  expect(said.some((one) => one.startsWith(`  line ${line}:`))).toBe(true)
  expect(run(write('short.jsonl', text.slice(0, -1)))).toBe(1)
})

test('a file is read in lines, however long they are', () => {
  const file = join(tempDir('lines'), 'lines')
  const long = '长'.repeat(700_000)
  writeFileSync(file, `a\n${long}\n\nb`)
  const lines = [...linesOfFile(file)]
  expect(lines.map(({ text: line, ended }) => [line.length, ended])).toEqual([
    [1, true],
    [700_000, true],
    [0, true],
    [1, false],
  ])
  expect(lines[1]?.text).toBe(long)
})

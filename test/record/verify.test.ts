/** An exported record that was altered anywhere is refused, and the place is named. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSigner, isSignedBy } from '../../src/record/checkpoint.js'
import { CHAIN_START } from '../../src/record/entry.js'
import { climb, leafOf, pathOf, rootOf } from '../../src/record/merkle.js'
import { verifyRecord } from '../../src/record/verify.js'
import { recordOf, SAMPLE_KEYS, SAMPLE_TIME } from './sample-records.js'

const { privateKey, publicKey } = SAMPLE_KEYS
const signer = createSigner(privateKey)
const T = SAMPLE_TIME

const lines = (text: string) => text.slice(0, -1).split('\n')
const joined = (rows: readonly string[]) => `${rows.join('\n')}\n`
const text = recordOf(4, 3)

test('an untouched record is intact by the key, and consistent by its own', () => {
  expect(verifyRecord(text, { key: publicKey })).toMatchObject({ verdict: 'intact', faults: [] })
  expect(verifyRecord(text)).toMatchObject({ verdict: 'own-key', faults: [] })
  expect(verifyRecord('a,b\n1,2\n').verdict).toBe('unreadable')
})

test('any single byte that is changed is found, on its line or after it', { timeout: 300_000 }, () => {
  const bytes = Buffer.from(text)
  let line = 1
  for (let i = 0; i < bytes.length; i++) {
    const before = bytes[i] ?? 0
    // Another digit or letter, and now and then the other case.
    for (const change of i % 8 === 0 ? [0x01, 0x20] : [0x01]) {
      const altered = Buffer.from(bytes)
      altered[i] = before ^ change
      const { verdict, faults } = verifyRecord(altered.toString('utf8'), { key: publicKey })
      if (verdict !== 'altered') throw new Error(`byte ${i}, line ${line}: ${verdict}`)
      if (faults.length === 0) throw new Error(`byte ${i}, line ${line}: no place`)
      // A line break that is gone or new is seen where the lines no longer fit.
      const where = before === 0x0a || altered[i] === 0x0a || faults.some((fault) => fault.line === line)
      if (!where)
        throw new Error(`byte ${i} is on line ${line}, and the faults are ${JSON.stringify(faults)}`)
    }
    if (before === 0x0a) line++
  }
})

test('cut short at any byte, or by any number of lines, it is refused', () => {
  for (let length = 0; length < text.length; length += 17)
    expect(verifyRecord(text.slice(0, length), { key: publicKey }).verdict).not.toBe('intact')
  const rows = lines(text)
  for (let keep = 1; keep < rows.length; keep++)
    expect(verifyRecord(joined(rows.slice(0, keep)), { key: publicKey }).faults.at(-1)?.what).toBeDefined()
})

test('any two lines swapped, and any line left out or said twice, are found', () => {
  const rows = lines(text)
  for (let a = 0; a < rows.length; a++) {
    for (let b = a + 1; b < rows.length; b++) {
      const swapped = [...rows]
      swapped[a] = rows[b] ?? ''
      swapped[b] = rows[a] ?? ''
      const { verdict, faults } = verifyRecord(joined(swapped), { key: publicKey })
      expect(verdict).toBe('altered')
      expect(faults.map(({ line }) => line)).toContain(b === rows.length - 1 ? rows.length : a + 1)
    }
    expect(verifyRecord(joined(rows.filter((_, i) => i !== a)), { key: publicKey }).verdict).not.toBe(
      'intact',
    )
    expect(
      verifyRecord(joined(rows.flatMap((row, i) => (i === a ? [row, row] : [row]))), { key: publicKey })
        .verdict,
    ).toBe('altered')
  }
})

test('whoever writes the whole anew with a key of their own is found by the key, and by no other means', () => {
  const forged = recordOf(6, 5, generateKeyPairSync('ed25519').privateKey)
  expect(verifyRecord(forged, { key: publicKey }).verdict).toBe('altered')
  expect(verifyRecord(forged).verdict).toBe('own-key')
})

test('a tail that was cut before the export is found by an anchor kept elsewhere', () => {
  const whole = recordOf(6, 2)
  const short = recordOf(3, 2)
  const newest = JSON.parse(lines(whole)[0] ?? '').latest as { counter: number; hash: string }
  const anchors = [{ ...newest, at: T + 50_000 }]
  expect(verifyRecord(whole, { key: publicKey, anchors }).verdict).toBe('intact')
  const { verdict, faults } = verifyRecord(short, { key: publicKey, anchors })
  expect(verdict).toBe('altered')
  expect(faults[0]?.what).toContain('the tail was cut')
  const other = [{ ...newest, hash: CHAIN_START, at: T + 50_000 }]
  expect(verifyRecord(whole, { key: publicKey, anchors: other }).verdict).toBe('altered')
})

describe('the tree', () => {
  const leaves = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 70 })
  const hashOf = (seq: number) => leafOf({ incident_id: 'i', seq, hash: CHAIN_START })

  test('each leaf comes to the root by its path, and no other leaf or place does', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (numbers, a, b) => {
        const hashes = numbers.map((n, i) => hashOf(n * 100 + i))
        const index = a % hashes.length
        const other = b % hashes.length
        const root = rootOf(hashes)
        const path = pathOf(hashes, index)
        expect(climb(hashes[index] ?? '', index, hashes.length, path)).toBe(root)
        if (other === index) return
        expect(climb(hashes[other] ?? '', index, hashes.length, path)).not.toBe(root)
        expect(climb(hashes[index] ?? '', other, hashes.length, path)).not.toBe(root)
      }),
      { numRuns: 200 },
    )
  })
})

test('a signature for a checkpoint is none for an export', () => {
  const hash = CHAIN_START
  const signature = createSigner(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))).sign(
    'checkpoint',
    hash,
  )
  expect(isSignedBy(signer.publicKey, 'checkpoint', { hash, signature })).toBe(true)
  expect(isSignedBy(signer.publicKey, 'export', { hash, signature })).toBe(false)
})

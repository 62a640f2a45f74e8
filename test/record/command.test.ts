/** `npm run verify` on files: what it says, and how it ends. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSigner, pemOf } from '../../src/record/checkpoint.js'
import { writeRecord } from '../../src/record/file.js'
import { verifyCommand } from '../../src/upkeep/verify-command.js'
import { tempDir } from '../helpers/temp-dir.js'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const dir = tempDir('verify')
const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}
const text = writeRecord({
  head: {
    incident_id: 'i',
    number: '20261122-0001',
    exported_at: 1_795_300_000_000,
    exported_by: 'desk',
    latest: null,
  },
  entries: [],
  sealed: [],
  signer: createSigner(privateKey),
})

function verify(...args: string[]): { code: number; said: string } {
  const lines: string[] = []
  const code = verifyCommand(args, (line) => lines.push(line))
  return { code, said: lines.join('\n') }
}

test('ends with 0 intact, 1 altered, 2 unreadable, 3 consistent only by its own key', () => {
  const record = file('record.jsonl', text)
  const key = file('key.pem', pemOf(publicKey))
  expect(verify(record, '--key', key)).toMatchObject({ code: 0 })
  expect(verify(record).code).toBe(3)
  expect(verify(file('altered.jsonl', text.replace('desk', 'disk')), '--key', key)).toEqual({
    code: 1,
    said: expect.stringContaining('line 1: this line is not the one that was signed here'),
  })
  expect(verify(file('other.csv', 'a,b\n')).code).toBe(2)
  expect(verify(join(dir, 'missing'))).toEqual({ code: 2, said: expect.stringContaining('no such file') })
  expect(verify().said).toContain('npm run verify -- FILE')
})

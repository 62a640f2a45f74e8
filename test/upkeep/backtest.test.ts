/** `npm run backtest` from a shell: over a data directory without a service, and over case files. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { packageRoot } from '../../src/runtime/package-root.js'
import { tempDir } from '../helpers/temp-dir.js'
import { caseOf, recordJournal } from '../rules/recorded-journal.js'
import { START } from '../rules/timeline.js'

const CASES = join(import.meta.dirname, '../cases')

function run(args: readonly string[]): Promise<{ code: number; out: string; said: string }> {
  return new Promise((resolve) => {
    const entry = join(packageRoot(), 'dist/scripts/backtest.js')
    execFile(process.execPath, [entry, ...args], (error, out, said) =>
      resolve({ code: Number(error?.code ?? 0), out, said }),
    )
  })
}

it('plays a data directory, and says in words or in JSON what it found', async () => {
  const dataDir = tempDir('backtest-data')
  const journal = join(dataDir, 'journal')
  mkdirSync(journal)
  await recordJournal({ 'EL-1': caseOf('L-TRAP-1', 'stands-between-floors.fires') }, journal)
  const draft = join(dataDir, 'draft.yaml')
  const showMs = {
    pattern: 'L-TRAP-1',
    parameter: 'showMs',
    scope: { level: 'kind', kind: 'elevator' },
    value: 60_000,
  }
  writeFileSync(draft, JSON.stringify({ parameters: [showMs] }))
  const range = [
    '--data',
    dataDir,
    '--from',
    String(START),
    '--to',
    String(START + 3_600_000),
    '--warm-up',
    '0',
  ]

  const words = await run([...range, '--rules', draft, '--compare'])
  expect(words.code, words.said).toBe(0)
  expect(words.out).toContain('L-TRAP-1: 1 findings, 1 incidents, 1 dispatches, 0 suppressed, 0 late')
  expect(words.out).toContain('EL-1 L-TRAP-1: later by 30 s')
  expect(words.out).toContain('note: labels-away')

  const json = await run([...range, '--json'])
  expect(JSON.parse(json.out)).toMatchObject({ equipment: 1, draft: { dispatches: 1 }, live: null })

  expect(await run([...range, '--kind', 'ship'])).toMatchObject({ code: 2 })
  writeFileSync(draft, '{ "parameters": [{ "pattern": "L-TRAP-1" }] }')
  const wrong = await run([...range, '--rules', draft])
  expect(wrong.code).toBe(2)
  expect(wrong.said).toContain('RULES_FILE_INVALID')
})

it('plays case files: all hold is 0, one that does not is 1', async () => {
  expect(await run(['--cases', join(CASES, 'L-DLO')])).toMatchObject({ code: 0 })
  const dir = join(tempDir('cases'), 'L-DLO')
  mkdirSync(dir)
  const wrong = 'about: nothing happens\nsteps: []\nuntil: 3\nexpect: [{ stage: shown, at: 1 }]'
  writeFileSync(join(dir, 'wrong.fires.yaml'), wrong)
  const failed = await run(['--cases', dir])
  expect(failed.code).toBe(1)
  expect(failed.out).toContain('FAILED wrong.fires.yaml: nothing happens')
  expect(failed.out).toContain('0 of 1 cases hold')
})

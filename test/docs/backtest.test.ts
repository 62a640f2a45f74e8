/** The page on back-tests: its case files hold, its draft is read, and its table names the steps that there are. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { SHIPPED_RULES } from '../../src/model/rule-set.js'
import { readCases } from '../../src/rules/backtest/case-files.js'
import { CaseFile } from '../../src/rules/backtest/case-schema.js'
import { playCase } from '../../src/rules/backtest/play-case.js'
import { readRulesFile } from '../../src/rules/backtest/rules-file.js'
import { casesInWords } from '../../src/upkeep/backtest-report.js'
import { readText } from '../architecture/sources.js'
import { tempDir } from '../helpers/temp-dir.js'

const page = readText('docs/backtest.md')

function write(file: string, text: string): string {
  const path = join(tempDir('docs-backtest'), file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

it('its cases hold', () => {
  const files = [...page.matchAll(/^`cases\/(\S+)`:\n\n```yaml\n([\s\S]*?)^```/gm)]
  expect(files).toHaveLength(2)
  for (const [, file = '', text = ''] of files) {
    const [one] = readCases(dirname(write(file, text)))
    expect(one && playCase({ ...one, pattern: dirname(file) }, SHIPPED_RULES)).toMatchObject({ faults: [] })
  }
})

it('its draft is a rule set', () => {
  const [, text = ''] = /^```yaml\n(parameters:[\s\S]*?)^```/m.exec(page) ?? []
  expect(readRulesFile(write('draft.yaml', text)).parameters).toHaveLength(2)
})

it('its table names every step', () => {
  const table = page.slice(page.indexOf('| step |'), page.indexOf('`expect` may also'))
  const named = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? [])
  const steps = Object.keys(CaseFile.properties.steps.items.properties).filter((key) => key !== 'at')
  expect(named.sort()).toEqual(steps.sort())
})

it('what does not hold is told with what was found', () => {
  const wrong = {
    name: 'x.fires.yaml',
    about: 'nothing happens',
    pattern: 'L-TRAP-1',
    verdict: 'fires',
  } as const
  const outcome = playCase(
    { ...wrong, steps: [], until: 5, expect: [{ stage: 'shown', at: 3 }] },
    SHIPPED_RULES,
  )
  expect(casesInWords([outcome]).split('\n')).toEqual([
    'FAILED x.fires.yaml: nothing happens',
    '  1 expected, 0 found',
    '  shown at 3 s: not found',
    '  found: nothing',
    '0 of 1 cases hold',
  ])
})

it.each([
  ['an unknown step', 'about: x\nuntil: 1\nsteps: [{ at: 0, sinals: {} }]', /steps\/0/],
  ['no YAML', 'about: [', /flow/i],
])('a case file with %s is refused with its place', (_what, text, message) => {
  const path = write('L-DLO/wrong.quiet.yaml', text)
  expect(() => readCases(dirname(path))).toThrow(message)
})

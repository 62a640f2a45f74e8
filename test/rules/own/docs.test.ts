/** The page about own rules is true: its examples are rules, and every function and field stands in it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SAID_CLASSES } from '../../../src/model/incident.js'
import { compileRule } from '../../../src/rules/own/compile.js'
import { FUNCTIONS } from '../../../src/rules/own/functions.js'
import { RULE_FIELDS, readRules } from '../../../src/rules/own/read.js'

const page = readFileSync(join(import.meta.dirname, '../../../docs/own-rules.md'), 'utf8')

test('its examples are rules', () => {
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)
  expect(examples.length).toBeGreaterThan(1)
  for (const text of examples) {
    const { rules, faults } = readRules(text)
    expect(faults).toEqual([])
    for (const rule of rules) expect(compileRule(rule).needs.length).toBeGreaterThan(0)
  }
})

test('every function stands in it, and no other', () => {
  const table = page.slice(page.indexOf('| function |'), page.indexOf('## How it is judged'))
  const listed = [...table.matchAll(/`(\w+)\(/g)].map(([, name]) => name)
  expect([...new Set(listed)].sort()).toEqual(Object.keys(FUNCTIONS).sort())
})

test('every field and every class stands in it', () => {
  for (const word of [...RULE_FIELDS, ...SAID_CLASSES]) expect(page, word).toContain(`\`${word}\``)
})

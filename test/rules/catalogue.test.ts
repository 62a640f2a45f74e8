/** The catalogue is whole: every pattern file is in it, every pattern says what it is, and has cases of both kinds. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EQUIPMENT_KINDS } from '../../src/model/equipment.js'
import { signalIndex } from '../../src/model/signals.js'
import { CATALOGUE, patternsOf } from '../../src/rules/catalogue.js'

const RULES = join(import.meta.dirname, '../../src/rules')
const CASES = join(import.meta.dirname, '../cases')
const patterns = patternsOf(CATALOGUE)

test('every pattern file of every kind stands in the catalogue', () => {
  const listed = readFileSync(join(RULES, 'catalogue.ts'), 'utf8')
  for (const kind of EQUIPMENT_KINDS) {
    for (const file of readdirSync(join(RULES, kind))) {
      if (!/^[a-z]-/.test(file)) continue
      expect(listed, `${kind}/${file}`).toContain(`'./${kind}/${file.replace('.ts', '.js')}'`)
      expect(patterns.map(({ id }) => id.toLowerCase())).toContain(file.replace('.ts', ''))
    }
  }
})

test('no two patterns have the same id', () => {
  expect(new Set(patterns.map(({ id }) => id)).size).toBe(patterns.length)
})

test.each(patterns.map((pattern) => [pattern.id, pattern] as const))(
  '%s has firing and quiet cases, parameters within their bounds, and needs that exist',
  (id, pattern) => {
    const files = readdirSync(join(CASES, id))
    expect(files.filter((file) => file.endsWith('.fires.json')).length).toBeGreaterThanOrEqual(2)
    expect(files.filter((file) => file.endsWith('.quiet.json')).length).toBeGreaterThanOrEqual(2)
    expect(files.filter((file) => !/\.(fires|quiet)\.json$/.test(file))).toEqual([])
    for (const [name, parameter] of Object.entries(pattern.parameters)) {
      expect(parameter.default, name).toBeGreaterThanOrEqual(parameter.min)
      expect(parameter.default, name).toBeLessThanOrEqual(parameter.max)
      expect(parameter.source, name).not.toBe('')
    }
    for (const need of pattern.needs.flat().flatMap((alternative) => alternative.split(' & '))) {
      if (!need.includes('.')) expect(signalIndex(need), need).toBeDefined()
    }
  },
)

test('every folder of cases belongs to a pattern', () => {
  expect(readdirSync(CASES).sort()).toEqual(patterns.map(({ id }) => id).sort())
})

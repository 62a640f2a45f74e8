/** Every timeline under `test/cases` ends as its name says: `*.fires.json` finds what it expects, `*.quiet.json` sends nobody. */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SHIPPED_RULES } from '../../src/model/rule-set.js'
import { readCases } from '../../src/rules/backtest/case-files.js'
import { playCase } from '../../src/rules/backtest/play-case.js'
import { CATALOGUE, patternsOf } from '../../src/rules/catalogue.js'
import { journalOf, run } from './timeline.js'

const cases = readCases(join(import.meta.dirname, '../cases'))

for (const { id } of patternsOf(CATALOGUE)) {
  describe(id, () => {
    for (const one of cases.filter(({ pattern }) => pattern === id)) {
      const name = one.name.replace('.json', '')
      test(`${name}: ${one.about}`, () => {
        const { faults, found } = playCase(one, SHIPPED_RULES)
        expect(faults, found.join('\n')).toEqual([])
      })

      test(`${name}: the same findings across restarts of ours`, () => {
        const records = journalOf(one)
        const whole = run(records).findings
        const positions = fc.uniqueArray(fc.integer({ min: 1, max: records.length }), { maxLength: 4 })
        fc.assert(
          fc.property(positions, (restarts) => {
            expect(run(records, restarts).findings).toEqual(whole)
          }),
          { numRuns: 8 },
        )
      })
    }
  })
}

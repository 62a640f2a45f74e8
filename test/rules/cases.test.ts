/** Every timeline under `test/cases` ends as its name says: `*.fires.json` finds what it expects, `*.quiet.json` sends nobody. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/model/finding.js'
import { CATALOGUE, patternsOf } from '../../src/rules/catalogue.js'
import { journalOf, run, START, type Timeline } from './timeline.js'

/** What a case expects of one finding; times in seconds, and evidence by its keys. */
interface Expected extends Partial<Omit<Finding, 'at' | 'evidence'>> {
  stage: Finding['stage']
  at: number
  evidence?: string[]
  /** The first line of the guess at its cause. */
  cause?: string
}
interface Case extends Timeline {
  about: string
  expect?: Expected[]
}

const ROOT = join(import.meta.dirname, '../cases')
/** A tick and a reading may lie between a hold's end and its notice. */
const TOLERANCE_S = 1.1

function casesOf(pattern: string): { name: string; fires: boolean; timeline: Case }[] {
  return readdirSync(join(ROOT, pattern)).map((file) => ({
    name: file.replace('.json', ''),
    fires: file.endsWith('.fires.json'),
    timeline: JSON.parse(readFileSync(join(ROOT, pattern, file), 'utf8')) as Case,
  }))
}

function summary(finding: Finding, wanted: Expected | undefined): Record<string, unknown> {
  const keys = Object.keys(wanted ?? {}).filter((key) => !['at', 'evidence', 'cause'].includes(key))
  const shown = Object.fromEntries(keys.map((key) => [key, finding[key as keyof Finding]]))
  const evidence =
    wanted?.evidence && finding.evidence.map(({ key }) => key).filter((key) => wanted.evidence?.includes(key))
  const cause = wanted?.cause && finding.causes?.[0]?.cause
  return { ...shown, ...(evidence ? { evidence } : {}), ...(cause ? { cause } : {}) }
}

for (const { id } of patternsOf(CATALOGUE)) {
  describe(id, () => {
    for (const { name, fires, timeline } of casesOf(id)) {
      test(`${name}: ${timeline.about}`, () => {
        const records = journalOf(timeline)
        const found = run(records).findings.filter((finding) => finding.pattern === id)
        const list = found.map(
          ({ stage, at, priority, suppressed }) =>
            `${stage}@${(at - START) / 1000} ${priority} ${suppressed}`,
        )
        if (!fires) {
          const sent = found.filter(({ suppressed }) => suppressed === null)
          expect(sent, list.join(', ')).toEqual([])
          if (!timeline.expect) expect(list).toEqual([])
        }
        const wanted = timeline.expect ?? []
        expect(found.length, list.join(', ')).toBe(wanted.length)
        for (const [i, finding] of found.entries()) {
          const { at, ...rest } = wanted[i] ?? { at: 0 }
          expect(summary(finding, wanted[i]), list.join(', ')).toEqual(rest)
          expect(
            Math.abs((finding.at - START) / 1000 - at),
            `at ${at}: ${list.join(', ')}`,
          ).toBeLessThanOrEqual(TOLERANCE_S)
        }
      })

      test(`${name}: the same findings across restarts of ours`, () => {
        const records = journalOf(timeline)
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

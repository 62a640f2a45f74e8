/** What a request that does not fit its schema is told: the field, and what would be right. */
import { type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RuleChange, RuleDraft } from '../../src/api/rule-schemas.js'
import { faultsOf } from '../../src/api/validation-words.js'

beforeAll(() => Settings.Set({ maxErrors: 64 }))
afterAll(() => Settings.Reset())

const LEVELS = 'must be kind or model or company or equipment'
const Place = Type.Union([Type.Object({ lat: Type.Number(), lon: Type.Number() }), Type.Null()])
const Crew = Type.Object({
  members: Type.Array(
    Type.Union([
      Type.Object({ role: Type.Literal('lead'), phone: Type.String() }),
      Type.Object({ role: Type.Literal('helper') }),
    ]),
  ),
})

const cases: [name: string, schema: TSchema, value: unknown, told: string[]][] = [
  ['an unknown field', RuleDraft, { parameters: { a: 1 } }, ['parameters is no field of this']],
  ['two missing fields', RuleChange, {}, ['basedOn is missing', 'reason is missing']],
  ['no object at all', RuleDraft, [], ['body must be object']],
  ['a word of none', RuleDraft, { scope: { level: 'planet' } }, [`scope.level ${LEVELS}`]],
  ['what its word asks for', RuleDraft, { scope: { level: 'model' } }, ['scope.model is missing']],
  [
    'what its word does not know',
    RuleDraft,
    { scope: { level: 'kind', kind: 'boiler', model: 'x' } },
    ['scope.model is no field of this'],
  ],
  ['a value of two kinds', RuleDraft, { values: { holdMs: 'x' } }, ['values.holdMs must be number or null']],
  ['an object or nothing', Place, { lat: 34 }, ['lon is missing']],
  [
    'one item of a list',
    Crew,
    { members: [{ role: 'lead' }, { role: 'helper' }, { role: 'cook' }] },
    ['members.0.phone is missing', 'members.2.role must be lead or helper'],
  ],
]

test.each(cases)('%s', (_name, schema, value, told) => {
  const faults = faultsOf(Compile(schema).Errors(value), 'body')
  expect(faults.map(({ field, message }) => `${field} ${message}`).sort()).toEqual([...told].sort())
})

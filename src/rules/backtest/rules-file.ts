/** Reads a rule set from a file, as a draft for a back-test: JSON or YAML with `parameters` and `rules`. */
import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { messageOf, TesheError } from '../../errors.js'
import { EQUIPMENT_KINDS } from '../../model/equipment.js'
import type { RuleSet } from '../../model/rule-set.js'

const strict = { additionalProperties: false }
const Name = Type.String({ minLength: 1 })

const Scope = Type.Union([
  Type.Object({ level: Type.Literal('kind'), kind: Type.Enum([...EQUIPMENT_KINDS]) }, strict),
  Type.Object({ level: Type.Literal('model'), model: Name }, strict),
  Type.Object({ level: Type.Literal('company'), organisation: Name }, strict),
  Type.Object({ level: Type.Literal('equipment'), equipment: Name }, strict),
])

const RulesFile = Type.Object(
  {
    version: Type.Optional(Type.Integer({ minimum: 0 })),
    parameters: Type.Optional(
      Type.Array(Type.Object({ pattern: Name, parameter: Name, scope: Scope, value: Type.Number() }, strict)),
    ),
    rules: Type.Optional(Type.Array(Type.Object({ id: Name, text: Type.String() }, strict))),
  },
  strict,
)

/** Throws `RULES_FILE_INVALID` with the place of the fault. */
export function readRulesFile(path: string): RuleSet {
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new TesheError('RULES_FILE_INVALID', [path, messageOf(error)], { cause: error })
  }
  if (!Value.Check(RulesFile, content)) {
    const [fault] = Value.Errors(RulesFile, content)
    throw new TesheError('RULES_FILE_INVALID', [
      path,
      `${fault?.instancePath || 'the file'} ${fault?.message ?? ''}`,
    ])
  }
  const { version = 0, parameters = [], rules = [] }: Static<typeof RulesFile> = content
  return { version, parameters, rules }
}

/** What a file may say of a rule set: only what differs from the rules that ship. */
import Type from 'typebox'
import { EQUIPMENT_KINDS } from '../../model/equipment.js'

const strict = { additionalProperties: false }
const Name = Type.String({ minLength: 1 })

const Scope = Type.Union([
  Type.Object({ level: Type.Literal('kind'), kind: Type.Enum([...EQUIPMENT_KINDS]) }, strict),
  Type.Object({ level: Type.Literal('model'), model: Name }, strict),
  Type.Object({ level: Type.Literal('company'), organisation: Name }, strict),
  Type.Object({ level: Type.Literal('equipment'), equipment: Name }, strict),
])

export const RuleSetContent = Type.Object(
  {
    version: Type.Optional(Type.Integer({ minimum: 0 })),
    parameters: Type.Optional(
      Type.Array(Type.Object({ pattern: Name, parameter: Name, scope: Scope, value: Type.Number() }, strict)),
    ),
    rules: Type.Optional(Type.Array(Type.Object({ id: Name, text: Type.String() }, strict))),
  },
  strict,
)

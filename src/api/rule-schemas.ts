/** What the API says and takes about the rules: patterns with their parameters, rules of one's own, versions, drafts. */
import Type, { type Static } from 'typebox'
import { EQUIPMENT_KINDS } from '../model/equipment.js'
import { INCIDENT_CLASSES, PRIORITIES } from '../model/incident.js'
import { EquipmentId, Id, Line, Nullable, page, Time } from './schemas.js'

/** YAML of one rule, and of many. */
const RuleText = Type.String({
  minLength: 1,
  maxLength: 64 * 1024,
  description: 'a rule of one’s own, as YAML',
})
const RuleTexts = Type.String({
  minLength: 1,
  maxLength: 512 * 1024,
  description: 'YAML documents, one rule each',
})

const closed = { additionalProperties: false }
export const RuleScope = Type.Union([
  Type.Object({ level: Type.Literal('kind'), kind: Type.Enum([...EQUIPMENT_KINDS]) }, closed),
  Type.Object({ level: Type.Literal('model'), model: Line }, closed),
  Type.Object({ level: Type.Literal('company'), organisation: Id }, closed),
  Type.Object({ level: Type.Literal('equipment'), equipment: EquipmentId }, closed),
])

export const RuleParams = Type.Object({ id: Id })

/** What every change says of itself. */
const change = {
  basedOn: Type.Integer({
    minimum: 0,
    description: 'the version that the change was made from; 409 when it is not the newest',
  }),
  reason: Line,
  force: Type.Optional(
    Type.Boolean({
      description: 'although it would fire on more than a fifth of the fleet now; never for P0 and P1',
    }),
  ),
}
const Values = Type.Record(Type.String({ minLength: 1, maxLength: 100 }), Nullable(Type.Number()), {
  minProperties: 1,
  description: 'by parameter; null is back to the default',
})

export const RuleChange = Type.Object(
  {
    ...change,
    scope: Type.Optional(RuleScope),
    values: Type.Optional(Values),
    text: Type.Optional(RuleText),
  },
  { ...closed, description: '`scope` and `values`, or `text`' },
)
export type RuleChange = Static<typeof RuleChange>

export const RuleRemoval = Type.Object(
  {
    basedOn: Type.Integer({ minimum: 0 }),
    reason: Line,
    force: change.force,
    level: Type.Optional(
      Type.Enum(['kind', 'model', 'company', 'equipment'], { description: 'only what is set in this scope' }),
    ),
    of: Type.Optional(Line),
  },
  closed,
)
export type RuleRemoval = Static<typeof RuleRemoval>

export const RuleImport = Type.Object({ ...change, text: RuleTexts }, closed)
export type RuleImport = Static<typeof RuleImport>

export const RuleRevert = Type.Object({ ...change, version: Type.Integer({ minimum: 0 }) }, closed)
export type RuleRevert = Static<typeof RuleRevert>

export const RuleDraft = Type.Object(
  {
    pattern: Type.Optional(Id),
    scope: Type.Optional(RuleScope),
    values: Type.Optional(Values),
    text: Type.Optional(RuleTexts),
  },
  { ...closed, description: '`pattern`, `scope` and `values`, or `text`' },
)
export type RuleDraft = Static<typeof RuleDraft>

const Difference = Type.Union([
  Type.Object({
    what: Type.Literal('setting'),
    pattern: Type.String(),
    parameter: Type.String(),
    scope: RuleScope,
    before: Nullable(Type.Number()),
    after: Nullable(Type.Number()),
  }),
  Type.Object({
    what: Type.Literal('rule'),
    rule: Type.String(),
    before: Nullable(Type.String()),
    after: Nullable(Type.String()),
  }),
])

/** Who set it, when and why. */
const set = {
  version: Type.Integer(),
  author: Type.String(),
  reason: Type.String(),
  at: Time,
}

const Fires = Type.Object({
  rule: Type.String(),
  looked: Type.Integer({ description: 'machines of its kind that show values' }),
  fires: Type.Integer({ description: 'of those, on how many the condition is true now' }),
  before: Type.Integer({ description: 'on how many it is true under the rules in force' }),
  equipment: Type.Array(Type.String(), { description: 'the first of them' }),
})

const DraftFault = Type.Object({
  rule: Type.String(),
  field: Type.String(),
  message: Type.String(),
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  column: Type.Optional(Type.Integer({ minimum: 1 })),
})

export const RuleCheck = Type.Object({
  faults: Type.Array(DraftFault),
  changes: Type.Array(Difference),
  fires: Type.Array(Fires),
  refused: Nullable(Type.String({ description: 'why it would not be put in force as it is' })),
})
export type RuleCheck = Static<typeof RuleCheck>

export const RuleChanged = Type.Object({
  version: Type.Integer(),
  changes: Type.Array(Difference),
  fires: Type.Array(Fires),
})
export type RuleChanged = Static<typeof RuleChanged>

export const RulePattern = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...EQUIPMENT_KINDS]),
  class: Type.Enum([...INCIDENT_CLASSES]),
  priority: Type.Enum([...PRIORITIES]),
  gates: Type.Enum(['equipment', 'trap', 'never']),
  needs: Type.Array(Type.Array(Type.String())),
  parameters: Type.Array(
    Type.Object({
      name: Type.String(),
      unit: Type.String(),
      default: Type.Number(),
      min: Type.Number(),
      max: Type.Number(),
      source: Type.String(),
    }),
  ),
  settings: Type.Array(
    Type.Object({ parameter: Type.String(), scope: RuleScope, value: Type.Number(), ...set }),
  ),
  own: Nullable(
    Type.Object({ name: Type.Object({ zh: Type.String(), en: Type.String() }), text: Type.String(), ...set }),
  ),
})
export type RulePattern = Static<typeof RulePattern>

export const Rules = Type.Object({
  version: Type.Integer({ description: '0 is the set that ships' }),
  patterns: Type.Array(RulePattern),
  unreadable: Type.Array(Type.String(), { description: 'rules of one’s own that this version cannot read' }),
})
export type Rules = Static<typeof Rules>

export const RuleVersionPage = page(Type.Object({ ...set, changes: Type.Array(Difference) }))

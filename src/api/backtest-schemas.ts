/** What the API says and takes about back-tests. */
import Type from 'typebox'
import { EQUIPMENT_KINDS } from '../model/equipment.js'
import { INCIDENT_CLASSES, PRIORITIES } from '../model/incident.js'
import { EquipmentId, GivenTime, Id, Line, Nullable, Time } from './schemas.js'

const strict = { additionalProperties: false }
const Count = Type.Integer({ minimum: 0 })
const Pattern = Type.String({ minLength: 1, maxLength: 64 })
const OptionalTime = Nullable(Time)

const Scope = Type.Union([
  Type.Object({ level: Type.Literal('kind'), kind: Type.Enum([...EQUIPMENT_KINDS]) }, strict),
  Type.Object({ level: Type.Literal('model'), model: Line }, strict),
  Type.Object({ level: Type.Literal('company'), organisation: Id }, strict),
  Type.Object({ level: Type.Literal('equipment'), equipment: EquipmentId }, strict),
])

const Draft = Type.Object(
  {
    parameters: Type.Array(
      Type.Object({ pattern: Pattern, parameter: Pattern, scope: Scope, value: Type.Number() }, strict),
      { maxItems: 10_000 },
    ),
    rules: Type.Array(Type.Object({ id: Pattern, text: Type.String({ maxLength: 20_000 }) }, strict), {
      maxItems: 1_000,
    }),
  },
  strict,
)

export const NewBacktest = Type.Object(
  {
    from: GivenTime,
    to: GivenTime,
    equipment: Type.Union([
      Type.Object({ ids: Type.Array(EquipmentId, { minItems: 1, maxItems: 1000 }) }, strict),
      Type.Object({ kind: Type.Enum([...EQUIPMENT_KINDS]) }, strict),
      Type.Object({ all: Type.Literal(true) }, strict),
    ]),
    draft: Type.Optional(Draft),
    compare: Type.Optional(
      Type.Boolean({ description: 'with the rules in force; true where a draft is given' }),
    ),
    warmUpHours: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 8760,
        description: 'played before `from` and not counted; 24 by default',
      }),
    ),
    keep: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'findings, incidents and differences that are listed; 200 by default',
      }),
    ),
  },
  strict,
)

const Episode = Type.Object({
  id: Type.String(),
  equipment: Type.String(),
  pattern: Type.String(),
  class: Type.Enum([...INCIDENT_CLASSES]),
  priority: Type.Enum([...PRIORITIES]),
  since: Time,
  shownAt: OptionalTime,
  orderedAt: OptionalTime,
  clearedAt: OptionalTime,
  confidence: Type.Number(),
  suppressed: Nullable(Type.String()),
  needsConfirmation: Type.Boolean(),
  disposition: Type.String(),
  source: Type.Enum(['journal', 'history']),
})

const Incident = Type.Object({
  id: Type.String(),
  equipment: Type.String(),
  group: Type.String(),
  class: Type.Enum([...INCIDENT_CLASSES]),
  pattern: Type.String(),
  priority: Type.Enum([...PRIORITIES]),
  openedAt: Time,
  orderedAt: OptionalTime,
  clearedAt: OptionalTime,
  findings: Count,
  reopened: Count,
})

const Side = Type.Object({
  version: Count,
  findings: Count,
  incidents: Count,
  dispatches: Count,
  patterns: Type.Array(
    Type.Object({
      pattern: Type.String(),
      findings: Count,
      incidents: Count,
      dispatches: Count,
      suppressed: Count,
      late: Count,
      observableOn: Count,
      notObservableOn: Count,
    }),
  ),
  agreement: Type.Array(
    Type.Object({
      pattern: Nullable(Type.String()),
      true: Count,
      false: Count,
      unlabelled: Count,
      missed: Count,
      avoided: Count,
    }),
  ),
  listed: Type.Object({ findings: Type.Array(Episode), incidents: Type.Array(Incident) }),
})

const Result = Type.Object({
  sources: Type.Array(Type.Object({ from: Time, to: Time, source: Type.String(), detail: Type.String() })),
  notes: Type.Array(Type.String()),
  equipment: Count,
  records: Count,
  readings: Count,
  elapsedMs: Type.Number(),
  readingsPerSecond: Type.Number(),
  timesRealTime: Type.Number(),
  draft: Side,
  live: Nullable(Side),
  difference: Nullable(
    Type.Object({
      same: Count,
      counts: Type.Record(Type.String(), Count),
      listed: Type.Array(
        Type.Object({
          kind: Type.String(),
          equipment: Type.String(),
          pattern: Type.String(),
          draft: Nullable(Type.String()),
          live: Nullable(Type.String()),
          at: Time,
          shiftMs: Type.Number(),
        }),
      ),
    }),
  ),
  notJudgeable: Type.Array(
    Type.Object({ pattern: Type.String(), reason: Type.String(), from: Time, to: Time, equipment: Count }),
  ),
})

export const Backtest = Type.Object({
  id: Id,
  status: Type.Enum(['running', 'done', 'cancelled', 'failed']),
  startedAt: Time,
  startedBy: Type.String(),
  from: Time,
  to: Time,
  progress: Type.Object({
    share: Type.Number(),
    readings: Count,
    readingsPerSecond: Type.Number(),
    timesRealTime: Type.Number(),
  }),
  result: Nullable(Result),
  error: Nullable(Type.String()),
})

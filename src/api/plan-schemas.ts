/** Response plans as they go over the wire. Durations are ms. */
import Type, { type Static } from 'typebox'
import { CONTACT_ROLES } from '../model/contact.js'
import { EQUIPMENT_KINDS } from '../model/equipment.js'
import { PLAN_PARTIES, TRIGGERS } from '../model/plan.js'
import { Id, Line, listQuery, Note, Nullable, page, Time } from './schemas.js'

const DAY_MS = 86_400_000
const Duration = Type.Integer({ minimum: 1_000, maximum: DAY_MS, description: 'ms' })
const Party = Type.Enum([...PLAN_PARTIES])
const StepNumber = Type.Integer({ minimum: 0, maximum: 9, description: 'of `steps`, from 0' })
const closed = { additionalProperties: false }

const clocks = {
  arriveMs: Duration,
  releaseMs: Duration,
  confirmMs: Duration,
  departMs: Duration,
  hearMs: Duration,
}
const Step = Type.Object(
  {
    level: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)]),
    send: Type.Array(Party, { minItems: 1, maxItems: 5, uniqueItems: true }),
    acceptMs: Duration,
  },
  closed,
)
const together = Object.fromEntries(TRIGGERS.map((trigger) => [trigger, Type.Optional(StepNumber)])) as {
  [trigger in (typeof TRIGGERS)[number]]: ReturnType<typeof Type.Optional<typeof StepNumber>>
}
const Beside = Type.Object(
  {
    when: Type.Enum([...TRIGGERS, 'always']),
    party: Party,
    role: Type.Enum(['medical', 'site', 'info', 'rescue']),
  },
  closed,
)
const Reminder = Type.Object(
  {
    afterMs: Duration,
    to: Type.Array(Type.Enum([...CONTACT_ROLES]), { minItems: 1, maxItems: 10 }),
    draftReport: Type.Optional(Type.Boolean()),
  },
  closed,
)
const parts = {
  steps: Type.Array(Step, { minItems: 1, maxItems: 10 }),
  together: Type.Object(together, closed),
  beside: Type.Array(Beside, { maxItems: 20 }),
  reminders: Type.Array(Reminder, { maxItems: 10 }),
  reportMs: Duration,
}

const PlanChange = Type.Object(
  {
    kind: Nullable(Type.Enum([...EQUIPMENT_KINDS])),
    district: Nullable(Line),
    clocks: Type.Optional(Type.Partial(Type.Object(clocks), closed)),
    steps: Type.Optional(parts.steps),
    together: Type.Optional(parts.together),
    beside: Type.Optional(parts.beside),
    reminders: Type.Optional(parts.reminders),
    reportMs: Type.Optional(parts.reportMs),
  },
  closed,
)
const version = Type.Integer({ minimum: 0, description: '0: nobody ever set any' })
export const Plans = Type.Object({ version, plans: Type.Array(PlanChange) })
export const PlanBody = Type.Object(
  {
    plans: Type.Array(PlanChange, { maxItems: 500 }),
    basedOn: version,
    reason: Note,
  },
  closed,
)
export type PlanBody = Static<typeof PlanBody>

export const PlanQuery = Type.Object({ version: Type.Optional(version) }, closed)
export type PlanQuery = Static<typeof PlanQuery>

/** What holds for one kind in one district, everything filled in. */
export const ResponsePlan = Type.Object({ clocks: Type.Object(clocks), ...parts })
export const ResolvedQuery = Type.Object(
  { kind: Type.Optional(Type.Enum([...EQUIPMENT_KINDS])), district: Type.Optional(Line) },
  closed,
)
export type ResolvedQuery = Static<typeof ResolvedQuery>

export const PlanVersionQuery = listQuery({})
export type PlanVersionQuery = Static<typeof PlanVersionQuery>
export const PlanVersionPage = page(
  Type.Object({ version, author: Id, authorName: Type.String(), reason: Type.String(), at: Time }),
)

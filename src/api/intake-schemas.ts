/** What the intake did with the messages of an equipment, and of everybody. Counts are since the start of the service. */
import Type, { type Static } from 'typebox'
import { EquipmentId, Nullable, Time } from './schemas.js'

const Count = Type.Integer({ minimum: 0 })
const Counts = (of: string) => Type.Record(Type.String(), Count, { description: `by ${of}` })

const Slowed = Type.Object(
  { messages: Count, ms: Type.Number({ minimum: 0 }) },
  { description: 'held back by the rate limit, and for how long together' },
)

const Refusal = Type.Object({ what: Type.String(), at: Time, detail: Type.String() })

const LoginFigures = {
  username: Type.String(),
  kind: Type.Union([Type.Literal('device'), Type.Literal('gateway')]),
  address: Nullable(Type.String({ description: 'of the newest connection' })),
  connectedAt: Nullable(Time),
  lastMessageAt: Nullable(Time),
  messages: Count,
  bytes: Count,
  redelivered: Count,
  slowed: Slowed,
  unreadable: Count,
  refused: Counts('reason'),
  lastRefusal: Nullable(Refusal),
}

export const Offender = Type.Object(LoginFigures)
export type Offender = Static<typeof Offender>

export const LoginIntake = Type.Object({
  ...LoginFigures,
  name: Nullable(Type.String({ description: 'of a gateway' })),
  connections: Type.Integer({ minimum: 0, description: 'open now' }),
})
export type LoginIntake = Static<typeof LoginIntake>

export const Unreadable = Type.Object({
  at: Time,
  login: Nullable(Type.String({ description: 'the gateway that sent it; null: it came under the own id' })),
  reason: Type.String(),
  detail: Type.String(),
  head: Type.String({ description: 'how the payload begins, a character for each byte' }),
})

const Clock = Type.Object({
  offsetMs: Type.Number({ description: 'by which our clock is ahead of the device’s' }),
  known: Type.Boolean({ description: 'false while the offset cannot be trusted' }),
  lagMs: Nullable(Type.Number({ description: 'that the newest message was late, after offset' })),
  fault: Nullable(Type.Union([Type.Literal('ahead'), Type.Literal('ancient')])),
  ahead: Count,
  ancient: Count,
})

export const EquipmentIntake = Type.Object({
  id: EquipmentId,
  since: Time,
  online: Type.Boolean(),
  lastMessageAt: Nullable(Time),
  logins: Type.Array(LoginIntake),
  otherGateways: Type.Integer({ minimum: 0, description: 'gateways of other companies that speak for it' }),
  unreadable: Type.Array(Unreadable),
  clock: Nullable(Clock),
})
export type EquipmentIntake = Static<typeof EquipmentIntake>

export const IntakeOverview = Type.Object({
  since: Time,
  connections: Count,
  received: Counts('kind'),
  bytes: Count,
  stored: Count,
  redelivered: Count,
  droppedQos0: Count,
  slowed: Slowed,
  refused: Counts('reason'),
  unreadable: Counts('reason'),
  setAside: Counts('reason'),
  journal: Type.Object({
    status: Type.String(),
    reason: Nullable(Type.String()),
    bytes: Count,
    budgetBytes: Count,
  }),
  rules: Type.Object({ lagMs: Type.Number() }),
  history: Type.Object({
    store: Type.String(),
    lagMs: Type.Number(),
    backlogRecords: Count,
    drainSeconds: Nullable(Type.Number({ description: 'null: the backlog does not shrink' })),
    error: Nullable(Type.String()),
  }),
  uplink: Nullable(
    Type.Object({
      connected: Type.Boolean(),
      since: Time,
      messages: Count,
      inFlight: Count,
      offeredAgain: Count,
      freshSessions: Count,
      refused: Counts('reason'),
      error: Nullable(Type.String()),
    }),
  ),
  offenders: Type.Array(Offender),
})
export type IntakeOverview = Static<typeof IntakeOverview>

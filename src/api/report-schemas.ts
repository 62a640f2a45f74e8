/** What the API says in reports. Shares are 0…1, durations ms. */
import Type from 'typebox'
import { Nullable, QueryTime, Time } from './schemas.js'

const Count = Type.Integer({ minimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const Ms = Nullable(Type.Number())
const perHour = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 10_000, description }))

export const AlarmQualityQuery = Type.Object(
  {
    from: Type.Optional(QueryTime),
    to: Type.Optional(QueryTime),
    dispatchers: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1000,
        description: 'on duty at a time, on average; 1 by default',
      }),
    ),
    acceptable: perHour('alarms per dispatcher and hour that are very likely acceptable; 6 by default'),
    manageable: perHour('alarms per dispatcher and hour that are about manageable; 12 by default'),
  },
  { additionalProperties: false },
)

export const AlarmQuality = Type.Object({
  from: Time,
  to: Time,
  dispatchers: Type.Number(),
  limits: Type.Object({ acceptable: Type.Number(), manageable: Type.Number() }),
  rate: Type.Object({
    alarms: Count,
    hours: Type.Number(),
    perDispatcherHour: Type.Number(),
    peakTenMinutes: Count,
    aboveAcceptable: Share,
    aboveManageable: Share,
  }),
  chattering: Type.Array(
    Type.Object({
      equipment: Type.String(),
      pattern: Type.String(),
      findings: Count,
      withinMinute: Count,
      withinTenMinutes: Count,
    }),
  ),
  stale: Type.Object({
    count: Count,
    longest: Type.Array(
      Type.Object({
        finding: Type.String(),
        equipment: Type.String(),
        pattern: Type.String(),
        since: Time,
        clearedAt: Nullable(Time),
        stoodMs: Type.Number(),
      }),
    ),
  }),
  falseShares: Type.Array(
    Type.Object({
      pattern: Type.String(),
      rulesVersion: Type.Integer(),
      labelled: Count,
      false: Count,
      share: Share,
    }),
  ),
  findings: Type.Object({
    total: Count,
    suppressedShare: Share,
    lateShare: Share,
    suppressed: Type.Array(Type.Object({ reason: Type.String(), findings: Count })),
  }),
  acknowledgement: Type.Object({
    incidents: Count,
    acknowledged: Count,
    medianMs: Ms,
    p95Ms: Ms,
    longestMs: Ms,
  }),
})

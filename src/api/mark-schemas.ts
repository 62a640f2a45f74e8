/** What the API says and takes about marks and test records. */
import Type, { type Static } from 'typebox'
import { MARK_KINDS, MAX_MARK_REASON } from '../model/mark.js'
import { EquipmentId, GivenTime, Id, Nullable, page, Time } from './schemas.js'

const Kind = Type.Enum([...MARK_KINDS])

export const MarkParams = Type.Object({ id: EquipmentId, markId: Id })

export const NewMark = Type.Object(
  {
    kind: Kind,
    reason: Type.String({
      minLength: 1,
      maxLength: MAX_MARK_REASON,
      description: 'shown wherever the mark is',
    }),
    from: Type.Optional(GivenTime),
    until: Type.Optional(GivenTime),
  },
  { additionalProperties: false },
)
export type NewMark = Static<typeof NewMark>

export const Mark = Type.Object({
  id: Id,
  equipmentId: EquipmentId,
  kind: Kind,
  reason: Type.String(),
  from: Time,
  until: Time,
  setBy: Type.String(),
  setAt: Time,
  endedBy: Nullable(Type.String()),
  endedAt: Nullable(Time),
})
export type Mark = Static<typeof Mark>
export const MarkPage = page(Mark)

export const TestRecord = Type.Object({
  findingId: Type.String(),
  equipmentId: EquipmentId,
  markId: Nullable(Id),
  test: Nullable(Kind),
  pattern: Type.String(),
  actedAt: Time,
  endedAt: Nullable(Time),
  signal: Nullable(Type.String()),
  value: Nullable(Type.Number({ description: 'where it acted, in the unit of the signal' })),
  fuelOffMs: Nullable(
    Type.Integer({ description: 'null when it was off before, stayed on or is not observed' }),
  ),
  by: Nullable(Type.String()),
})
export type TestRecord = Static<typeof TestRecord>
export const TestPage = page(TestRecord)

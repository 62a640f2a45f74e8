/** What the API says and takes about contacts, members, crews, shifts, and who is on duty when. */
import Type, { type Static } from 'typebox'
import { CONTACT_ROLES } from '../model/contact.js'
import { EQUIPMENT_KINDS } from '../model/equipment.js'
import { CERTIFICATE_CLASSES, GAP_CAUSES, SHIFT_KINDS } from '../model/roster.js'
import { MOST_DAYS } from '../registry/roster/shifts.js'
import { GivenTime, Id, Line, Location, listQuery, Note, Nullable, page, QueryTime, Time } from './schemas.js'

const Phone = Type.String({ minLength: 3, maxLength: 40, pattern: '^[0-9+*#() ,-]+$' })
const Email = Type.String({ maxLength: 254, format: 'email' })
const Kind = Type.Enum([...EQUIPMENT_KINDS])
const CertificateClass = Type.Enum([...CERTIFICATE_CLASSES])
const ShiftKind = Type.Enum([...SHIFT_KINDS])
const Ids = Type.Array(Id, { maxItems: 100 })
const MINE = 'your own unless stated'

const reached = {
  phone: Type.Optional(Nullable(Phone)),
  email: Type.Optional(Nullable(Email)),
  userId: Type.Optional(Nullable(Id)),
}

const contactFields = {
  district: Type.Optional(Nullable(Line)),
  role: Type.Enum([...CONTACT_ROLES]),
  name: Line,
  ...reached,
}
export const NewContact = Type.Object(
  {
    organisationId: Type.Optional(
      Nullable({ ...Id, description: 'your own unless stated; of the centre where you are the desk' }),
    ),
    ...contactFields,
  },
  { additionalProperties: false },
)
export const ContactChange = Type.Object(
  { ...contactFields, role: Type.Optional(contactFields.role), name: Type.Optional(Line) },
  { additionalProperties: false, minProperties: 1 },
)
export const ContactQuery = listQuery({
  organisation: Type.Optional(Id),
  ofCentre: Type.Optional(Type.Boolean({ description: 'only those of the centre' })),
  role: Type.Optional(contactFields.role),
  district: Type.Optional(Line),
})
export const Contact = Type.Object({
  id: Id,
  organisationId: Nullable(Id),
  district: Nullable(Type.String()),
  role: contactFields.role,
  name: Type.String(),
  phone: Nullable(Type.String()),
  email: Nullable(Type.String()),
  userId: Nullable(Id),
  createdAt: Time,
})
export type Contact = Static<typeof Contact>
export const ContactPage = page(Contact)

export const NewMember = Type.Object(
  { organisationId: Type.Optional({ ...Id, description: MINE }), name: Line, ...reached },
  { additionalProperties: false },
)
export const MemberChange = Type.Object(
  { name: Type.Optional(Line), ...reached },
  { additionalProperties: false, minProperties: 1 },
)
export const MemberQuery = listQuery({ organisation: Type.Optional(Id), text: Type.Optional(Line) })
export const NewCertificate = Type.Object(
  { class: CertificateClass, number: Line, validUntil: GivenTime },
  { additionalProperties: false },
)
export const NewLeave = Type.Object(
  { from: GivenTime, until: GivenTime, reason: Line },
  { additionalProperties: false },
)
export const CertificateParams = Type.Object({ id: Id, certificateId: Id })
export const LeaveParams = Type.Object({ id: Id, leaveId: Id })
export const Member = Type.Object({
  id: Id,
  organisationId: Id,
  name: Type.String(),
  phone: Nullable(Type.String()),
  email: Nullable(Type.String()),
  userId: Nullable(Id),
  certificates: Type.Array(
    Type.Object({ id: Id, class: CertificateClass, number: Type.String(), validUntil: Time }),
  ),
  leave: Type.Array(Type.Object({ id: Id, from: Time, until: Time, reason: Type.String() })),
  createdAt: Time,
  endedAt: Nullable(Time),
})
export type Member = Static<typeof Member>
export const MemberPage = page(Member)

const crewFields = {
  location: Type.Optional(Nullable(Location)),
  districts: Type.Optional(Nullable(Type.Array(Line, { minItems: 1, maxItems: 200 }))),
  memberIds: Type.Optional(Ids),
}
const Kinds = Type.Array(Kind, { minItems: 1, maxItems: EQUIPMENT_KINDS.length })
export const NewCrew = Type.Object(
  { organisationId: Type.Optional({ ...Id, description: MINE }), name: Line, kinds: Kinds, ...crewFields },
  { additionalProperties: false },
)
export const CrewChange = Type.Object(
  { name: Type.Optional(Line), kinds: Type.Optional(Kinds), ...crewFields },
  { additionalProperties: false, minProperties: 1 },
)
export const CrewQuery = listQuery({ organisation: Type.Optional(Id) })
export const Crew = Type.Object({
  id: Id,
  organisationId: Id,
  name: Type.String(),
  location: Nullable(Location),
  districts: Nullable(Type.Array(Type.String())),
  kinds: Type.Array(Kind),
  memberIds: Type.Array(Id),
  createdAt: Time,
  endedAt: Nullable(Time),
})
export type Crew = Static<typeof Crew>
export const CrewPage = page(Crew)

const ShiftPeople = Type.Array(Id, { minItems: 1, maxItems: 100 })
export const NewShift = Type.Object(
  {
    crewId: Id,
    kind: Type.Optional(ShiftKind),
    from: GivenTime,
    until: GivenTime,
    memberIds: Type.Optional(ShiftPeople),
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_DAYS, description: 'the same on so many days in a row' }),
    ),
  },
  { additionalProperties: false },
)
export const ShiftChange = Type.Object(
  {
    kind: Type.Optional(ShiftKind),
    from: Type.Optional(GivenTime),
    until: Type.Optional(GivenTime),
    memberIds: Type.Optional(ShiftPeople),
  },
  { additionalProperties: false, minProperties: 1 },
)
export const ShiftQuery = listQuery({
  crew: Type.Optional(Id),
  organisation: Type.Optional(Id),
  from: Type.Optional(QueryTime),
  to: Type.Optional(QueryTime),
})
export const NewHandover = Type.Object(
  { fromMemberId: Id, toMemberId: Id, toShiftId: Type.Optional(Id), note: Type.Optional(Note) },
  { additionalProperties: false },
)
const Handover = Type.Object({
  fromMemberId: Id,
  toMemberId: Id,
  toShiftId: Id,
  at: Time,
  note: Type.String(),
  acknowledgedAt: Nullable(Time),
  acknowledgedBy: Nullable(Type.String()),
})
const shiftFields = {
  id: Id,
  crewId: Id,
  kind: ShiftKind,
  from: Time,
  until: Time,
  onFrom: { ...Time, description: 'from when its people are responsible, as handed over' },
  onUntil: { ...Time, description: 'until when; later than planned while a handover waits' },
  handover: Nullable(Handover),
}
export const Shift = Type.Object({
  ...shiftFields,
  memberIds: Type.Array(Id),
  createdAt: Time,
  endedAt: Nullable(Time),
})
export type Shift = Static<typeof Shift>
export const ShiftPage = page(Shift)
export const Shifts = Type.Object({ items: Type.Array(Shift) })

export const RosterQuery = listQuery({
  organisation: Type.Optional(Id),
  from: Type.Optional({ ...QueryTime, description: 'now unless stated' }),
  to: Type.Optional({ ...QueryTime, description: 'three days later unless stated' }),
})
export const OrganisationRoster = Type.Object({
  organisationId: Id,
  name: Type.String(),
  shifts: Type.Array(
    Type.Object({
      ...shiftFields,
      crewName: Type.String(),
      members: Type.Array(
        Type.Object({
          id: Id,
          name: Type.String(),
          phone: Nullable(Type.String({ description: 'only for the desk and the organisation itself' })),
          onLeave: Type.Boolean(),
          certifiedFor: Type.Array(Kind),
        }),
      ),
    }),
  ),
  gaps: Type.Array(
    Type.Object({
      kind: Nullable({ ...Kind, description: 'null: nobody at all' }),
      from: Time,
      until: Time,
      because: Type.Array(Type.Enum([...GAP_CAUSES])),
      districts: Type.Array(Type.String()),
    }),
  ),
})
export type OrganisationRoster = Static<typeof OrganisationRoster>
export const RosterPage = page(OrganisationRoster)

/** What the API says and takes about sessions, people and organisations (contract §5). */
import Type, { type Static } from 'typebox'
import { ORGANISATION_TYPES, ROLES } from '../model/incident.js'
import { Id, Line, Location, listQuery, Nullable, page, Time } from './schemas.js'

// Longer passwords would only let a stranger make us hash them.
const Password = Type.String({ minLength: 1, maxLength: 200 })
const Username = Type.String({ minLength: 1, maxLength: 64 })
const Role = Type.Enum([...ROLES])

export const User = Type.Object({
  id: Id,
  username: Type.String(),
  role: Role,
  organisationId: Nullable(Id),
  districts: Type.Array(Type.String()),
  mustChangePassword: Type.Boolean({ description: 'until then only /api/session works' }),
  disabled: Type.Boolean(),
  createdAt: Time,
})
export type User = Static<typeof User>
export const UserPage = page(User)

export const LogIn = Type.Object({ username: Username, password: Password }, { additionalProperties: false })
export const SessionReply = Type.Object({ token: Type.String(), user: User })
export const CurrentSessionReply = Type.Object({ user: User, expiresAt: Time })
export const PasswordChange = Type.Object(
  { oldPassword: Password, newPassword: Password },
  { additionalProperties: false },
)

export const NewUser = Type.Object(
  {
    username: Username,
    password: Password,
    role: Role,
    organisationId: Type.Optional(Id),
    districts: Type.Optional(Type.Array(Line, { maxItems: 200 })),
    mustChangePassword: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export const UserQuery = listQuery({ role: Type.Optional(Role), text: Type.Optional(Line) })

const OrganisationKind = Type.Enum([...ORGANISATION_TYPES])
export const Organisation = Type.Object({
  id: Id,
  name: Type.String(),
  type: OrganisationKind,
  district: Nullable(Type.String()),
  location: Nullable(Location),
  createdAt: Time,
})
export type Organisation = Static<typeof Organisation>
export const OrganisationPage = page(Organisation)
export const NewOrganisation = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$' })),
    name: Line,
    type: OrganisationKind,
    district: Type.Optional(Line),
    location: Type.Optional(Location),
  },
  { additionalProperties: false },
)
export const OrganisationQuery = listQuery({
  type: Type.Optional(OrganisationKind),
  text: Type.Optional(Line),
})

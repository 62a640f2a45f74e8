/** What the API says and takes about log-ins of devices and gateways, claims, and telemetry over HTTP (contract §3, §5). */
import Type, { type Static } from 'typebox'
import { NewEquipment } from './equipment-schemas.js'
import { EquipmentId, Id, Line, listQuery, Nullable, page, Time } from './schemas.js'

const MOST_AT_ONCE = 1_000
const MOST_BOUND = 5_000
const MOST_OVERLAP_MINUTES = 7 * 24 * 60

const overlapMinutes = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: MOST_OVERLAP_MINUTES,
    description: 'how long the secret before goes on working; 0 by default: it stops at once',
  }),
)
export const Rotation = Type.Object({ overlapMinutes }, { additionalProperties: false })

export const Credentials = Type.Object({
  username: Type.String(),
  password: Type.String({ description: 'shown here and never again' }),
  previousUntil: Nullable(Type.String({ format: 'date-time', description: 'when the one before stops' })),
})
export type Credentials = Static<typeof Credentials>

export const CredentialsOfMany = Type.Object(
  {
    ids: Type.Array(EquipmentId, { minItems: 1, maxItems: MOST_AT_ONCE, uniqueItems: true }),
    overlapMinutes,
  },
  { additionalProperties: false },
)
export const CredentialsList = Type.Object({ items: Type.Array(Credentials) })
export const DownloadQuery = Type.Object(
  { format: Type.Optional(Type.Enum(['json', 'csv'])) },
  { additionalProperties: false },
)

const gateway = {
  username: EquipmentId,
  name: Line,
  organisationId: Nullable(Id),
  revoked: Type.Boolean({ description: 'until it gets a new secret' }),
  createdAt: Time,
  updatedAt: Time,
}
const Bound = Type.Array(EquipmentId, { maxItems: MOST_BOUND })

export const Gateway = Type.Object({
  ...gateway,
  equipment: Type.Array(EquipmentId, { description: 'it may speak for; as far as you may see them' }),
})
export type Gateway = Static<typeof Gateway>
export const GatewayPage = page(Type.Object(gateway))
export const GatewayQuery = listQuery({})
export const NewGateway = Type.Object(
  {
    username: EquipmentId,
    name: Line,
    organisationId: Type.Optional(Nullable(Id)),
    equipment: Type.Optional(Bound),
  },
  { additionalProperties: false },
)
export const GatewayChange = Type.Object(
  {
    name: Type.Optional(Line),
    organisationId: Type.Optional(Nullable(Id)),
    add: Type.Optional(Bound),
    remove: Type.Optional(Bound),
  },
  { additionalProperties: false, minProperties: 1 },
)

export const Claim = Type.Object({
  username: EquipmentId,
  address: Type.String({ description: 'where it last came from' }),
  firstSeen: Time,
  lastSeen: Time,
  tries: Type.Integer(),
  contested: Type.Boolean({ description: 'another secret was presented under the same name; not admitted' }),
})
export const ClaimPage = page(Claim)
/** The id is the claimed name. */
export const Admission = Type.Omit(NewEquipment, ['id'], { additionalProperties: false })

const Values = Type.Record(Type.String(), Type.Unknown())
const Reading = Type.Object(
  {
    ts: Type.Optional(
      Type.Union([Type.Integer(), Type.String()], { description: 'ms since 1970, or ISO 8601' }),
    ),
    values: Type.Optional(Values),
  },
  { additionalProperties: true, description: 'signals by name, beside `ts` or in `values`' },
)
export const Telemetry = Type.Union([Reading, Type.Array(Reading, { minItems: 1, maxItems: 1000 })])
export const TelemetryReply = Type.Object({
  readings: Type.Integer({ description: 'on disk by now' }),
  setAside: Type.Integer({ description: 'parts that could not be read' }),
})

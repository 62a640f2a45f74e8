/** What the API says and takes about equipment (contract §5). */
import type { Readable } from 'node:stream'
import Type, { type Static } from 'typebox'
import { EQUIPMENT_KINDS, LEVEL_SENSORS, PROFILES } from '../model/equipment.js'
import { IncidentSummary } from './incident-schemas.js'
import {
  EquipmentId,
  Id,
  Line,
  Location,
  listQuery,
  Note,
  Nullable,
  page,
  QueryTime,
  Time,
} from './schemas.js'

const Positive = (unit: string, maximum: number) =>
  Type.Number({ exclusiveMinimum: 0, maximum, description: unit })
const Kind = Type.Enum([...EQUIPMENT_KINDS])
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'YYYY-MM-DD' })
const Code = Type.String({ minLength: 1, maxLength: 64 })

export const Attributes = Type.Object(
  {
    ratedSpeed: Type.Optional(Positive('m/s', 25)),
    ratedLoad: Type.Optional(Positive('kg', 100_000)),
    floors: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
    lowestFloor: Type.Optional(
      Type.Integer({ minimum: -20, maximum: 300, description: "the device's number of the lowest floor" }),
    ),
    automaticRescue: Type.Optional(Type.Boolean({ description: 'lands the car when the mains go' })),
    railLength: Type.Optional(Positive('m, from joint to joint', 20)),
    sheaveDiameter: Type.Optional(Positive('m', 5)),
    roping: Type.Optional(Positive('metres of rope over the sheave for one of the car', 8)),
    guideRollerDiameter: Type.Optional(Positive('m', 1)),
    ratedPressure: Type.Optional(Positive('MPa', 40)),
    workingPressure: Type.Optional(Positive('MPa, what the safety valves are set for', 40)),
    safetyValveSet: Type.Optional(Positive('MPa', 40)),
    lowWaterLimit: Type.Optional(
      Type.Number({ minimum: -2000, maximum: 2000, description: 'mm from normal level' }),
    ),
    levelSensor: Type.Optional(Type.Enum([...LEVEL_SENSORS])),
    ignitionTime: Type.Optional(Positive('s', 600)),
    capacity: Type.Optional(Positive('t/h', 10_000)),
    fuelPressureSet: Type.Optional(Positive('kPa', 10_000)),
    ratedOutletTemp: Type.Optional(Positive('°C, of a hot-water boiler', 400)),
    rise: Type.Optional(Positive('m, of an escalator', 100)),
    inclination: Type.Optional(
      Type.Number({ minimum: 0, maximum: 45, description: '°; a moving walk has 12 or less' }),
    ),
    stepWidth: Type.Optional(Positive('m', 3)),
    stopDistanceLimit: Type.Optional(Positive('m, the longest way to come to rest', 10)),
    stopDistanceMin: Type.Optional(Positive('m, the shortest way to come to rest', 10)),
    fuel: Type.Optional(Line),
    medium: Type.Optional(Line),
    fuelHeat: Type.Optional(Positive('MJ per m³ or kg, lower heating value', 200)),
    designEfficiency: Type.Optional(Positive('%', 110)),
    safetyValveCheckedOn: Type.Optional(Day),
    gaugeCheckedOn: Type.Optional(Day),
    reportPeriod: Type.Optional(Positive('s between two readings', 86_400)),
    presenceSource: Type.Optional(Type.Enum(['controller', 'car-top', 'camera'])),
    use: Type.Optional(Type.Enum(['passenger', 'goods', 'bed'])),
    model: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: "the maker's designation of its type" }),
    ),
  },
  { additionalProperties: false },
)

export const RescueCard = Type.Object(
  {
    dutyRoom: Type.Optional(Line),
    safetyOfficer: Type.Optional(Line),
    companyPhone: Type.Optional(Line),
    carIntercom: Type.Optional(Line),
    building: Type.Optional(Line),
    unit: Type.Optional(Line),
    liftNo: Type.Optional(Line),
    entrance: Type.Optional(Line),
    machineRoom: Type.Optional(Line),
    keyPlace: Type.Optional(Line),
    brakeRelease: Type.Optional(Line),
    doorKey: Type.Optional(Line),
    notes: Type.Optional(Note),
    verifiedAt: Type.Optional(Line),
  },
  { additionalProperties: false },
)

const changeable = {
  name: Line,
  rescueCode: Type.Optional(Nullable(Code)),
  registrationCode: Type.Optional(Nullable(Code)),
  certificateNo: Type.Optional(Nullable(Code)),
  district: Type.Optional(Nullable(Line)),
  address: Type.Optional(Nullable(Line)),
  site: Type.Optional(Nullable(Line)),
  location: Type.Optional(Nullable(Location)),
  maintainerId: Type.Optional(Nullable(Id)),
  useUnitId: Type.Optional(Nullable(Id)),
  profile: Type.Optional(Type.Enum([...PROFILES])),
  attributes: Type.Optional(Attributes),
  rescueCard: Type.Optional(Nullable(RescueCard)),
}

export const NewEquipment = Type.Object(
  { id: Type.Optional(EquipmentId), kind: Kind, ...changeable },
  { additionalProperties: false },
)
export const EquipmentChange = Type.Object(
  { ...changeable, name: Type.Optional(Line) },
  { additionalProperties: false, minProperties: 1 },
)

export const Equipment = Type.Object({
  id: EquipmentId,
  kind: Kind,
  name: Type.String(),
  rescueCode: Nullable(Type.String()),
  registrationCode: Nullable(Type.String()),
  certificateNo: Nullable(Type.String()),
  district: Nullable(Type.String()),
  address: Nullable(Type.String()),
  site: Nullable(Type.String({ description: 'equipment with the same text stands together' })),
  location: Nullable(Location),
  maintainerId: Nullable(Id),
  useUnitId: Nullable(Id),
  profile: Type.Enum([...PROFILES]),
  attributes: Attributes,
  rescueCard: Nullable(RescueCard),
  provisional: Type.Boolean({ description: 'made from a call, nobody had registered it' }),
  version: Type.Integer(),
  createdAt: Time,
  updatedAt: Time,
})
export type Equipment = Static<typeof Equipment>
/** Whom to call at a machine is told of one machine at a time. */
export const EquipmentItem = Type.Omit(Equipment, ['rescueCard'])
export type EquipmentItem = Static<typeof EquipmentItem>
export const EquipmentPage = page(EquipmentItem)

export const EquipmentQuery = listQuery({
  district: Type.Optional(Line),
  maintainerId: Type.Optional(Id),
  useUnitId: Type.Optional(Id),
  site: Type.Optional(Line),
  kind: Type.Optional(Kind),
  text: Type.Optional(Line),
})

export const LookupQuery = Type.Object({ code: Line }, { additionalProperties: false })

export const EquipmentState = Type.Object({
  id: EquipmentId,
  kind: Kind,
  online: Type.Boolean(),
  lastMessageAt: Nullable(Time),
  signals: Type.Record(
    Type.String(),
    Type.Object({ value: Type.Union([Type.Number(), Type.Boolean(), Type.String()]), at: Time }),
  ),
  openIncidents: Type.Array(IncidentSummary),
  patterns: Nullable(
    Type.Array(
      Type.Object({
        pattern: Type.String(),
        evaluated: Type.Integer(),
        missing: Type.Array(Type.String(), { description: 'signals or attributes; empty when observable' }),
      }),
      { description: 'which protections can be seen on this equipment; null when that is not known now' },
    ),
  ),
})
export type EquipmentState = Static<typeof EquipmentState>

export const HistoryQuery = Type.Object(
  {
    signals: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2000,
        description: 'up to 64 names, separated by commas; the catalogue of the kind by default',
      }),
    ),
    from: Type.Optional(QueryTime),
    to: Type.Optional(QueryTime),
    points: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 10_000 }), Type.Literal('raw')], {
        description: 'at most so many a signal, 500 by default; `raw` for every stored value',
      }),
    ),
  },
  { additionalProperties: false },
)
export const HistoryExportQuery = Type.Object(
  {
    ...HistoryQuery.properties,
    points: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'at most so many rows a signal; every value by default',
      }),
    ),
    resolution: Type.Optional(
      Type.Union([Type.Literal('raw'), Type.Literal('minute'), Type.Literal('hour')], {
        description:
          'every value that is still stored, or the last, least and greatest of each minute or hour',
      }),
    ),
    format: Type.Optional(
      Type.Union([Type.Literal('csv'), Type.Literal('parquet')], { description: '`csv` by default' }),
    ),
  },
  { additionalProperties: false },
)

/** Bytes of the file, as they come. */
export const HistoryFile = Type.Unsafe<Readable>(Type.String())

/** `[ms, value]` as stored, `[ms, value, min, max]` for a bucket. */
export const HistoryReply = Type.Object({
  signals: Type.Record(
    Type.String(),
    Type.Array(
      Type.Array(Type.Union([Type.Number(), Type.Boolean(), Type.String()]), { minItems: 2, maxItems: 4 }),
    ),
  ),
})

export const EventQuery = listQuery({ from: Type.Optional(QueryTime), to: Type.Optional(QueryTime) })
export const EventPage = page(
  Type.Object({
    at: Time,
    code: Type.Integer({ description: 'GB/T 24476' }),
    active: Type.Boolean({ description: 'begin or end' }),
    key: Nullable(Type.String()),
  }),
)

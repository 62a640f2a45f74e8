/** What the API says of drafts of accident reports. */
import Type, { type Static } from 'typebox'
import { REPORT_LANGUAGES } from '../incidents/accident-report-text.js'
import { REPORT_GAPS, REPORT_OCCASIONS } from '../model/accident-report.js'
import { CONTACT_ROLES } from '../model/contact.js'
import { EQUIPMENT_KINDS } from '../model/equipment.js'
import { ASSIGNMENT_STATUSES } from '../model/incident.js'
import { ASSIGNMENT_ROLES, OVERDUES } from '../model/incident-view.js'
import { CarReport, Incident, Place } from './incident-schemas.js'
import { EquipmentId, Id, Location, Nullable, Time } from './schemas.js'

export const AccidentReportQuery = Type.Object(
  {
    version: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000, description: 'the newest by default' }),
    ),
    format: Type.Optional(
      Type.Enum(['json', 'markdown'], { description: 'else what `Accept` asks for, else json' }),
    ),
    language: Type.Optional(
      Type.Enum([...REPORT_LANGUAGES], {
        description: 'of the text; else what `Accept-Language` asks for, else zh',
      }),
    ),
  },
  { additionalProperties: false },
)
export type AccidentReportQuery = Static<typeof AccidentReportQuery>

const Text = Nullable(Type.String())
const Moment = Nullable(Time)

const Equipment = Type.Object({
  id: EquipmentId,
  kind: Type.Enum([...EQUIPMENT_KINDS]),
  name: Type.String(),
  rescueCode: Text,
  registrationCode: Text,
  certificateNo: Text,
  attributes: Type.Record(Type.String(), Type.Unknown()),
})
const Measure = Type.Object({
  level: Type.Integer(),
  role: Type.Enum([...ASSIGNMENT_ROLES]),
  partyName: Type.String(),
  person: Text,
  status: Type.Enum([...ASSIGNMENT_STATUSES]),
  overdue: Nullable(Type.Enum([...OVERDUES])),
  offeredAt: Time,
  acceptedAt: Moment,
  departedAt: Moment,
  arrivedAt: Moment,
  endedAt: Moment,
  reason: Text,
})
const Informed = Type.Object({
  at: Time,
  kind: Type.String({ description: 'of the notice' }),
  partyName: Text,
  role: Nullable(Type.Enum([...CONTACT_ROLES])),
  reached: Nullable(Type.Boolean({ description: 'null: not known' })),
})
const {
  class: Class,
  pattern,
  priority,
  status,
  outcome,
  source,
  times,
  vulnerable,
  causes,
} = Incident.properties

const Facts = Type.Object({
  ...{ class: Class, pattern, priority, status, outcome, source, times, vulnerable },
  district: Text,
  address: Text,
  site: Text,
  place: Nullable(Place),
  location: Nullable(Location),
  equipment: Nullable(Equipment),
  useUnit: Text,
  maintainer: Text,
  people: Nullable(Type.Integer()),
  car: Nullable(CarReport),
  cause: Nullable(Type.String({ description: 'what a person says' })),
  guessed: causes,
  measures: Type.Array(Measure),
  informed: Type.Array(Informed),
  unknown: Type.Array(Type.Enum([...REPORT_GAPS]), { description: 'what is not known yet' }),
})

const Event = Type.Object({
  seq: Type.Integer(),
  at: Time,
  recordedAt: Time,
  kind: Type.String(),
  actor: Type.String(),
  actorName: Type.String(),
  onBehalfOf: Text,
  partyName: Text,
  reason: Text,
  note: Text,
})

export const AccidentReport = Type.Object(
  {
    incidentId: Id,
    number: Type.String(),
    version: Type.Integer(),
    versions: Type.Integer({ description: 'how many drafts there are' }),
    occasion: Type.Enum([...REPORT_OCCASIONS]),
    madeAt: Time,
    madeBy: Type.String(),
    drill: Type.Boolean(),
    facts: Facts,
    course: Type.Array(Event, { description: 'the timeline up to the draft, oldest first' }),
    leftOut: Type.Integer({ description: 'lines of its middle that are not in it' }),
  },
  { description: 'a draft for people to complete; the service hands it in to nobody' },
)
export type AccidentReport = Static<typeof AccidentReport>

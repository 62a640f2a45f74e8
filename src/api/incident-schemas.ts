/** What the API says and takes about incidents and findings (contract §5 and §6). */
import Type, { type Static } from 'typebox'
import { CHANNELS } from '../incidents/report.js'
import { FINDING_STAGES } from '../model/finding.js'
import {
  ACTIONS,
  ASSIGNMENT_STATUSES,
  DEADLINE_KINDS,
  INCIDENT_CLASSES,
  INCIDENT_SOURCES,
  INCIDENT_STATUSES,
  OUTCOMES,
  PRIORITIES,
  SAID_CLASSES,
} from '../model/incident.js'
import { ASSIGNMENT_ROLES, OVERDUES, VIAS } from '../model/incident-view.js'
import {
  choices,
  EquipmentId,
  GivenTime,
  Id,
  Line,
  listQuery,
  Note,
  Nullable,
  page,
  QueryTime,
  Time,
} from './schemas.js'
import { SweepCounts } from './sweep-schemas.js'

const Class = Type.Enum([...INCIDENT_CLASSES])
const SaidClass = Type.Enum([...SAID_CLASSES])
const Priority = Type.Enum([...PRIORITIES])
const People = Type.Integer({ minimum: 0, maximum: 1000 })
const Level = Type.Enum([1, 2, 3])

export const Place = Type.Object(
  {
    text: Line,
    estate: Type.Optional(Line),
    building: Type.Optional(Line),
    unit: Type.Optional(Line),
    liftNo: Type.Optional(Line),
    district: Type.Optional(Line),
    lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
    lon: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
  },
  { additionalProperties: false },
)
export const CarReport = Type.Object(
  {
    light: Type.Optional(Type.Boolean()),
    floorShown: Type.Optional(Type.String({ maxLength: 20 })),
    doorAjar: Type.Optional(Type.Boolean()),
    smoke: Type.Optional(Type.Boolean()),
    water: Type.Optional(Type.Boolean()),
    dropped: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
const caller = {
  name: Type.Optional(Line),
  phone: Type.Optional(Line),
  role: Type.Optional(Line),
  callId: Type.Optional(Id),
}
const Vulnerable = Type.Array(Line, { maxItems: 20 })

export const IncidentSummary = Type.Object({
  id: Id,
  number: Type.String(),
  version: Type.Integer(),
  equipmentId: Nullable(EquipmentId),
  equipmentName: Nullable(Type.String()),
  district: Nullable(Type.String()),
  place: Nullable(Place),
  class: Class,
  group: Type.String(),
  pattern: Nullable(Type.String()),
  priority: Priority,
  status: Type.Enum([...INCIDENT_STATUSES]),
  outcome: Nullable(Type.Enum([...OUTCOMES])),
  source: Type.Enum([...INCIDENT_SOURCES]),
  openedAt: Time,
  updatedAt: Time,
  people: Nullable(Type.Integer()),
  conditionActive: Type.Boolean(),
  attention: Nullable(
    Type.Object({
      since: Time,
      reason: Type.String({ description: 'the gravest' }),
      reasons: Type.Array(Type.String(), { description: 'all that stand, the gravest first' }),
    }),
  ),
  takenBy: Nullable(Type.String()),
  nextDeadline: Nullable(Type.Object({ kind: Type.Enum([...DEADLINE_KINDS]), dueAt: Time })),
  parentId: Nullable(Id),
  sweep: Nullable(SweepCounts),
})
export type IncidentSummary = Static<typeof IncidentSummary>

const Evidence = Type.Object({
  key: Type.String(),
  witness: Type.Enum(['person', 'machine']),
  signal: Type.Optional(Type.String()),
  value: Type.Optional(Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
  at: Type.Optional(Time),
})
const Causes = Type.Array(
  Type.Object({
    cause: Type.String({ description: 'level-2 key, or `unknown`' }),
    share: Type.Number({ description: '0…1; the lines that are left out make up the rest' }),
    evidence: Type.Array(Type.String()),
  }),
  { description: "the rules' guess, most likely first" },
)
const Assignment = Type.Object({
  id: Id,
  level: Level,
  role: Type.Enum([...ASSIGNMENT_ROLES]),
  party: Nullable(Id),
  partyName: Type.String(),
  person: Nullable(Type.String()),
  status: Type.Enum([...ASSIGNMENT_STATUSES]),
  offeredAt: Time,
  acceptedAt: Nullable(Time),
  departedAt: Nullable(Time),
  arrivedAt: Nullable(Time),
  endedAt: Nullable(Time),
  chosenBecause: Type.String(),
  reason: Nullable(Type.String()),
  crew: Nullable(Type.String({ description: 'the crew on duty that was chosen' })),
  etaAt: Nullable(Time),
  heardAt: Nullable(Time),
  position: Nullable(Type.Object({ lat: Type.Number(), lon: Type.Number(), at: Time })),
  overdue: Nullable(
    Type.Enum([...OVERDUES], { description: 'why it is no longer relied on, though it may still come' }),
  ),
  replacedBy: Nullable(Id),
})
const Deadline = Type.Object({
  id: Id,
  kind: Type.Enum([...DEADLINE_KINDS]),
  assignmentId: Nullable(Id),
  dueAt: Time,
  reason: Nullable(Type.String()),
})
const Times = Type.Object({
  reportedAt: Time,
  dispatchedAt: Nullable(Time),
  acceptedAt: Nullable(Time),
  departedAt: Nullable(Time),
  arrivedAt: Nullable(Time),
  releasedAt: Nullable(Time),
  resolvedAt: Nullable(Time),
  reviewedAt: Nullable(Time),
  closedAt: Nullable(Time),
})

export const Incident = Type.Object({
  ...IncidentSummary.properties,
  site: Nullable(Type.String()),
  evidence: Type.Array(Evidence),
  callers: Type.Array(Type.Object({ ...caller, at: Type.Optional(Time) })),
  vulnerable: Type.Array(Type.String()),
  car: Nullable(CarReport),
  cause: Nullable(Type.String({ description: 'what a person says' })),
  causes: Causes,
  reopenOffered: Type.Boolean(),
  times: Times,
  assignments: Type.Array(Assignment),
  deadlines: Type.Array(Deadline),
})
export type Incident = Static<typeof Incident>
export const IncidentPage = page(IncidentSummary)

export const IncidentQuery = listQuery({
  status: Type.Optional(choices(INCIDENT_STATUSES)),
  priority: Type.Optional(choices(PRIORITIES)),
  class: Type.Optional(choices(INCIDENT_CLASSES)),
  equipment: Type.Optional(EquipmentId),
  district: Type.Optional(Line),
  maintainer: Type.Optional(Id),
  from: Type.Optional(QueryTime),
  to: Type.Optional(QueryTime),
  text: Type.Optional(Line),
})

export const NewIncident = Type.Object(
  {
    equipmentId: Type.Optional(EquipmentId),
    rescueCode: Type.Optional(Line),
    place: Type.Optional(Place),
    class: Type.Optional(SaidClass),
    priority: Type.Optional(Priority),
    channel: Type.Enum([...CHANNELS]),
    callId: Type.Optional(Id),
    callers: Type.Optional(
      Type.Array(Type.Object({ ...caller, at: Type.Optional(GivenTime) }, { additionalProperties: false }), {
        maxItems: 50,
      }),
    ),
    people: Type.Optional(People),
    vulnerable: Type.Optional(Vulnerable),
    car: Type.Optional(CarReport),
    note: Type.Optional(Note),
    at: Type.Optional(GivenTime),
    drill: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type NewIncident = Static<typeof NewIncident>

const Corrected = Type.Optional(GivenTime)
const CorrectedTimes = Type.Object(
  {
    reportedAt: Corrected,
    dispatchedAt: Corrected,
    acceptedAt: Corrected,
    departedAt: Corrected,
    arrivedAt: Corrected,
    releasedAt: Corrected,
    resolvedAt: Corrected,
    reviewedAt: Corrected,
    closedAt: Corrected,
  },
  { additionalProperties: false },
)

export const ActionBody = Type.Object(
  {
    action: Type.Enum([...ACTIONS]),
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'the version that the person saw' })),
    assignmentId: Type.Optional(Id),
    at: Type.Optional(GivenTime),
    key: Type.Optional(Id),
    onBehalfOf: Type.Optional(Line),
    via: Type.Optional(Type.Enum([...VIAS])),
    callId: Type.Optional(Id),
    reason: Type.Optional(Note),
    note: Type.Optional(Note),
    outcome: Type.Optional(Type.Enum([...OUTCOMES])),
    cause: Type.Optional(
      Type.String({ maxLength: 4000, description: 'a level-2 key, which is counted, or words' }),
    ),
    people: Type.Optional(People),
    vulnerable: Type.Optional(Vulnerable),
    car: Type.Optional(CarReport),
    priority: Type.Optional(Priority),
    class: Type.Optional(SaidClass),
    times: Type.Optional(CorrectedTimes),
    party: Type.Optional(Id),
    level: Type.Optional(Level),
    person: Type.Optional(Line),
    to: Type.Optional(Line),
    into: Type.Optional(Id),
    equipmentId: Type.Optional(EquipmentId),
    rescueCode: Type.Optional(Line),
    place: Type.Optional(Place),
    provisional: Type.Optional(Type.Boolean()),
    together: Type.Optional(Type.Boolean({ description: 'dispatch: every level up to `level` at once' })),
    etaMinutes: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1440, description: 'when they will be there, from now' }),
    ),
    position: Type.Optional(
      Type.Object(
        {
          lat: Type.Number({ minimum: -90, maximum: 90 }),
          lon: Type.Number({ minimum: -180, maximum: 180 }),
        },
        { additionalProperties: false },
      ),
    ),
    answered: Type.Optional(Type.Boolean({ description: 'contact: whether they answered' })),
  },
  { additionalProperties: false },
)
export type ActionBody = Static<typeof ActionBody>

export const TimelinePage = page(
  Type.Object({
    seq: Type.Integer(),
    at: Time,
    recordedAt: Time,
    actor: Type.String(),
    actorName: Type.String(),
    onBehalfOf: Nullable(Type.String()),
    via: Nullable(Type.Enum([...VIAS])),
    callId: Nullable(Type.String()),
    kind: Type.String(),
    assignmentId: Nullable(Type.String()),
    reason: Nullable(Type.String()),
    detail: Type.Record(Type.String(), Type.Unknown()),
    previousHash: Type.String(),
    hash: Type.String(),
  }),
)

export const FindingQuery = listQuery({
  equipment: Type.Optional(EquipmentId),
  pattern: Type.Optional(Line),
  stage: Type.Optional(choices(FINDING_STAGES)),
  priority: Type.Optional(choices(PRIORITIES)),
  suppressed: Type.Optional(Type.Boolean()),
  from: Type.Optional(QueryTime),
  to: Type.Optional(QueryTime),
})
export const FindingPage = page(
  Type.Object({
    id: Type.String(),
    equipmentId: EquipmentId,
    pattern: Type.String(),
    class: Class,
    priority: Priority,
    stage: Type.Enum([...FINDING_STAGES]),
    since: Time,
    shownAt: Nullable(Time),
    orderedAt: Nullable(Time),
    clearedAt: Nullable(Time),
    receivedAt: Time,
    confidence: Type.Number(),
    evidence: Type.Array(Evidence),
    suppressed: Nullable(Type.String()),
    needsConfirmation: Type.Boolean(),
    interlockFailed: Type.Boolean(),
    markId: Nullable(Id),
    causes: Causes,
    incidentId: Nullable(Id),
    disposition: Type.String(),
    rulesVersion: Type.Integer({ description: 'of the rule set that raised it; 0 is the one that ships' }),
  }),
)

export const CauseFiguresQuery = Type.Object(
  { from: Type.Optional(QueryTime), to: Type.Optional(QueryTime) },
  { additionalProperties: false },
)
const counts = {
  judged: Type.Integer({ description: 'a person named the cause by its key, and there was a guess' }),
  first: Type.Integer({ description: 'the first line of the guess was right' }),
  among: Type.Integer({ description: 'one of its lines was' }),
}
export const CauseFigures = Type.Object({
  ...counts,
  causes: Type.Array(Type.Object({ cause: Type.String(), ...counts })),
})

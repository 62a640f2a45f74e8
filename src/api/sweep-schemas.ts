/** What the API says and takes about the sweep lists of area events and the shelf of chattering sources. */
import Type, { type Static } from 'typebox'
import { AREA_CAUSES, AREA_KINDS, SWEEP_HINTS, SWEEP_STATES } from '../model/area.js'
import { INCIDENT_STATUSES } from '../model/incident.js'
import { EquipmentId, Id, Line, Location, listQuery, Note, Nullable, page, Time } from './schemas.js'

const People = Type.Integer({ minimum: 0, maximum: 1000 })

export const SweepCounts = Type.Object({
  lifts: Type.Integer(),
  unknown: Type.Integer({ description: 'lifts that nobody has answered for' }),
  inside: Type.Integer({ description: 'lifts with people still inside' }),
})

export const SweepParams = Type.Object({ id: Id, equipmentId: EquipmentId })

export const SweepBody = Type.Object(
  {
    state: Type.Enum(SWEEP_STATES.filter((state) => state !== 'unknown')),
    people: Type.Optional(People),
    note: Type.Optional(Note),
  },
  { additionalProperties: false },
)
export type SweepBody = Static<typeof SweepBody>

export const Sweep = Type.Object({
  incidentId: Id,
  kind: Type.Enum([...AREA_KINDS]),
  cause: Type.Enum([...AREA_CAUSES]),
  sites: Type.Array(Type.String()),
  centre: Nullable(Location),
  radius: Nullable(Type.Number({ description: 'm' })),
  startedAt: Time,
  counts: SweepCounts,
  lines: Type.Array(
    Type.Object({
      equipmentId: EquipmentId,
      equipmentName: Type.String(),
      rescueCode: Nullable(Type.String()),
      site: Nullable(Type.String()),
      address: Nullable(Type.String()),
      state: Type.Enum([...SWEEP_STATES]),
      people: Nullable(Type.Integer()),
      note: Nullable(Type.String()),
      saidBy: Nullable(Type.String()),
      saidAt: Nullable(Time),
      hints: Type.Array(Type.Enum([...SWEEP_HINTS])),
      waitingSince: Nullable(Time),
      incident: Nullable(
        Type.Object({ id: Id, number: Type.String(), status: Type.Enum([...INCIDENT_STATUSES]) }),
      ),
    }),
    { description: 'the most pressing first; a company sees the lines of its own lifts' },
  ),
})
export type Sweep = Static<typeof Sweep>

export const ShelfQuery = listQuery({ equipment: Type.Optional(EquipmentId) })
export type ShelfQuery = Static<typeof ShelfQuery>

export const ShelfPage = page(
  Type.Object({
    equipmentId: EquipmentId,
    equipmentName: Nullable(Type.String()),
    pattern: Type.String(),
    level: Type.Integer({ description: 'times in a row; each is longer than the one before' }),
    since: Time,
    until: Time,
    keptBack: Type.Integer({ description: 'findings that raised nothing since then' }),
    reason: Type.Object({ findings: Type.Integer(), withinMs: Type.Integer() }),
    suppresses: Type.Boolean({ description: 'false: traps, the alarm button and P0 pass all the same' }),
  }),
)

export const Unshelving = Type.Object({ pattern: Line, reason: Line }, { additionalProperties: false })
export type Unshelving = Static<typeof Unshelving>

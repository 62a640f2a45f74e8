/** What a case file may say: a timeline of one equipment, and what the rules are expected to find in it. Times in seconds. */
import Type, { type Static } from 'typebox'
import { EQUIPMENT_KINDS, type EquipmentAttributes } from '../../model/equipment.js'
import { FINDING_STAGES } from '../../model/finding.js'
import { PRIORITIES } from '../../model/incident.js'
import { MARK_KINDS } from '../../model/mark.js'
import { RuleSetContent } from './rule-set-schema.js'

const strict = { additionalProperties: false }
const Seconds = Type.Number({ minimum: 0 })
const Scalar = Type.Union([Type.Number(), Type.Boolean()])
const Signals = Type.Record(Type.String(), Scalar)

/** The same readings again and again, for what takes weeks. */
const Repeat = Type.Object(
  {
    /** Seconds from one time to the next, and how many times. */
    every: Seconds,
    times: Type.Integer({ minimum: 1 }),
    /** Each `[seconds after its begin, what is said]`; nothing else is said with it. */
    readings: Type.Array(Type.Tuple([Seconds, Signals])),
    /** What a signal changes by from day to day, and by how much it swings from time to time, up and down. */
    drift: Type.Optional(Type.Record(Type.String(), Type.Number())),
    swing: Type.Optional(Type.Record(Type.String(), Type.Number())),
    /** Every reading comes twice. */
    doubled: Type.Optional(Type.Literal(true)),
  },
  strict,
)

const Step = Type.Object(
  {
    at: Seconds,
    /** These change from now on. */
    signals: Type.Optional(Signals),
    /** Seconds between readings from now on; 0 is silence. */
    every: Type.Optional(Seconds),
    event: Type.Optional(
      Type.Object(
        { code: Type.Number(), active: Type.Optional(Type.Boolean()), key: Type.Optional(Type.String()) },
        strict,
      ),
    ),
    /** Readings of the past, sent now in one burst, one for each second; `historical` says so itself. */
    backlog: Type.Optional(
      Type.Object(
        {
          from: Seconds,
          to: Seconds,
          signals: Type.Optional(Signals),
          historical: Type.Optional(Type.Literal(true)),
        },
        strict,
      ),
    ),
    /** Short for the mark of a mechanic, and for its end. */
    attendance: Type.Optional(Type.Union([Type.Literal('in'), Type.Literal('out')])),
    /** Somebody marks the equipment; `from` now and `until` the longest length by default. */
    mark: Type.Optional(
      Type.Object(
        {
          kind: Type.Enum([...MARK_KINDS]),
          id: Type.Optional(Type.String()),
          from: Type.Optional(Seconds),
          until: Type.Optional(Seconds),
        },
        strict,
      ),
    ),
    /** A mark with this id, its kind where it was given none, is ended early. */
    unmark: Type.Optional(Type.String()),
    /** In the place of the rules that the case is played by, these are in force from here on. */
    rules: Type.Optional(RuleSetContent),
    session: Type.Optional(
      Type.Object(
        { session: Type.String(), open: Type.Boolean(), reason: Type.Optional(Type.String()) },
        strict,
      ),
    ),
    status: Type.Optional(Type.Object({ online: Type.Boolean() }, strict)),
    /** We are away for so many seconds: no ticks, and nothing is stored. */
    away: Type.Optional(Seconds),
    /** The gateway started again since the last tick. */
    gatewayStart: Type.Optional(Type.Literal(true)),
    /** The device's clock jumps by so many seconds. */
    clockJump: Type.Optional(Type.Number()),
    repeat: Type.Optional(Repeat),
  },
  strict,
)

const Expected = Type.Object(
  {
    stage: Type.Enum([...FINDING_STAGES]),
    at: Seconds,
    priority: Type.Optional(Type.Enum([...PRIORITIES])),
    suppressed: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    /** The mark that suppresses it. */
    mark: Type.Optional(Type.String()),
    needsConfirmation: Type.Optional(Type.Boolean()),
    interlockFailed: Type.Optional(Type.Boolean()),
    confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Keys that must be among the evidence, in this order. */
    evidence: Type.Optional(Type.Array(Type.String())),
    /** The first line of the guess at its cause. */
    cause: Type.Optional(Type.String()),
  },
  strict,
)

export const CaseFile = Type.Object(
  {
    about: Type.String({ minLength: 1 }),
    /** The pattern or own rule that it is about; the name of its folder where it is left out. */
    pattern: Type.Optional(Type.String()),
    kind: Type.Optional(Type.Enum([...EQUIPMENT_KINDS])),
    attributes: Type.Optional(Type.Record(Type.String(), Type.Union([Scalar, Type.String()]))),
    /** Seconds by which the device's clock is ahead, from the start. */
    clock: Type.Optional(Type.Number()),
    steps: Type.Array(Step),
    until: Seconds,
    /** Seconds between two ticks; more than one for timelines of weeks, whose other times then are what is written. */
    tickEvery: Type.Optional(Type.Integer({ minimum: 1 })),
    expect: Type.Optional(Type.Array(Expected)),
  },
  strict,
)

export type Signals = Static<typeof Signals>
export type Step = Static<typeof Step>
export type Expected = Static<typeof Expected>
type File = Static<typeof CaseFile>

/** Steps in which readings repeat the latest signals every `every` seconds. */
export interface Timeline extends Pick<File, 'kind' | 'clock' | 'steps' | 'until' | 'tickEvery'> {
  attributes?: EquipmentAttributes
}

/** A case as it is played. */
export interface Case extends Timeline {
  /** Where it stands, for the report. */
  name: string
  about: string
  pattern: string
  /** `fires`: finds exactly what it expects. `quiet`: sends nobody; what it expects is suppressed. */
  verdict: 'fires' | 'quiet'
  expect: Expected[]
}

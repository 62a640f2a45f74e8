/**
 * Rules of one's own: what they are as plain data, what is wrong with a text, and the shape in which a compiled one
 * stands beside the patterns that ship. The way: `read.ts` text → rule or faults; `compile.ts` rule → pattern.
 */
import type { EquipmentAttributes, EquipmentKind } from '../../model/equipment.js'
import type { IncidentClass, Priority } from '../../model/incident.js'
import type { Facts } from '../facts.js'
import type { GateClass, PatternHead, Verdict } from '../pattern.js'

/** A moment in a YAML text; lines and columns count from 1. */
export interface Place {
  line: number
  column: number
}

/** What is wrong with a text, and where. `message` says what was found, what was expected, and what may be meant. */
export interface Fault extends Place {
  /** The key under which it stands, e.g. `raise` or `parameters.limit.max`; empty for the text as a whole. */
  field: string
  message: string
}

/** Numbers in `unit`; a duration is written `5m`, and its unit is `ms`. */
export interface RuleParameter {
  default: number | string
  unit: string
  min: number | string
  max: number | string
  source: string
}

/**
 * A rule as plain data, which is its JSON form: field by field what the YAML says, in canonical spelling. JSON is YAML,
 * so it is read by the same reader. Durations are `5m`, or the name of a parameter that is one, `$hold`.
 */
export interface RuleForm {
  /** Begins with `X-`, so that it never meets a pattern that ships. */
  id: string
  kind: EquipmentKind
  name: { zh: string; en: string }
  about: string
  class: IncidentClass
  priority: Priority
  gate: GateClass
  raise: string
  /** Absent: over as soon as `raise` is false. */
  clear?: string
  /** How long it must be true before it is shown. */
  for: string
  /** And before people are sent; `never`: nobody is sent by time alone. */
  order: string
  /** How long it must be over before the finding clears. */
  clearFor: string
  parameters: Record<string, RuleParameter>
}

/**
 * What a rule remembers of one equipment along one lane. Plain data; JSON writes its NaN as `null`, so whatever comes
 * back from a snapshot goes through `restoreState`.
 */
export interface OwnState {
  /** A digest of the functions over time it belongs to, in their order; with others it is worthless. */
  memory: string
  /** ms since 1970: when it was last looked at, never going back, and when the equipment was last heard. */
  at: number
  heardAt: number
  /** ms since 1970 from which time alone may change the outcome, 0 for never: then ticks must look. */
  dueAt: number
  /** Whether it is over; `raise` is in the verdict. 1 yes, 0 no, NaN unknown. */
  clear: number
  /** By time function. */
  cells: number[][]
}

/** The signals that the record under judgement brought and that were believed, as bits by slot, like `Sight`. */
export interface Heard {
  low: number
  high: number
}
/** What an event brings. */
export const NOTHING_HEARD: Heard = { low: 0, high: 0 }

/**
 * A compiled rule: a pattern that has a state of its own in each lane. It is looked at with every reading and event of
 * the equipment, and with ticks while an episode is pending or firing or while `state.dueAt` is not 0 and has come.
 */
export interface OwnPattern extends PatternHead {
  readonly name: { zh: string; en: string }
  /** One rule is the same as another when their fingerprints are: its machines and its state go on. */
  readonly fingerprint: string
  /** Judges silence itself: its pending episodes must not end because readings are old. */
  readonly judgesSilence: boolean
  readonly prepare: null
  createState(): OwnState
  /** A state from a snapshot, or a fresh one where it belongs to other time functions. */
  restoreState(saved: unknown): OwnState
  /**
   * The parameters of one equipment together with what the rule reads of its attributes; once for every refresh. The
   * very same object where there is nothing to add.
   */
  bind(
    parameters: Readonly<Record<string, number>>,
    attributes: EquipmentAttributes,
  ): Readonly<Record<string, number>>
  /** `heard` is `null` on a tick. Moves the state on to `facts.now`; call it once a look, `over` after it. */
  condition(
    facts: Facts,
    parameters: Readonly<Record<string, number>>,
    past: readonly number[],
    state: OwnState,
    heard: Heard | null,
  ): Verdict | false
  over(facts: Facts, parameters: Readonly<Record<string, number>>, firedAt: number, state: OwnState): boolean
  keepFiringMs(parameters: Readonly<Record<string, number>>): number
}

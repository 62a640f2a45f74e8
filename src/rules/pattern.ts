/**
 * The shape of a fault pattern: what it is, what it needs to see, its parameters with their sources, and one condition
 * over the facts of an equipment. A pattern keeps no state and reads no clock; `condition.ts` gives it time.
 */
import type { EquipmentKind } from '../model/equipment.js'
import type { Evidence } from '../model/finding.js'
import type { IncidentClass, Priority } from '../model/incident.js'

export interface Parameter {
  readonly default: number
  readonly unit: string
  readonly min: number
  readonly max: number
  /** Where the default comes from, for the screen that changes it. */
  readonly source: string
}
export type Parameters = Readonly<Record<string, Parameter>>
export type ParameterValues<P extends Parameters> = { readonly [name in keyof P]: number }

/** What a condition says while it is true. */
export interface Verdict {
  /** 0…1, how sure. */
  confidence: number
  evidence: Evidence[]
  /** Default: the pattern's own. */
  priority?: Priority
  /** ms that the condition must hold before it is shown, and before people are sent; `Infinity` is never by time alone. */
  showMs: number
  orderMs: number
  /** ms since 1970 from which the holds count; default: since the condition became true. */
  heldFrom?: number
  /** A person decides before anyone is sent. */
  needsConfirmation?: boolean
  interlockFailed?: boolean
}

/**
 * What keeps a finding from sending people. `equipment`: inspection, fire service, a mechanic, old data. `trap`: only
 * inspection and a mechanic, because a lift that locked itself out reports "stopped" with people inside. `never`: nothing.
 */
export type GateClass = 'equipment' | 'trap' | 'never'

/** `reading`: judged on readings and events. `silence`: judged on the link to the equipment. */
export type Trigger = 'reading' | 'silence'

/** What all patterns show of themselves, whatever facts they read. */
export interface PatternHead {
  /** Name in the contract, e.g. `L-TRAP-1`. */
  readonly id: string
  readonly kind: EquipmentKind
  readonly class: IncidentClass
  readonly priority: Priority
  readonly trigger: Trigger
  readonly gates: GateClass
  /**
   * All of these are needed; each is a list of alternatives, the best first. An alternative is a signal, an attribute
   * (`attributes.workingPressure`), an event code (`event.90`), or several of them joined by ` & `.
   */
  readonly needs: readonly (readonly string[])[]
  readonly parameters: Parameters
  /** The default of each parameter; shared by all equipment without values of its own. */
  readonly defaults: Readonly<Record<string, number>>
}

/** Bits of what stands in the facts of an equipment, as each kind names them. */
export const EVERY_SIGN = -1

/** A pattern over facts `F`. `past` holds when its earlier episodes of the last day fired, ms since 1970. */
export interface Pattern<F> extends PatternHead {
  /**
   * While none of these signs stands, the condition is false and `prepare` would do nothing, so neither is asked.
   * Default: every sign.
   */
  readonly signs: number
  /** After each reading: notes in the facts since when a threshold of its own parameters is crossed. */
  readonly prepare: ((facts: F, parameters: Readonly<Record<string, number>>) => void) | null
  condition(facts: F, parameters: Readonly<Record<string, number>>, past: readonly number[]): Verdict | false
  /** Whether an episode that fired at `firedAt` is over. Default: as soon as the condition is false. */
  readonly over: ((facts: F, parameters: Readonly<Record<string, number>>, firedAt: number) => boolean) | null
  /** ms that it must be over before the finding clears. */
  keepFiringMs(parameters: Readonly<Record<string, number>>): number
}

/** What a pattern file writes: parameters are read by their own names. */
interface PatternDefinition<F, P extends Parameters>
  extends Omit<PatternHead, 'parameters' | 'defaults' | 'trigger'> {
  trigger?: Trigger
  signs?: number
  parameters: P
  prepare?(facts: F, parameters: ParameterValues<P>): void
  condition(facts: F, parameters: ParameterValues<P>, past: readonly number[]): Verdict | false
  over?(facts: F, parameters: ParameterValues<P>, firedAt: number): boolean
  keepFiringMs?(parameters: ParameterValues<P>): number
}

export function definePattern<F>() {
  return <const P extends Parameters>(definition: PatternDefinition<F, P>): Pattern<F> => {
    // Parameters are read by name in a definition, and out of a record everywhere else.
    const { condition, prepare, over, keepFiringMs } = definition as unknown as Steps<F>
    const { id, kind, class: incidentClass, priority, gates, needs, parameters } = definition
    // One shape for all patterns, since every reading runs through each of them.
    return {
      id,
      kind,
      class: incidentClass,
      priority,
      trigger: definition.trigger ?? 'reading',
      signs: definition.signs ?? EVERY_SIGN,
      gates,
      needs,
      parameters,
      defaults: defaultsOf(parameters),
      prepare: prepare ?? null,
      condition,
      over: over ?? null,
      keepFiringMs: keepFiringMs ?? atOnce,
    }
  }
}

type Steps<F> = Pick<Pattern<F>, 'condition'> & Partial<Pick<Pattern<F>, 'prepare' | 'over' | 'keepFiringMs'>>

const atOnce = () => 0

function defaultsOf(parameters: Parameters): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]))
}

/** One look at a condition: what the pattern says of the facts, and what stands between it and sending people. */
import type { Suppression } from '../model/finding.js'
import type { Mark } from '../model/mark.js'
import type { Look, Machine } from './condition.js'
import { gateOf, needsEyes } from './gates.js'
import type { Lateness } from './lane.js'
import type { Pattern, PatternHead } from './pattern.js'
import type { ParameterTable } from './rules-in-force.js'

/** What a pattern says. */
export type Seen = Pick<Look, 'verdict' | 'over' | 'keepFiringMs'>

/** What a pattern that ships says. */
export function seenBy<F>(
  facts: F,
  pattern: Pattern<F>,
  parameters: ParameterTable,
  machine: Machine | null,
  verdict: Look['verdict'],
): Seen {
  const firing = machine?.state === 'firing'
  return {
    verdict,
    over: firing && (pattern.over ? pattern.over(facts, parameters, machine.firedAt) : verdict === false),
    keepFiringMs: pattern.keepFiringMs(parameters),
  }
}

/** Where and when a look is taken. */
export interface Moment {
  /** `serviceMode` of the equipment, NaN where it has none. */
  mode: number
  /** What the equipment says of itself against it. */
  keepsBack: Suppression | null
  marks: readonly Mark[]
  lateness: Lateness
  /** ms since 1970 of the beginning of what is under way. */
  since: number
  now: number
  mark: string
}

export function lookOf(pattern: PatternHead, { verdict, over, keepFiringMs }: Seen, at: Moment): Look {
  const { lateness, now, mark } = at
  const priority = verdict === false ? pattern.priority : (verdict.priority ?? pattern.priority)
  const { gate, gatedBy } = gateOf(pattern, at, {
    priority,
    interlockFailed: verdict !== false && verdict.interlockFailed === true,
  })
  const needsConfirmation = needsEyes(pattern, lateness, priority)
  return {
    verdict,
    over,
    keepFiringMs,
    now,
    mark,
    gate,
    gatedBy,
    needsConfirmation,
    priority: pattern.priority,
  }
}

/** Where an episode begins: a record, and in a list of readings which of them. */
export function markOf(position: number, part: number): string {
  return part === 0 ? String(position) : `${position}.${part}`
}

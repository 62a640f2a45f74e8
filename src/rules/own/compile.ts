/**
 * A checked rule to a pattern: its expressions become closures once, its functions over time get their cells. A look
 * moves the cells on, then asks `raise` and `clear`. Unknown never raises, and never clears.
 */
import { createHash } from 'node:crypto'
import type { Evidence } from '../../model/finding.js'
import { createSlots, Facts } from '../facts.js'
import type { Parameter } from '../pattern.js'
import { bindAttributes, boundIn, standsMs } from './bound.js'
import { type EvidenceOptions, explain } from './evidence.js'
import type { Expression } from './expression.js'
import { leavesOf } from './leaves.js'
import { type Context, callsOverTime, stepOf } from './memory.js'
import { needsOf } from './needs.js'
import type { OwnPattern, RuleForm } from './own-rule.js'
import { createState, restoreState } from './state.js'
import { translate } from './translate.js'

/** ms or the name of a parameter in ms; `Infinity` is never. */
export type Hold = number | { parameter: string }

/** A rule that was read and found good. */
export interface CheckedRule {
  form: RuleForm
  /** As its author wrote it: his order, his comments. */
  written: string
  raise: Expression
  clear: Expression | null
  for: Hold
  order: Hold
  clearFor: Hold
  /** Durations in ms. */
  parameters: Readonly<Record<string, Parameter>>
}

/** One rule, one author: what it says is taken as seen, not as proven. */
const CONFIDENCE = 0.9

/** Done once for each version of a rule; the pattern serves all equipment of its kind, one look at a time. */
export function compileRule(rule: CheckedRule): OwnPattern {
  const { form, raise, clear, parameters } = rule
  const { id, kind } = form
  const expressions = clear ? [raise, clear] : [raise]
  const calls = callsOverTime(expressions)
  const indexByCall = new Map([...calls.keys()].map((text, index) => [text, index]))
  const leaves = leavesOf(kind, indexByCall)
  const translated = (expression: Expression) => translate(expression, leaves)
  const steps = [...calls.values()].map((call, index) => stepOf({ call, kind, index, translate: translated }))
  const options: EvidenceOptions = { kind, translate: translated }
  const isRaised = translated(raise)
  const isClear = clear ? translated(clear) : null
  const why = explain(raise, options)
  const memory = digestOf([...calls.keys()])
  const context: Context = {
    now: 0,
    until: 0,
    stands: true,
    facts: new Facts(createSlots(kind)),
    parameters: {},
    state: createState(memory, calls.size),
    heard: null,
    worth: Array.from(calls, () => Number.NaN),
    atLeast: Array.from(calls, () => Number.NaN),
    dueAt: 0,
  }
  const bound = [...new Set(expressions.flatMap((expression) => boundIn(expression, kind)))]

  return {
    id,
    kind,
    name: form.name,
    class: form.class,
    priority: form.priority,
    trigger: 'reading',
    gates: form.gate,
    needs: needsOf(kind, raise, clear),
    parameters,
    defaults: Object.fromEntries(Object.entries(parameters).map(([name, one]) => [name, one.default])),
    fingerprint: digestOf({ ...form, name: undefined, about: undefined }),
    judgesSilence: [...calls.values()].some(({ name }) => name === 'absent' || name === 'silent'),
    createState: () => createState(memory, calls.size),
    restoreState: (saved) => restoreState(saved, memory, calls.size),
    bind: (values, attributes) => bindAttributes(values, bound, attributes),
    condition(facts, values, _past, state, heard) {
      const stands = standsMs(values)
      const now = Math.max(state.at, facts.now)
      // Of the time before its first look it knows nothing, so silence counts from there.
      const begins = state.at === 0
      const before = begins ? now : state.heardAt
      state.at = now
      if (heard || begins) state.heardAt = now
      context.now = now
      context.until = Math.min(now, before + stands)
      context.stands = now <= state.heardAt + stands
      context.facts = facts
      context.parameters = values
      context.state = state
      context.heard = heard
      context.dueAt = 0
      for (const step of steps) step(context)
      state.dueAt = context.dueAt
      const raised = isRaised(context)
      state.clear = raised === 1 ? 0 : isClear ? isClear(context) : 1 - raised
      if (raised !== 1) return false
      const evidence: Evidence[] = []
      why(context, evidence)
      return {
        confidence: CONFIDENCE,
        evidence,
        showMs: holdMs(rule.for, values),
        orderMs: holdMs(rule.order, values),
      }
    },
    prepare: null,
    over: (_facts, _values, _firedAt, state) => state.clear === 1,
    keepFiringMs: (values) => holdMs(rule.clearFor, values),
  }
}

/** Short, for it stands in the snapshot of every equipment. */
function digestOf(meaning: unknown): string {
  return createHash('sha256').update(JSON.stringify(meaning)).digest('base64url').slice(0, 16)
}

function holdMs(hold: Hold, values: Readonly<Record<string, number>>): number {
  return typeof hold === 'number' ? hold : (values[hold.parameter] ?? Number.POSITIVE_INFINITY)
}

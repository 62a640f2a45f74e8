/** Why a rule was true: the names and functions that decided, each with what it was worth at that moment. */
import type { EquipmentKind } from '../../model/equipment.js'
import type { Evidence } from '../../model/finding.js'
import { EVENT_CODE } from '../../model/signals.js'
import { type Call, type Expression, type Name, nodesOf } from './expression.js'
import { FUNCTIONS, isFunction } from './functions.js'
import type { Context } from './memory.js'
import { type KnownName, NAMES } from './names.js'
import { printExpression } from './print.js'
import type { Evaluate } from './translate.js'

/** Adds what speaks for the expression being as it is. */
export type Explain = (context: Context, evidence: Evidence[]) => void

/** More than this nobody reads at night. */
const MOST_EVIDENCE = 8

export interface EvidenceOptions {
  kind: EquipmentKind
  translate: (expression: Expression) => Evaluate<Context>
}

export function explain(expression: Expression, options: EvidenceOptions): Explain {
  switch (expression.type) {
    case 'not':
      return explain(expression.operand, options)
    case 'binary': {
      const { operator, left, right } = expression
      if (operator !== 'and' && operator !== 'or') return explainLeaves(expression, options)
      const sides = [left, right].map((side) => ({
        is: options.translate(side),
        explain: explain(side, options),
      }))
      // An `or` that is true, and an `and` that is false, are decided by the sides that are so.
      const deciding = operator === 'or' ? 1 : 0
      return (context, evidence) => {
        const decided = sides.some(({ is }) => is(context) === deciding)
        for (const side of sides)
          if (!decided || side.is(context) === deciding) side.explain(context, evidence)
      }
    }
    case 'call': {
      const [first] = expression.arguments
      if (expression.name === 'held' && first) return explain(first, options)
      return explainLeaves(expression, options)
    }
    case 'number':
    case 'duration':
    case 'boolean':
    case 'text':
    case 'parameter':
    case 'name':
    case 'negative':
      return explainLeaves(expression, options)
  }
}

function explainLeaves(expression: Expression, options: EvidenceOptions): Explain {
  const seen: ((context: Context) => Evidence | null)[] = []
  for (const node of nodesOf(expression)) {
    if (node.type === 'name') seen.push(nameSeen(node, options))
    if (node.type === 'call') seen.push(callSeen(node, options))
  }
  return (context, evidence) => {
    for (const see of seen) {
      const one = see(context)
      const known = evidence.some(({ key, signal }) => key === one?.key && signal === one.signal)
      if (one && !known && evidence.length < MOST_EVIDENCE) evidence.push(one)
    }
  }
}

function nameSeen(name: Name, { kind, translate }: EvidenceOptions): (context: Context) => Evidence | null {
  const known: KnownName | undefined = NAMES[kind].get(name.name)
  // What a device says is evidence; what stands on its plate is not.
  if (!known || known.type === 'attribute') return () => null
  const read = translate(name)
  const witness = name.name === 'alarmButton' ? 'person' : 'machine'
  return (context) => {
    const worth = read(context)
    if (Number.isNaN(worth)) return null
    const value = known.values === 'boolean' ? worth === 1 : worth
    return { key: 'signal-value', witness, signal: name.name, value }
  }
}

function callSeen(call: Call, { translate }: EvidenceOptions): (context: Context) => Evidence | null {
  const [first] = call.arguments
  if (call.name === 'event' && first?.type === 'number') {
    const code = first.value
    const witness = code === EVENT_CODE.alarmButton ? 'person' : 'machine'
    return ({ facts }) => {
      const active = facts.codes.find((one) => one.code === code)
      return active ? { key: 'controller-code', witness, value: code, at: active.since } : null
    }
  }
  if (call.name === 'silent') {
    return ({ state }) => ({ key: 'silent', witness: 'machine', at: state.heardAt })
  }
  if (call.name === 'absent' && first?.type === 'name') {
    const { name } = first
    return () => ({ key: 'signal-absent', witness: 'machine', signal: name })
  }
  if (!isFunction(call.name) || !FUNCTIONS[call.name].overTime || FUNCTIONS[call.name].gives !== 'number') {
    return () => null
  }
  const read = translate(call)
  const signal = printExpression(call)
  return (context) => {
    const value = read(context)
    return Number.isNaN(value) ? null : { key: 'computed-value', witness: 'machine', signal, value }
  }
}

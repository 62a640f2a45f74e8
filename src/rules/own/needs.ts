/**
 * What an expression needs to see before it can ever be true: of `a and b` both, of `a or b` one of them. Ways to
 * become true are lists of signals, attributes (`attributes.ratedSpeed`) and event codes (`event.90`).
 */
import type { EquipmentKind } from '../../model/equipment.js'
import { type Call, type Expression, partsOf } from './expression.js'
import { NAMES } from './names.js'

/** One way to become true: everything in it is needed. */
type Way = ReadonlySet<string>
/** Of more ways than this nobody reads the list; then the first ones stand for all. */
const MOST_WAYS = 8

/** As `PatternHead.needs`: what every way needs stands alone, the rest are alternatives of one need. */
export function needsOf(
  kind: EquipmentKind,
  raise: Expression,
  clear: Expression | null,
): readonly (readonly string[])[] {
  // A finding whose end can never be seen would stand for ever.
  const ways = both(waysTo(true, raise, kind), clear ? waysTo(true, clear, kind) : [new Set()])
  const [first] = ways
  if (!first) return []
  const common = [...first].filter((need) => ways.every((way) => way.has(need)))
  const rest = ways.map((way) => [...way].filter((need) => !common.includes(need)).join(' & '))
  const needs = common.map((need) => [need])
  return rest.includes('') ? needs : [...needs, rest]
}

function waysTo(wanted: boolean, expression: Expression, kind: EquipmentKind): Way[] {
  switch (expression.type) {
    case 'not':
      return waysTo(!wanted, expression.operand, kind)
    case 'binary': {
      const { operator, left, right } = expression
      if (operator !== 'and' && operator !== 'or') return all(expression, kind)
      const either = (operator === 'or') === wanted
      const sides = [waysTo(wanted, left, kind), waysTo(wanted, right, kind)] as const
      return either ? least([...sides[0], ...sides[1]]) : both(...sides)
    }
    case 'call':
      return waysOfCall(wanted, expression, kind)
    case 'name':
      return waysOfName(expression.name, kind)
    case 'number':
    case 'duration':
    case 'boolean':
    case 'text':
    case 'parameter':
    case 'negative':
      return all(expression, kind)
  }
}

function waysOfCall(wanted: boolean, call: Call, kind: EquipmentKind): Way[] {
  const [first] = call.arguments
  if (call.name === 'event' && first?.type === 'number') return [new Set([`event.${first.value}`])]
  if (call.name === 'held' && first) return waysTo(wanted, first, kind)
  return all(call, kind)
}

function waysOfName(name: string, kind: EquipmentKind): Way[] {
  const known = NAMES[kind].get(name)
  if (known?.type === 'state') return known.from.map((signal) => new Set([signal]))
  return [new Set([name])]
}

/** Every part is needed, as of a sum or a comparison. */
function all(expression: Expression, kind: EquipmentKind): Way[] {
  return partsOf(expression).reduce<Way[]>((ways, part) => both(ways, waysTo(true, part, kind)), [new Set()])
}

function both(some: readonly Way[], others: readonly Way[]): Way[] {
  return least(some.flatMap((a) => others.map((b) => new Set([...a, ...b]))))
}

/** Without those that need more than another. */
function least(ways: readonly Way[]): Way[] {
  const kept: Way[] = []
  for (const way of ways) {
    if (kept.some((other) => [...other].every((need) => way.has(need)))) continue
    const without = kept.filter((other) => ![...way].every((need) => other.has(need)))
    kept.length = 0
    kept.push(...without, way)
  }
  return kept.slice(0, MOST_WAYS)
}

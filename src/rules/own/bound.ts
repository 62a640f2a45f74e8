/**
 * What a rule reads of an equipment besides its readings, bound to its parameters once for every refresh: attributes as
 * numbers, their texts as yes or no, and how long its values stand. No parameter can have a name like these.
 */
import type { EquipmentAttributes, EquipmentKind } from '../../model/equipment.js'
import { type Expression, nodesOf } from './expression.js'
import { NAMES } from './names.js'

/** Values stand for so long after the last message, or for three report periods where those are longer. */
const STANDS_MS = 600_000
const PERIODS = 3
/** ms for which values stand. */
const STANDS = 'stands.ms'

export function standsMs(bound: Readonly<Record<string, number>>): number {
  return bound[STANDS] ?? STANDS_MS
}

/** Puts what the keys of `boundIn` are worth beside the parameters; where there is nothing to put, they are as they were. */
export function bindAttributes(
  parameters: Readonly<Record<string, number>>,
  keys: readonly string[],
  attributes: EquipmentAttributes,
): Readonly<Record<string, number>> {
  const standing = Math.max(STANDS_MS, PERIODS * (attributes.reportPeriod ?? 0) * 1000)
  if (keys.length === 0 && standing === STANDS_MS) return parameters
  const bound: Record<string, number> = { ...parameters, [STANDS]: standing }
  for (const key of keys) bound[key] = attributeOf(key, attributes)
  return bound
}

/** The key of "this attribute is this text". */
export function boundText(name: string, text: string): string {
  return `${name} == ${JSON.stringify(text)}`
}

/** The attributes that an expression reads, as the keys under which they are bound. */
export function boundIn(expression: Expression, kind: EquipmentKind): string[] {
  const found: string[] = []
  const add = (node: Expression) => {
    if (node.type === 'binary' && node.left.type === 'name' && node.right.type === 'text') {
      const known = NAMES[kind].get(node.left.name)
      if (known?.type === 'attribute') found.push(boundText(node.left.name, node.right.value))
    }
    if (node.type === 'name' && node.name.startsWith('attributes.')) found.push(node.name)
  }
  for (const node of nodesOf(expression)) add(node)
  return found
}

/** The worth of a bound key: a number, or whether a text is the one in the key. */
function attributeOf(bound: string, attributes: EquipmentAttributes): number {
  const [, key = '', text] = /^attributes\.(\w+)(?: == (.*))?$/.exec(bound) ?? []
  const value = attributes[key as keyof EquipmentAttributes]
  if (value === undefined) return Number.NaN
  if (text !== undefined) return Number(value === JSON.parse(text))
  return typeof value === 'string' ? Number.NaN : Number(value)
}

/** The same for values that stand however long nothing new comes. */
export function neverSilent(bound: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return { ...bound, [STANDS]: Number.POSITIVE_INFINITY }
}

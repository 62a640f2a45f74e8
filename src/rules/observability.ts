/** What an equipment has shown of itself, and which patterns that allows: each one is observable, or says what is missing. */
import type { EquipmentAttributes } from '../model/equipment.js'
import type { Slots } from './facts.js'
import type { PatternHead } from './pattern.js'

/** Signals ever believed, as bits by slot, and event codes ever heard. */
export interface Sight {
  low: number
  high: number
  codes: number[]
}

export function createSight(): Sight {
  return { low: 0, high: 0, codes: [] }
}

/** Returns whether something new was seen. */
export function seeSignals(sight: Sight, low: number, high: number): boolean {
  if ((sight.low | low) === sight.low && (sight.high | high) === sight.high) return false
  sight.low |= low
  sight.high |= high
  return true
}

const MAX_CODES = 32

export function seeCode(sight: Sight, code: number): boolean {
  if (sight.codes.includes(code) || sight.codes.length >= MAX_CODES) return false
  sight.codes.push(code)
  return true
}

/** Most equipment of a kind shows one of a few things; of those that were seen, so many are remembered. */
const MAX_REMEMBERED = 1000

/** Indexes of the patterns that are observable; the same list for equipment that shows the same. */
export function createObservable(patterns: readonly PatternHead[], slots: Slots) {
  const dueByShown = new Map<string, readonly number[]>()
  return (sight: Sight, attributes: EquipmentAttributes): readonly number[] => {
    const { low, high, codes } = sight
    const shown = `${low} ${high} ${codes} ${Object.keys(attributes)}`
    const known = dueByShown.get(shown)
    if (known) return known
    const due: number[] = []
    for (const [i, pattern] of patterns.entries()) {
      if (isObservable(pattern, sight, slots, attributes)) due.push(i)
    }
    if (dueByShown.size >= MAX_REMEMBERED) dueByShown.clear()
    dueByShown.set(shown, due)
    return due
  }
}

export function isObservable(
  pattern: PatternHead,
  sight: Sight,
  slots: Slots,
  attributes: EquipmentAttributes,
): boolean {
  return missingNeeds(pattern, sight, slots, attributes).length === 0
}

/** What is missing of the best alternative of each need; empty when the pattern is observable. */
export function missingNeeds(
  { needs }: PatternHead,
  sight: Sight,
  slots: Slots,
  attributes: EquipmentAttributes,
): string[] {
  const missing = new Set<string>()
  for (const alternatives of needs) {
    const lacks = alternatives.map((alternative) =>
      alternative.split(' & ').filter((need) => !isThere(need, sight, slots, attributes)),
    )
    if (lacks.some((lack) => lack.length === 0)) continue
    for (const need of lacks[0] ?? []) missing.add(need)
  }
  return [...missing]
}

function isThere(need: string, sight: Sight, slots: Slots, attributes: EquipmentAttributes): boolean {
  const [space, name] = need.split('.')
  if (space === 'attributes') return attributes[name as keyof EquipmentAttributes] !== undefined
  if (space === 'event') return sight.codes.includes(Number(name))
  const slot = slots.slot(need)
  if (slot < 0) return false
  return ((slot < 32 ? sight.low >>> slot : sight.high >>> (slot - 32)) & 1) === 1
}

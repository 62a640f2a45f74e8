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

/**
 * What every kind's facts have in common: the latest believed value of each signal, and when it was last heard.
 * Facts are plain data of numbers, flags and short lists, so that a snapshot is their values in order.
 */
import type { EquipmentAttributes, EquipmentKind } from '../model/equipment.js'
import type { Evidence, FindingStage, Suppression } from '../model/finding.js'
import type { Mark } from '../model/mark.js'
import type { DeviceEvent } from '../model/reading.js'
import { SIGNALS } from '../model/signals.js'
import type { Machine } from './condition.js'
import type { Pattern, PatternHead } from './pattern.js'

/** A coded fault that has begun and not ended. */
export interface ActiveCode {
  code: number
  key: string | null
  since: number
}

/**
 * A class, and so are the facts of each kind, because all of a kind must have the same shape: put together by spreading
 * one object into another they had several, and a rule step took five times as long.
 */
export class Facts {
  /** ms since 1970 of the reading or tick that is being judged. */
  now = 0
  /** ms since 1970 of the newest reading. */
  readAt = 0
  /** Latest value by slot; NaN where none is known or the last one lay outside its range. */
  raw: number[]
  codes: readonly ActiveCode[] = NONE
  /** Ends that came before their begins. */
  endedKeys: readonly string[] = NONE
  /** When a mechanic was last signed out. */
  attendedAt = 0

  constructor(slots: Slots) {
    this.raw = new Array<number>(slots.count).fill(Number.NaN)
  }
}

/** What is known of an equipment besides its facts. */
export interface About {
  readonly entry: { readonly facts: { readonly attributes: EquipmentAttributes } }
  readonly marks: readonly Mark[]
}

/** How the engine reads one kind of equipment. */
export interface KindRules<F extends Facts> {
  readonly kind: EquipmentKind
  readonly slots: Slots
  createFacts(): F
  /** Takes what the nameplate and the keeper say; for fresh facts, and whenever the attributes change. */
  equip(facts: F, attributes: EquipmentAttributes): void
  /** After `raw` took the values of a reading: derives the rest. `signals` are those of the reading. */
  derive(facts: F, signals: readonly number[]): void
  /** A coded event began or ended; `codes` has been brought up to date. */
  event(facts: F, event: DeviceEvent): void
  /** What stands, for the patterns that need not be looked at while nothing of theirs does; asked after each reading. */
  signsOf(facts: F): number
  /** `serviceMode` where the kind has one, else NaN. */
  mode(facts: F): number
  /** A value outside its range came in this slot: it is not known any more. */
  disbelieve(facts: F, slot: number): void
  /** What the equipment itself says against sending people for what is not urgent; `null` is nothing. */
  keepsBack(facts: F, pattern: PatternHead): Suppression | null
  /** Adds causes and measurements to what is about to be reported; asked only then. */
  complete(facts: F, pattern: PatternHead, machine: Machine, stage: FindingStage, about: About): void
  /** How it was when it was last heard: goes with its silence. */
  lastSeen(facts: F): Evidence[]
  readonly patterns: readonly Pattern<F>[]
}

/** Catalogue signals of one kind, numbered from 0. */
export interface Slots {
  readonly count: number
  /** Slot by catalogue index, −1 for signals of other kinds. */
  readonly ofSignal: Int16Array
  readonly min: Float64Array
  readonly max: Float64Array
  slot(name: string): number
}

export function createSlots(kind: EquipmentKind): Slots {
  const ofSignal = new Int16Array(SIGNALS.length).fill(-1)
  const min = new Float64Array(SIGNALS.length)
  const max = new Float64Array(SIGNALS.length)
  const slotByName = new Map<string, number>()
  for (const [index, signal] of SIGNALS.entries()) {
    min[index] = signal.min
    max[index] = signal.max
    if (!signal.kinds.includes(kind)) continue
    ofSignal[index] = slotByName.size
    slotByName.set(signal.name, slotByName.size)
  }
  return { count: slotByName.size, ofSignal, min, max, slot: (name) => slotByName.get(name) ?? -1 }
}

/** Since when something holds: kept while it does, NaN once it does not. */
export function since(before: number, holds: boolean, now: number): number {
  return holds ? (Number.isNaN(before) ? now : before) : Number.NaN
}

/** Nothing. One list for all equipment: most lists are empty, and each of its own would be fetched for every reading. */
export const NONE: readonly never[] = []

/** A list with values added at its end, and without the oldest where there would be more than `most`. */
export function keepNewest<T>(list: readonly T[], most: number, ...values: T[]): T[] {
  return [...list, ...values].slice(-most)
}

const MAX_CODES = 16
const MAX_ENDED_KEYS = 8

/** Begins and ends may come twice and in either order; the outcome is the same. Returns whether something changed. */
export function noteCode(facts: Facts, event: DeviceEvent): boolean {
  // Devices count their keys for each code, so another code may well have ended under the same one.
  const pair = event.key === null ? null : `${event.code} ${event.key}`
  const same = (active: ActiveCode) => active.code === event.code && active.key === event.key
  const known = facts.codes.some(same)
  if (event.active) {
    if (known) return false
    if (pair !== null && facts.endedKeys.includes(pair)) return false
    const begun = { code: event.code, key: event.key, since: facts.now }
    facts.codes = keepNewest(facts.codes, MAX_CODES, begun)
    return true
  }
  if (known) {
    facts.codes = facts.codes.filter((active) => !same(active))
    return true
  }
  if (pair === null) return false
  facts.endedKeys = keepNewest(facts.endedKeys, MAX_ENDED_KEYS, pair)
  return false
}

/** Since when one of the codes is active, the newest of them; NaN when none is. */
export function codeSince(facts: Facts, codes: readonly number[]): { code: number; since: number } | null {
  let newest: ActiveCode | null = null
  for (const active of facts.codes) {
    if (codes.includes(active.code) && active.since >= (newest?.since ?? 0)) newest = active
  }
  return newest
}

/**
 * Sensors that fail again and again. Each time one leaves the range in which it can be believed, or leaps as nothing
 * real does, is one fault; after too many in a day what goes by it sends nobody, and somebody is asked to mend it. One
 * that stands still while it should move has failed for as long as it does.
 */
import type { Evidence } from '../model/finding.js'
import { SIGNALS } from '../model/signals.js'
import { DAY_MS } from './diary.js'
import { type Facts, keepNewest, NONE, type Slots } from './facts.js'
import type { PatternHead, Verdict } from './pattern.js'

/** What the facts of a kind remember of their sensors. */
export interface Sensed {
  /** Faults of the last day, oldest first: ms since 1970, slot and how (`RANGE`, `LEAP`, `TAKEN_BACK`), and so on. */
  sensorFaults: readonly number[]
  /** Slots of those that failed too often, or stand still. */
  failedSensors: readonly number[]
}

export const RANGE = 0
export const LEAP = 1
export const TAKEN_BACK = 2
/** By how a sensor failed. */
const KEYS = ['sensor-out-of-range', 'sensor-leaps', 'sensor-takes-back'] as const
const WIDTH = 3
const MOST_FAULTS = 24
/** What comes and goes within so long is one fault, also where readings overtake each other. Our judgement. */
const FLUTTER_MS = 10_000

export function noteFault(facts: Facts & Sensed, slot: number, how: number): void {
  const { sensorFaults, now } = facts
  for (let i = sensorFaults.length - WIDTH; i >= 0 && now - (sensorFaults[i] ?? 0) < FLUTTER_MS; i -= WIDTH) {
    if (sensorFaults[i + 1] === slot) return
  }
  facts.sensorFaults = keepNewest(sensorFaults, MOST_FAULTS * WIDTH, now, slot, how)
}

/** A value outside its range came: one fault until the sensor says something that can be believed again. */
export function disbelieve(facts: Facts & Sensed, slot: number): void {
  if (Number.isNaN(facts.raw[slot])) return
  facts.raw[slot] = Number.NaN
  noteFault(facts, slot, RANGE)
}

/** What is to be said against a pattern that goes by a sensor which failed too often; `null` is nothing. */
export function failedSensorOf(
  { failedSensors }: Sensed,
  pattern: PatternHead,
  slots: Slots,
): 'sensor-fault' | null {
  if (failedSensors.length === 0 || pattern.class === 'sensor') return null
  const names = failedSensors.map((slot) => nameOf(slot, slots))
  const needs = pattern.needs.flat().flatMap((alternative) => alternative.split(' & '))
  return needs.some((need) => names.includes(need)) ? 'sensor-fault' : null
}

export const FAULTS_A_DAY = {
  default: 2,
  unit: 'per day',
  min: 1,
  max: 7,
  source: 'terminals in the field: more than two a day mask what goes by the sensor',
} as const

/** After each reading: which sensors failed more than `most` times, or are `still`: stand still as they cannot. */
export function judgeSensors(facts: Facts & Sensed, most: number, still: readonly number[] = NONE): void {
  if (facts.sensorFaults.length === 0 && facts.failedSensors.length === 0 && still.length === 0) return
  forget(facts)
  const failed = failedOf(facts, most)
  for (const slot of still) if (!failed.includes(slot)) failed.push(slot)
  facts.failedSensors = failed
}

/** What a pattern of failing sensors says: work for the next visit. */
export function failedVerdict(
  facts: Facts & Sensed,
  slots: Slots,
  still: readonly number[] = NONE,
): Verdict | false {
  if (facts.failedSensors.length === 0) return false
  return {
    confidence: 0.9,
    evidence: facts.failedSensors.map((slot) =>
      still.includes(slot) ? stillEvidence(facts, slot, slots) : evidenceOf(facts, slot, slots),
    ),
    showMs: 0,
    orderMs: Number.POSITIVE_INFINITY,
  }
}

/** Faults of yesterday, and of before somebody was there. */
function forget(facts: Facts & Sensed): void {
  const from = Math.max(facts.now - DAY_MS, facts.attendedAt)
  while (facts.sensorFaults.length > 0 && (facts.sensorFaults[0] ?? 0) < from)
    facts.sensorFaults = facts.sensorFaults.slice(WIDTH)
}

function failedOf({ sensorFaults }: Sensed, most: number): number[] {
  const failed: number[] = []
  for (let i = 0; i < sensorFaults.length; i += WIDTH) {
    const slot = sensorFaults[i + 1] ?? -1
    if (!failed.includes(slot) && timesOf(sensorFaults, slot) > most) failed.push(slot)
  }
  return failed
}

function timesOf(sensorFaults: readonly number[], slot: number): number {
  let times = 0
  for (let i = 0; i < sensorFaults.length; i += WIDTH) if (sensorFaults[i + 1] === slot) times++
  return times
}

function stillEvidence({ raw }: Facts, slot: number, slots: Slots): Evidence {
  return {
    key: 'sensor-stands-still',
    witness: 'machine',
    signal: nameOf(slot, slots),
    value: raw[slot] ?? Number.NaN,
  }
}

function evidenceOf({ sensorFaults }: Sensed, slot: number, slots: Slots): Evidence {
  let newest = 0
  for (let i = 0; i < sensorFaults.length; i += WIDTH) if (sensorFaults[i + 1] === slot) newest = i
  return {
    key: KEYS[sensorFaults[newest + 2] ?? RANGE] ?? KEYS[RANGE],
    witness: 'machine',
    signal: nameOf(slot, slots),
    value: timesOf(sensorFaults, slot),
    at: sensorFaults[newest] ?? 0,
  }
}

function nameOf(slot: number, slots: Slots): string {
  return SIGNALS[slots.ofSignal.indexOf(slot)]?.name ?? ''
}

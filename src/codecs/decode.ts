/**
 * One journal record to what it means: payload read under the equipment's profile, times put right by its clock.
 * Every reader of the journal decodes a record once, here; what cannot be read comes back as a rejection.
 */
import type { EquipmentFacts } from '../model/equipment.js'
import type { Mark } from '../model/mark.js'
import type { DeviceEvent, Reading, Rejection } from '../model/reading.js'
import type { JournalRecord, SessionChange } from '../model/record.js'
import type { RuleSet } from '../model/rule-set.js'
import type { EquipmentDirectory, EquipmentEntry } from './directory.js'
import { decodeEvent } from './event.js'
import { isObject, isRejection, parseJson, reject } from './json.js'
import { decodeStatus } from './status.js'
import { createLearntNames, createPartCounts, decodeTelemetry, type PartCounts } from './telemetry.js'
import { createMoment, hear, observe, observePast } from './time.js'

/** What the clock says about a reading or an event. */
interface Timed {
  /** ms since 1970, put right where the device's time cannot be used. */
  ts: number
  /** ms late, after the clock's offset. */
  lag: number
  /** Comes at its own pace, so it is live whatever its clock says. */
  paced: boolean
  /** False while the clock's offset cannot be trusted. */
  known: boolean
  /** The device says itself that this is past: late whatever its lag. */
  historical: boolean
}
export interface TimedReading extends Reading, Timed {
  ts: number
  historical: boolean
}
export interface TimedEvent extends DeviceEvent, Timed {
  ts: number
}

export type Decoded =
  | { type: 'readings'; entry: EquipmentEntry; readings: TimedReading[] }
  | { type: 'event'; entry: EquipmentEntry; event: TimedEvent }
  | { type: 'status'; entry: EquipmentEntry; online: boolean }
  | { type: 'session'; entry: EquipmentEntry; change: SessionChange }
  | { type: 'equipment'; entry: EquipmentEntry }
  | { type: 'attendance'; entry: EquipmentEntry; mark: Mark }
  | { type: 'rules'; rules: RuleSet }
  | { type: 'tick' }
  | { type: 'rejected'; rejection: Rejection }

/** What was set aside since the start, for the metrics. */
export interface DecodeCounts {
  parts: PartCounts
  /** Readings and events whose `ts` was over five minutes ahead, or before 2010. */
  times: { ahead: number; ancient: number }
}

export interface Decoder {
  readonly directory: EquipmentDirectory
  readonly counts: DecodeCounts
  /** `known` is the record's equipment, where the caller has looked it up already. */
  decode(record: JournalRecord, known?: EquipmentEntry): Decoded
}

const TICK: Decoded = { type: 'tick' }

export function createDecoder({ directory }: { directory: EquipmentDirectory }): Decoder {
  const counts: DecodeCounts = { parts: createPartCounts(), times: { ahead: 0, ancient: 0 } }
  const names = createLearntNames()
  const moment = createMoment()

  function readings(entry: EquipmentEntry, record: JournalRecord): Decoded {
    const decoded = decodeTelemetry(record.payload, entry.facts, counts.parts, names)
    if (!Array.isArray(decoded)) return { type: 'rejected', rejection: decoded }
    const { clock } = entry
    const { arrival } = record
    const newest = newestTime(decoded)
    if (newest !== null) hear(clock, newest, arrival)
    const timed: TimedReading[] = []
    for (const { ts: deviceTs, signals, values, extras, historical } of decoded) {
      const read = historical ? observePast : observe
      const { ts, lag, paced, known, fault } = read(clock, deviceTs, arrival, moment)
      if (fault !== null) counts.times[fault]++
      const kept = fault === null || deviceTs === null ? extras : withDeviceTs(extras, deviceTs)
      timed.push({ ts, signals, values, extras: kept, lag, paced, known, historical })
    }
    return { type: 'readings', entry, readings: timed }
  }

  function event(entry: EquipmentEntry, record: JournalRecord): Decoded {
    const decoded = decodeEvent(record.payload)
    if (isRejection(decoded)) return { type: 'rejected', rejection: decoded }
    if (decoded.ts !== null) hear(entry.clock, decoded.ts, record.arrival)
    const { ts, lag, paced, known, fault } = observe(entry.clock, decoded.ts, record.arrival, moment)
    if (fault !== null) counts.times[fault]++
    const { code, active, key } = decoded
    return { type: 'event', entry, event: { ts, code, active, key, lag, paced, known, historical: false } }
  }

  function own(record: JournalRecord): Decoded {
    const parsed = parseJson(record.payload)
    if ('reason' in parsed) return { type: 'rejected', rejection: parsed }
    const { json } = parsed
    if (!isObject(json)) return { type: 'rejected', rejection: reject('not-an-object', record.kind) }
    if (record.kind === 'rules') return { type: 'rules', rules: json as unknown as RuleSet }
    if (record.kind === 'equipment') {
      return { type: 'equipment', entry: directory.apply(json as unknown as EquipmentFacts) }
    }
    const entry = directory.get(record.equipment)
    if (!entry) return unknownEquipment(record)
    return record.kind === 'session'
      ? { type: 'session', entry, change: json as unknown as SessionChange }
      : { type: 'attendance', entry, mark: json as unknown as Mark }
  }

  return {
    directory,
    counts,
    decode(record, known) {
      switch (record.kind) {
        case 'tick':
          return TICK
        case 'telemetry': {
          const entry = known ?? directory.get(record.equipment)
          return entry ? readings(entry, record) : unknownEquipment(record)
        }
        case 'event': {
          const entry = directory.get(record.equipment)
          return entry ? event(entry, record) : unknownEquipment(record)
        }
        case 'status': {
          const entry = directory.get(record.equipment)
          if (!entry) return unknownEquipment(record)
          const status = decodeStatus(record.payload)
          return isRejection(status)
            ? { type: 'rejected', rejection: status }
            : { type: 'status', entry, online: status.online }
        }
        case 'session':
        case 'equipment':
        case 'attendance':
        case 'rules':
          return own(record)
      }
    },
  }
}

/** ms since 1970 as the device says, or `null`. Readings come oldest first. */
function newestTime(readings: readonly Reading[]): number | null {
  for (let i = readings.length - 1; i >= 0; i--) {
    const reading = readings[i]
    if (reading && !reading.historical && reading.ts !== null) return reading.ts
  }
  return null
}

function unknownEquipment(record: JournalRecord): Decoded {
  return { type: 'rejected', rejection: reject('equipment-unknown', record.equipment) }
}

function withDeviceTs(extras: Reading['extras'], deviceTs: number): NonNullable<Reading['extras']> {
  const kept = extras ?? []
  kept.push({ name: 'deviceTs', value: deviceTs })
  return kept
}

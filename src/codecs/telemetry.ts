/**
 * Telemetry payloads to readings: a reading, `{ts, values}`, or an array of either. Whatever a device sends, the answer
 * is readings or a rejection; parts that cannot be read are set aside and counted, and never take the rest with them.
 * Hot path: one JSON.parse for a message, two arrays for a reading.
 */
import type { EquipmentKind, Profile } from '../model/equipment.js'
import type { ExtraValue, Reading, Rejection } from '../model/reading.js'
import { DOOR } from '../model/signals.js'
import { parseDeviceTime } from './device-time.js'
import { type Dialect, dialectOf, type Field } from './dialect.js'
import { isObject, isRejection, type JsonObject, parseJson, reject, sketch } from './json.js'

export const MAX_READINGS = 1000 // contract: an array of up to 1000
const MAX_STRING_CHARS = 256
const MAX_NAME_CHARS = 128 // a name becomes a field of the history; longer ones are data in the wrong place

/** Why a part of a readable payload was set aside. `needs-profile`: a coding that only a profile can explain; kept raw. */
export const PART_FAULTS = [
  'bad-value',
  'needs-profile',
  'bad-ts',
  'not-an-object',
  'empty',
  'too-long',
] as const
export type PartFault = (typeof PART_FAULTS)[number]
export type PartCounts = Record<PartFault, number>

export function createPartCounts(): PartCounts {
  return { 'bad-value': 0, 'needs-profile': 0, 'bad-ts': 0, 'not-an-object': 0, empty: 0, 'too-long': 0 }
}

/** Readings of one payload, oldest first. `parts` counts what was set aside. */
export function decodeTelemetry(
  payload: Uint8Array,
  equipment: { kind: EquipmentKind; profile: Profile },
  parts: PartCounts,
): Reading[] | Rejection {
  const parsed = parseJson(payload)
  if ('reason' in parsed) return parsed
  const { json } = parsed
  const dialect = dialectOf(equipment.kind, equipment.profile)
  if (Array.isArray(json)) return readArray(json, dialect, parts)
  if (!isObject(json)) return reject('not-an-object', sketch(json))
  const reading = readObject(json, dialect, parts)
  return isRejection(reading) ? reading : [reading]
}

function readArray(items: unknown[], dialect: Dialect, parts: PartCounts): Reading[] | Rejection {
  if (items.length > MAX_READINGS) return reject('too-many-readings', items.length)
  const readings: Reading[] = []
  let firstFault: Rejection | null = null
  let sorted = true
  for (const item of items) {
    const reading = isObject(item) ? readObject(item, dialect, parts) : reject('not-an-object', sketch(item))
    if (isRejection(reading)) {
      firstFault ??= reading
      parts[partFaultOf(reading)]++
      continue
    }
    if ((reading.ts ?? Infinity) < (readings.at(-1)?.ts ?? -Infinity)) sorted = false
    readings.push(reading)
  }
  if (readings.length === 0) return firstFault ?? reject('empty', '[]')
  // Rules read forwards in time; equal times keep their order, because the later one wins.
  if (!sorted) readings.sort((a, b) => (a.ts ?? Infinity) - (b.ts ?? Infinity) || 0)
  return readings
}

function partFaultOf({ reason }: Rejection): PartFault {
  return reason === 'bad-ts' || reason === 'not-an-object' || reason === 'empty' ? reason : 'bad-value'
}

function readObject(object: JsonObject, dialect: Dialect, parts: PartCounts): Reading | Rejection {
  const ts = timeOf(object)
  if (Number.isNaN(ts)) return reject('bad-ts', sketch(object.ts ?? object.samplingTime))
  const values = object.values
  const reading: Reading = { ts, signals: [], values: [], extras: null }
  if (isObject(values)) {
    readSignals(values, dialect, reading, parts)
    if (ts === null && values.samplingTime !== undefined)
      reading.ts = parseDeviceTime(values.samplingTime) || null
  } else {
    readSignals(object, dialect, reading, parts)
  }
  return reading.signals.length > 0 || reading.extras !== null ? reading : reject('empty', sketch(object))
}

/** ms since 1970, `null` when the device gives no time, NaN when what it gives is none. */
function timeOf(object: JsonObject): number | null {
  const ts = object.ts
  if (typeof ts === 'number') return Number.isFinite(ts) ? Math.floor(ts) : Number.NaN
  if (ts !== undefined && ts !== null) return parseDeviceTime(ts)
  const samplingTime = object.samplingTime
  return samplingTime === undefined || samplingTime === null ? null : parseDeviceTime(samplingTime)
}

function readSignals(object: JsonObject, dialect: Dialect, reading: Reading, parts: PartCounts): void {
  for (const name in object) {
    const value = object[name]
    const field = dialect.get(name)
    if (field === undefined) readExtra(name, value, reading, parts)
    else if (field.coding === 'number' && typeof value === 'number' && Number.isFinite(value)) {
      reading.signals.push(field.signal)
      reading.values.push(value)
    } else readCoded(field, value, reading, parts)
  }
}

function readCoded(field: Field, value: unknown, reading: Reading, parts: PartCounts): void {
  const number = codedValue(field, value)
  if (number !== null) {
    reading.signals.push(field.signal)
    reading.values.push(number)
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    parts['needs-profile']++
    keepExtra(reading, field.rawName, value)
  } else if (value !== null) parts['bad-value']++
}

/** The number that a value means under its coding, or `null` when it means none. */
function codedValue({ coding }: Field, value: unknown): number | null {
  switch (coding) {
    case 'number':
      return null
    case 'switch':
      return value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : null
    case 'one-two':
      return value === true || value === 1 ? 1 : value === false || value === 2 ? 0 : null
    case 'closed':
      return value === true ? DOOR.closed : value === false ? DOOR.ajar : null
    case 'closed-zero-one':
      return value === true || value === 1 ? DOOR.closed : value === false || value === 0 ? DOOR.ajar : null
    case 'closed-one-two':
      return value === true || value === 1 ? DOOR.closed : value === false || value === 2 ? DOOR.ajar : null
  }
}

function readExtra(name: string, value: unknown, reading: Reading, parts: PartCounts): void {
  if (name === 'ts' || name === 'samplingTime' || value === null) return
  const type = typeof value
  if (type !== 'number' && type !== 'boolean' && type !== 'string') parts['bad-value']++
  else if (type === 'number' && !Number.isFinite(value)) parts['bad-value']++
  else if (name.length > MAX_NAME_CHARS || (type === 'string' && (value as string).length > MAX_STRING_CHARS))
    parts['too-long']++
  else keepExtra(reading, name, value as ExtraValue['value'])
}

function keepExtra(reading: Reading, name: string, value: ExtraValue['value']): void {
  if (reading.extras === null) reading.extras = [{ name, value }]
  else reading.extras.push({ name, value })
}

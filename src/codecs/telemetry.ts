/**
 * Telemetry payloads to readings: a reading, `{ts, values, historical?}`, or an array of either. Whatever a device sends, the answer
 * is readings or a rejection; parts that cannot be read are set aside and counted, and never take the rest with them.
 * Hot path: the usual payload is read from its bytes, any other by one JSON.parse; two arrays for a reading.
 */
import type { EquipmentKind, Profile } from '../model/equipment.js'
import type { ExtraValue, Reading, Rejection } from '../model/reading.js'
import { codedValue } from './coding.js'
import { parseDeviceTime } from './device-time.js'
import { type Dialect, dialectOf, type Field } from './dialect.js'
import { isObject, isRejection, type JsonObject, parseJson, reject, sketch } from './json.js'
import { createPlainReader, type PlainReader } from './plain-reading.js'

export const MAX_READINGS = 1000 // contract: an array of up to 1000
const MAX_STRING_CHARS = 256
export const MAX_NAME_CHARS = 128 // a name becomes a field of the history; longer ones are data in the wrong place

const MAX_NUMBER_CHARS = 32
const DECIMAL = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Every name becomes a field of the history for good: what a garbled device makes up must not grow it without end. */
export const MAX_UNKNOWN_NAMES = 64 // of one reading
export const MAX_LEARNT_NAMES = 1000 // of one kind of equipment

/** Why a part of a readable payload was set aside. `needs-profile`: a coding that only a profile can explain; kept raw. */
export const PART_FAULTS = [
  'bad-value',
  'needs-profile',
  'bad-ts',
  'not-an-object',
  'empty',
  'too-long',
  'too-many-names',
] as const
export type PartFault = (typeof PART_FAULTS)[number]
export type PartCounts = Record<PartFault, number>

/** What one decoder has learnt from payloads. */
export interface LearntNames {
  /** The unknown names that it has taken, by kind of equipment; those stay usable when no more are learnt. */
  readonly unknown: Readonly<Record<EquipmentKind, Set<string>>>
  /** By dialect, each made for its first payload: they learn the order in which known names come. */
  readonly plainReaders: Map<Dialect, PlainReader>
}

export function createPartCounts(): PartCounts {
  return Object.fromEntries(PART_FAULTS.map((fault) => [fault, 0])) as PartCounts
}

export function createLearntNames(): LearntNames {
  return {
    unknown: { elevator: new Set(), boiler: new Set(), escalator: new Set() },
    plainReaders: new Map(),
  }
}

/** What the reading of one payload goes by. */
interface Context {
  readonly dialect: Dialect
  readonly learnt: Set<string>
  readonly parts: PartCounts
}

/** Readings of one payload, oldest first. `parts` counts what was set aside, `names` learns the unknown ones. */
export function decodeTelemetry(
  payload: Uint8Array,
  equipment: { kind: EquipmentKind; profile: Profile },
  parts: PartCounts,
  names: LearntNames,
): Reading[] | Rejection {
  const dialect = dialectOf(equipment.kind, equipment.profile)
  const plain = plainReaderOf(dialect, names)(payload)
  if (plain !== null) return [plain]
  const parsed = parseJson(payload)
  if ('reason' in parsed) return parsed
  const { json } = parsed
  const context = { dialect, learnt: names.unknown[equipment.kind], parts }
  if (Array.isArray(json)) return readArray(json, context)
  if (!isObject(json)) return reject('not-an-object', sketch(json))
  const reading = readObject(json, context)
  return isRejection(reading) ? reading : [reading]
}

function plainReaderOf(dialect: Dialect, { plainReaders }: LearntNames): PlainReader {
  const known = plainReaders.get(dialect)
  if (known) return known
  const reader = createPlainReader(dialect)
  plainReaders.set(dialect, reader)
  return reader
}

function readArray(items: unknown[], context: Context): Reading[] | Rejection {
  if (items.length > MAX_READINGS) return reject('too-many-readings', items.length)
  const readings: Reading[] = []
  let firstFault: Rejection | null = null
  let sorted = true
  for (const item of items) {
    const reading = isObject(item) ? readObject(item, context) : reject('not-an-object', sketch(item))
    if (isRejection(reading)) {
      firstFault ??= reading
      context.parts[partFaultOf(reading)]++
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

function readObject(object: JsonObject, context: Context): Reading | Rejection {
  const ts = timeOf(object)
  if (Number.isNaN(ts)) return reject('bad-ts', sketch(object.ts ?? object.samplingTime))
  const values = object.values
  const reading: Reading = { ts, signals: [], values: [], extras: null, historical: false }
  const crowded = context.parts['too-many-names']
  if (isObject(values)) {
    // Only beside `values`: among the signals it is a name like any other.
    reading.historical = object.historical === true
    readSignals(values, reading, context)
    if (ts === null && values.samplingTime !== undefined)
      reading.ts = parseDeviceTime(values.samplingTime) || null
  } else {
    readSignals(object, reading, context)
  }
  if (reading.signals.length > 0 || reading.extras !== null) return reading
  // A device whose names are too many still speaks: it must not pass for a silent one.
  return context.parts['too-many-names'] > crowded ? reading : reject('empty', sketch(object))
}

/** ms since 1970, `null` when the device gives no time, NaN when what it gives is none. */
function timeOf(object: JsonObject): number | null {
  const ts = object.ts
  if (typeof ts === 'number') return Number.isFinite(ts) ? Math.floor(ts) : Number.NaN
  if (ts !== undefined && ts !== null) return parseDeviceTime(ts)
  const samplingTime = object.samplingTime
  return samplingTime === undefined || samplingTime === null ? null : parseDeviceTime(samplingTime)
}

function readSignals(object: JsonObject, reading: Reading, context: Context): void {
  const { dialect, parts } = context
  for (const name in object) {
    const value = object[name]
    const field = dialect.get(name)
    if (field === undefined) readExtra(name, value, reading, context)
    else if (field.coding === 'number' && typeof value === 'number' && Number.isFinite(value)) {
      reading.signals.push(field.signal)
      reading.values.push(value * field.scale)
    } else readCoded(field, value, reading, parts)
  }
}

function readCoded(field: Field, said: unknown, reading: Reading, parts: PartCounts): void {
  const value = typeof said === 'string' ? unquoted(said) : said
  const number = codedValue(field, value)
  if (number !== null) {
    reading.signals.push(field.signal)
    reading.values.push(number)
    if (field.also) readCoded(field.also, value, reading, parts)
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    parts['needs-profile']++
    keepExtra(reading, field.rawName, value)
  } else if (value !== null) parts['bad-value']++
}

/** Platforms such as ThingsBoard read a number or a boolean in quotes as what it says, so devices send them. */
function unquoted(text: string): unknown {
  if (text === 'true') return true
  if (text === 'false') return false
  return text.length <= MAX_NUMBER_CHARS && DECIMAL.test(text) ? Number(text) : text
}

function readExtra(name: string, value: unknown, reading: Reading, { learnt, parts }: Context): void {
  if (name === 'ts' || name === 'samplingTime' || value === null) return
  const type = typeof value
  if (type !== 'number' && type !== 'boolean' && type !== 'string') parts['bad-value']++
  else if (type === 'number' && !Number.isFinite(value)) parts['bad-value']++
  else if (name.length > MAX_NAME_CHARS || (type === 'string' && (value as string).length > MAX_STRING_CHARS))
    parts['too-long']++
  else if ((reading.extras?.length ?? 0) >= MAX_UNKNOWN_NAMES || !learn(learnt, name))
    parts['too-many-names']++
  else keepExtra(reading, name, value as ExtraValue['value'])
}

/** False for a name that is not known yet when no more are taken. */
function learn(learnt: Set<string>, name: string): boolean {
  if (learnt.has(name)) return true
  if (learnt.size >= MAX_LEARNT_NAMES) return false
  learnt.add(name)
  return true
}

function keepExtra(reading: Reading, name: string, value: ExtraValue['value']): void {
  if (reading.extras === null) reading.extras = [{ name, value }]
  else reading.extras.push({ name, value })
}

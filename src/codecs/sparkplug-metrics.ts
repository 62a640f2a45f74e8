/**
 * What the metrics of one Sparkplug message mean: a birth fills the table of names, aliases and types, data is read with
 * it, and the values become readings of our own JSON, one for each time they were taken at.
 */

import { safeNumber, type WireMetric, type WirePayload, type WireValue } from './sparkplug-wire.js'
import { MAX_NAME_CHARS, MAX_READINGS } from './telemetry.js'

/** Why something of a readable Sparkplug message was set aside, or what was wrong with the message. Metric label. */
export const SPARKPLUG_FAULTS = [
  /** An alias that no birth named, or a value whose type no birth told. */
  'unknown-metric',
  /** A data set, a template, bytes or a file: nothing that a signal can be. */
  'unsupported-type',
  /** Not a number, or one that a double cannot hold. */
  'bad-value',
  'too-long',
  /** Beyond what is remembered of one node's births. */
  'too-many-metrics',
  'before-birth',
  'sequence-gap',
  /** A death whose `bdSeq` is not that of the birth: of a session that is over. */
  'stale-death',
  'empty',
] as const
export type SparkplugFault = (typeof SPARKPLUG_FAULTS)[number]
export type SparkplugCounts = Record<SparkplugFault, number>

export function createSparkplugCounts(): SparkplugCounts {
  return Object.fromEntries(SPARKPLUG_FAULTS.map((fault) => [fault, 0])) as SparkplugCounts
}

/** Metrics that are the protocol's own. */
const BD_SEQ = 'bdSeq'
const OWN_NAMES = /^(?:bdSeq$|Node Control\/|Device Control\/)/

/** Sparkplug's numbers of the datatypes whose integers have a sign: Int8, Int16, Int32, Int64. */
const SIGN_SHIFT: Readonly<Record<number, number>> = { 1: 24, 2: 16, 3: 0 }
const INT64 = 4

/** What one birth, of a node or of a device, told. */
export interface MetricTable {
  readonly typeByName: Map<string, number>
  readonly nameByAlias: Map<number, string>
}

/** Remembers the metrics of a birth, at most `room` of them. */
export function learnMetrics(
  metrics: readonly WireMetric[],
  room: number,
  counts: SparkplugCounts,
): MetricTable {
  const table: MetricTable = { typeByName: new Map(), nameByAlias: new Map() }
  for (const { name, alias, type } of metrics) {
    if (name === null || name.length > MAX_NAME_CHARS) continue
    if (table.typeByName.size >= room && !table.typeByName.has(name)) {
      counts['too-many-metrics']++
      continue
    }
    table.typeByName.set(name, type)
    if (alias !== null && table.nameByAlias.size < room) table.nameByAlias.set(alias, name)
  }
  return table
}

/** The birth and death sequence that a node's birth or death carries, or `null`. */
export function bdSeqOf({ metrics }: WirePayload): number | null {
  for (const { name, value } of metrics) {
    if (name === BD_SEQ && value?.kind === 'integer') return safeNumber(value.bits)
  }
  return null
}

interface Taken {
  ts: number | null
  historical: boolean
  values: Record<string, number | boolean | string>
}

/** What a message said: payloads as our own telemetry has them, and whether a metric was in it that no birth named. */
export function readMetrics(
  { timestamp, metrics }: WirePayload,
  table: MetricTable | null,
  counts: SparkplugCounts,
): { payloads: Uint8Array[]; unknown: boolean } {
  const takenByTime = new Map<string, Taken>()
  let unknown = false
  for (const metric of metrics) {
    const name = metric.name ?? (metric.alias === null ? undefined : table?.nameByAlias.get(metric.alias))
    const value =
      name === undefined ? undefined : meaningOf(metric, metric.type || table?.typeByName.get(name) || 0)
    if (name === undefined || value === 'unknown-metric') {
      unknown = true
      counts['unknown-metric']++
    } else if (OWN_NAMES.test(name) || value === undefined || value === null) continue
    else if (name.length > MAX_NAME_CHARS) counts['too-long']++
    else if (typeof value === 'object') keep(takenByTime, metric, timestamp, name, value.value)
    else counts[value]++
  }
  return { payloads: payloadsOf([...takenByTime.values()]), unknown }
}

function keep(
  takenByTime: Map<string, Taken>,
  metric: WireMetric,
  payloadTs: number | null,
  name: string,
  value: number | boolean | string,
): void {
  // An unset time is 0 with some nodes.
  const ts = metric.timestamp || payloadTs || null
  const { historical } = metric
  const key = `${ts} ${historical}`
  let taken = takenByTime.get(key)
  if (taken === undefined) {
    // Names come from outside, and an object without prototype has none of its own.
    taken = { ts, historical, values: Object.create(null) as Taken['values'] }
    takenByTime.set(key, taken)
  }
  taken.values[name] = value
}

function payloadsOf(taken: readonly Taken[]): Uint8Array[] {
  const readings = taken.map(({ ts, historical, values }) => ({
    ...(ts === null ? {} : { ts }),
    values,
    ...(historical ? { historical } : {}),
  }))
  const payloads: Uint8Array[] = []
  for (let from = 0; from < readings.length; from += MAX_READINGS) {
    const part = readings.slice(from, from + MAX_READINGS)
    payloads.push(Buffer.from(JSON.stringify(part.length === 1 ? part[0] : part)))
  }
  return payloads
}

/** The value, why it is set aside, or `null` when the metric has none now. */
function meaningOf(
  { isNull, value }: WireMetric,
  type: number,
): { value: number | boolean | string } | 'unknown-metric' | 'unsupported-type' | 'bad-value' | null {
  if (isNull || value === null) return null
  switch (value.kind) {
    case 'boolean':
      return { value: value.boolean }
    case 'string':
      return { value: value.string }
    case 'float':
      return Number.isFinite(value.number) ? { value: shortest(value.number) } : 'bad-value'
    case 'double':
      return Number.isFinite(value.number) ? { value: value.number } : 'bad-value'
    case 'integer': {
      if (type === 0) return 'unknown-metric'
      const number = integerOf(value.bits, type)
      return number === null ? 'bad-value' : { value: number }
    }
    case 'other':
      return 'unsupported-type'
  }
}

/** Negative integers travel as the bits of their two's complement; narrow ones come sign-extended or not. */
function integerOf(bits: (WireValue & { kind: 'integer' })['bits'], type: number): number | null {
  if (typeof bits === 'number') {
    const shift = SIGN_SHIFT[type]
    if (shift === undefined) return bits
    const fits = shift > 0 && bits < 2 ** (32 - shift)
    return fits ? (bits << shift) >> shift : bits | 0
  }
  return safeNumber(bits, type <= INT64)
}

/** The shortest decimal that is the same 32-bit float: 1.52, not 1.5199999809265137. */
function shortest(float: number): number {
  for (const digits of [6, 7, 8]) {
    const short = Number(float.toPrecision(digits))
    if (Math.fround(short) === float) return short
  }
  return float
}

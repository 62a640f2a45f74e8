/**
 * Plays one equipment from the history: its stored values and events in the order of their own times, with a tick each
 * second. What was decoded once is not decoded again. Where only minutes or hours are left, their last values stand for
 * what was, and patterns that go by less are not heard.
 */

import type { Decoded, TimedEvent, TimedReading } from '../../codecs/decode.js'
import { createDirectory, type EquipmentEntry } from '../../codecs/directory.js'
import type { EquipmentFacts } from '../../model/equipment.js'
import type { SignalValue } from '../../model/reading.js'
import type { JournalRecord } from '../../model/record.js'
import type { Span } from '../../model/retention.js'
import { signalIndex, signalsOf } from '../../model/signals.js'
import type { Engine } from '../engine.js'
import type { StoredResolution } from './judgeable.js'
import type { PlayClock } from './side.js'

const TICK_MS = 1_000
const HOUR_MS = 3_600_000
const NOTHING = new Uint8Array()
/** What is always so of stored values: nobody knows how late they came. */
const LIVE = { lag: 0, paced: true, known: true, historical: false } as const

/** As the history answers: two members are a value as stored, four a bucket with its last, least and greatest. */
type Point = readonly [ms: number, value: SignalValue, ...bounds: number[]]
export type StoredSeries = Record<string, readonly Point[]>
export interface StoredEvent {
  ts: number
  code: number
  active: boolean
  key: string | null
}

export interface StoredRange {
  /** Pieces in the order of time, each whole. */
  series(
    equipment: EquipmentFacts,
    signals: string[],
    span: Span,
  ): Iterable<StoredSeries> | AsyncIterable<StoredSeries>
  /** Oldest first. */
  events(equipment: string, span: Span): Promise<StoredEvent[]>
}

export interface HistoryPart extends Span {
  facts: EquipmentFacts
  stored: StoredRange
  /** Opens what plays it, over this entry's directory. */
  open: (directory: ReturnType<typeof createDirectory>, shard: number) => readonly Engine[]
  clock: PlayClock
  /** Of the points from here on. */
  onResolution: (resolution: StoredResolution, span: Span) => void
}

/** Returns the engines, for what they saw, and how many readings there were. */
export async function playHistory(
  part: HistoryPart,
): Promise<{ engines: readonly Engine[]; readings: number }> {
  const { facts, stored, clock, from, to } = part
  const directory = createDirectory()
  const entry = directory.apply(facts)
  const engines = part.open(directory, entry.shard)
  const events = await stored.events(facts.id, { from, to })
  const names = signalsOf(facts.kind).map(({ name }) => name)
  const record: JournalRecord = recordOf(entry)
  let tickAt = Math.ceil(from / TICK_MS) * TICK_MS
  let nextEvent = 0
  let readings = 0

  function tickTo(ts: number): void {
    for (; tickAt <= ts; tickAt += TICK_MS) {
      clock.now = tickAt
      for (const engine of engines) engine.tick(tickAt, tickAt)
    }
  }

  function step(ts: number, decoded: Decoded): void {
    tickTo(ts)
    record.position = Math.max(record.position + 1, ts)
    record.arrival = clock.now = ts
    for (const engine of engines) engine.step(record, decoded)
  }

  function eventsTo(ts: number): void {
    for (let event = events[nextEvent]; event && event.ts <= ts; event = events[++nextEvent]) {
      step(event.ts, { type: 'event', entry, event: { ...event, ...LIVE } satisfies TimedEvent })
    }
  }

  for await (const series of stored.series(facts, names, { from, to })) {
    const rows = rowsOf(series)
    const first = rows[0]?.ts
    if (first !== undefined)
      part.onResolution(resolutionOf(series), { from: first, to: rows.at(-1)?.ts ?? first })
    for (const reading of rows) {
      eventsTo(reading.ts)
      readings++
      step(reading.ts, { type: 'readings', entry, readings: [reading] })
    }
  }
  eventsTo(to)
  tickTo(to - 1)
  return { engines, readings }
}

function recordOf({ id, shard }: EquipmentEntry): JournalRecord {
  return { position: 0, shard, kind: 'telemetry', equipment: id, arrival: 0, packetId: 0, payload: NOTHING }
}

/** What was stored at one moment, as one reading; in the order of time. */
function rowsOf(series: StoredSeries): TimedReading[] {
  const readingByTs = new Map<number, TimedReading>()
  for (const [name, points] of Object.entries(series)) {
    const signal = signalIndex(name)
    if (signal === undefined) continue
    for (const [ts, value] of points) {
      let reading = readingByTs.get(ts)
      if (!reading) {
        reading = { ts, signals: [], values: [], extras: null, ...LIVE }
        readingByTs.set(ts, reading)
      }
      reading.signals.push(signal)
      reading.values.push(Number(value))
    }
  }
  return [...readingByTs.values()].sort((a, b) => a.ts - b.ts)
}

/** The coarsest that a piece holds. Minutes do not all lie on the hour. */
function resolutionOf(series: StoredSeries): StoredResolution {
  const coarse = Object.values(series).flatMap((points) => points.filter(({ length }) => length > 2))
  if (coarse.length === 0) return 'values'
  return coarse.some(([ms]) => ms % HOUR_MS !== 0) ? 'minutes' : 'hours'
}

const EVENTS_AT_ONCE = 5_000

/** All events of a span, oldest first, from a history that gives the newest of what is asked for. */
export async function storedEvents(
  { from, to }: Span,
  newest: (from: number, to: number, limit: number) => Promise<StoredEvent[]>,
): Promise<StoredEvent[]> {
  const all: StoredEvent[] = []
  for (let before = to; ; ) {
    const found = await newest(from, before, EVENTS_AT_ONCE)
    const oldest = found.at(-1)?.ts
    if (found.length < EVENTS_AT_ONCE || oldest === undefined) return [...found.reverse(), ...all]
    // The events of one moment may be cut in two: that moment is asked for again.
    const whole = found.filter(({ ts }) => ts > oldest)
    // So many in one millisecond are no events; what came of them is taken.
    if (whole.length === 0) return [...found.reverse(), ...all]
    all.unshift(...whole.reverse())
    before = oldest + 1
  }
}

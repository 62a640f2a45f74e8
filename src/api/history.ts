/**
 * What an equipment reported over a time: series and events, bounded on every side. Stored values are read in pieces,
 * so that a careless range ends in an error that says so, not in memory.
 */
import type { Static } from 'typebox'
import { TesheError } from '../errors.js'
import type { HistoryStore, RangeQuery, SeriesPoint } from '../history/history.js'
import { countOf, MOST_SIGNALS, rawPieces } from '../history/raw-pieces.js'
import type { EquipmentKind } from '../model/equipment.js'
import type { Equipment } from '../model/registry.js'
import type { Span } from '../model/retention.js'
import { signalsOf } from '../model/signals.js'
import type { EventPage, EventQuery, HistoryQuery, HistoryReply } from './equipment-schemas.js'
import { parseTime, parseTimeOr } from './times.js'
import { viewEvent } from './views.js'

/** The history as the API asks it. */
export type HistoryReader = Pick<HistoryStore, 'series' | 'events'>

const HOUR_MS = 3_600_000
const DEFAULT_POINTS = 500
const DEFAULT_SPAN_MS = HOUR_MS
const DEFAULT_EVENT_SPAN_MS = 30 * 24 * HOUR_MS
/** About 20 MB of JSON. */
const MOST_RAW_POINTS = 1_000_000
const SIGNAL_NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/

export async function readSeries(
  history: HistoryReader,
  equipment: Equipment,
  query: Static<typeof HistoryQuery>,
  now: number,
): Promise<Static<typeof HistoryReply>> {
  const range = rangeOf(query, now, DEFAULT_SPAN_MS)
  const asked: RangeQuery = {
    kind: equipment.kind,
    equipment: equipment.id,
    signals: signalsAsked(equipment.kind, query.signals),
    ...range,
    points: query.points ?? DEFAULT_POINTS,
  }
  const signals = asked.points === 'raw' ? await readRaw(history, asked) : await history.series(asked)
  return { signals }
}

async function readRaw(history: HistoryReader, asked: RangeQuery): Promise<Record<string, SeriesPoint[]>> {
  const series: Record<string, SeriesPoint[]> = Object.fromEntries(asked.signals.map((name) => [name, []]))
  let total = 0
  for await (const piece of rawPieces(history, asked)) {
    total += countOf(piece)
    if (total > MOST_RAW_POINTS) throw tooMany()
    for (const [name, more] of Object.entries(piece)) {
      const known = series[name] ?? []
      series[name] = known.length === 0 ? more : known.concat(more)
    }
  }
  return series
}

function tooMany(): TesheError {
  const message = `holds more than ${MOST_RAW_POINTS} stored values; narrow from, to or signals`
  return new TesheError('REQUEST_INVALID', [`the range ${message}`], { fields: [{ field: 'to', message }] })
}

export async function readEvents(
  history: HistoryReader,
  equipment: Equipment,
  query: Static<typeof EventQuery>,
  now: number,
): Promise<Static<typeof EventPage>> {
  const { from, to } = rangeOf(query, now, DEFAULT_EVENT_SPAN_MS)
  const limit = query.limit ?? 50
  const after = query.cursor === undefined ? null : readCursor(query.cursor)
  const skip = after?.skip ?? 0
  // Newest first. Several events may share a millisecond, so a cursor also says how many of its own were shown.
  const found = await history.events(equipment.id, from, after ? after.ts + 1 : to, skip + limit + 1)
  const items = found.slice(skip, skip + limit)
  const last = items.at(-1)
  const more = found.length > skip + limit
  if (!more || !last) return { items: items.map(viewEvent), next: null }
  const shown = items.filter((event) => event.ts === last.ts).length + (after?.ts === last.ts ? skip : 0)
  return { items: items.map(viewEvent), next: `${last.ts}.${shown}` }
}

function readCursor(cursor: string): { ts: number; skip: number } {
  const [, ts, skip] = /^(\d{1,15})\.(\d{1,6})$/.exec(cursor) ?? []
  if (ts === undefined || skip === undefined) throw new TesheError('CURSOR_INVALID', [cursor])
  return { ts: Number(ts), skip: Number(skip) }
}

/** The range of a request for values: the last hour when it names none. */
export function historyRangeOf(query: { from?: string; to?: string }, now: number): Span {
  return rangeOf(query, now, DEFAULT_SPAN_MS)
}

function rangeOf(
  query: { from?: string; to?: string },
  now: number,
  defaultSpanMs: number,
): { from: number; to: number } {
  const to = parseTimeOr(query.to, 'to', now)
  const from = query.from === undefined ? to - defaultSpanMs : parseTime(query.from, 'from')
  if (from <= to) return { from, to }
  throw new TesheError('REQUEST_INVALID', ['from is after to'], {
    fields: [{ field: 'from', message: 'is after to' }],
  })
}

/** Names as a request gives them, separated by commas; the catalogue of the kind when it names none. */
export function signalsAsked(kind: EquipmentKind, given: string | undefined): string[] {
  if (given === undefined) return signalsOf(kind).map((signal) => signal.name)
  const names = [...new Set(given.split(',').map((name) => name.trim()))].filter(Boolean)
  const wrong = names.find((name) => !SIGNAL_NAME.test(name))
  const message =
    wrong !== undefined
      ? `${wrong} is not a signal name`
      : names.length > MOST_SIGNALS
        ? 'are too many'
        : null
  if (message === null && names.length > 0) return names
  throw new TesheError('REQUEST_INVALID', [`signals: ${message ?? 'none is named'}`], {
    fields: [{ field: 'signals', message: message ?? 'none is named' }],
  })
}

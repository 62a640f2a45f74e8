/** Incidents, findings and timelines come with ISO times; inside, as on the socket, times are ms since 1970. */
import type {
  Incident,
  IncidentSummary,
  StoredFinding,
  TimelineEntry,
} from '../../../src/model/incident-view.js'

type Written<T> = T extends number
  ? number | string
  : T extends (infer U)[]
    ? Written<U>[]
    : T extends object
      ? { [K in keyof T]: Written<T[K]> }
      : T
/** As it stands in JSON: any time may be text. */
export type AsWritten<T> = Written<T>

/** Fields that are times, wherever they stand. */
const TIME_FIELD = /(At|Since|^since|^until|^at)$/

/** Turns every field named like a time from ISO text into ms; everything else stays. */
export function withMillis<T>(written: AsWritten<T>): T {
  return convert(written, '') as T
}

function convert(value: unknown, name: string): unknown {
  if (typeof value === 'string') {
    if (!TIME_FIELD.test(name)) return value
    const ms = Date.parse(value)
    return Number.isNaN(ms) ? value : ms
  }
  if (Array.isArray(value)) return value.map((item) => convert(item, ''))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, convert(field, key)]))
}

export type WrittenIncident = AsWritten<Incident>
export type WrittenSummary = AsWritten<IncidentSummary>
export type WrittenFinding = AsWritten<StoredFinding>
export type WrittenEntry = AsWritten<TimelineEntry>

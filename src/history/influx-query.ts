/**
 * Range queries in InfluxQL. Only this subset is used, so that compatible servers can be judged by it: SELECT of fields,
 * count, last, min and max; WHERE on one tag and on time; GROUP BY time with an offset; ORDER BY time; LIMIT.
 */
import type { SignalValue } from '../model/reading.js'
import { type RetentionClass, retentionClassOf } from '../model/retention.js'
import type { RangeQuery, SeriesPoint, StoredEvent } from './history.js'
import type { InfluxConnection } from './influx-connection.js'
import { KEPT_POLICY, policyOf } from './influx-policies.js'
import { between, identifier, rowsIn, text } from './influx-ql.js'
import { answerRange, type SegmentReader } from './range.js'
import type { Reach, Segment } from './resolution.js'
import { emptySeries } from './series.js'
import type { SignalTypes } from './signal-types.js'

/** So many more than asked for are read, to find the first of an event that was repeated later. */
const REPEATS = 1000

export interface InfluxQuery {
  connection: InfluxConnection
  query: RangeQuery
  types: SignalTypes
  reachOf: (retention: RetentionClass) => Reach
}

export async function queryInfluxSeries(options: InfluxQuery): Promise<Record<string, SeriesPoint[]>> {
  const { query, reachOf } = options
  const series = emptySeries(query.signals)
  const byClass = new Map<RetentionClass, string[]>()
  for (const signal of new Set(query.signals)) {
    if (signal === 'time' || signal === '') continue
    const retention = retentionClassOf(signal)
    byClass.set(retention, [...(byClass.get(retention) ?? []), signal])
  }
  for (const [retention, signals] of byClass) {
    const reader = createReader(options, retention)
    await answerRange({ query, signals, reach: reachOf(retention), reader, series })
  }
  return series
}

function createReader({ connection, query, types }: InfluxQuery, retention: RetentionClass): SegmentReader {
  const { kind, equipment } = query

  function source(segment: Segment): string {
    return `FROM ${tableOf(connection, segment, retention, kind)}
      WHERE "equipment"::tag = ${text(equipment)} AND ${between(segment)}`
  }

  /** The fields of a signal in a segment: last, least and greatest; one field for values, and for text. */
  function fieldsOf(
    segment: Segment,
    signal: string,
  ): { last: string; min: string | null; max: string | null } {
    const ordered = types.typeOf(kind, signal) !== 'string'
    if (segment.resolution === 'raw' || segment.resolution === 'kept') {
      return { last: signal, min: ordered ? signal : null, max: ordered ? signal : null }
    }
    return {
      last: `last_${signal}`,
      min: ordered ? `min_${signal}` : null,
      max: ordered ? `max_${signal}` : null,
    }
  }

  return {
    async counts(segment, signals) {
      const counts = signals.map(
        (signal, i) => `count(${identifier(fieldsOf(segment, signal).last)}) AS ${identifier(`c${i}`)}`,
      )
      const [row] = rowsIn(await connection.query(`SELECT ${counts.join(', ')} ${source(segment)}`))
      return signals.map((_, i) => Number(row?.get(`c${i}`) ?? 0))
    },
    async rows(segment, signals, take) {
      const fields = signals.flatMap((signal, i) => {
        const { last, min, max } = fieldsOf(segment, signal)
        const own: [name: string, as: string][] = [[last, `l${i}`]]
        if (min !== null && min !== last) own.push([min, `n${i}`])
        if (max !== null && max !== last) own.push([max, `x${i}`])
        return own.map(([name, as]) => `${identifier(name)}::field AS ${identifier(as)}`)
      })
      for (const row of rowsIn(await connection.query(`SELECT ${fields.join(', ')} ${source(segment)}`))) {
        const ms = Number(row.get('time'))
        for (let i = 0; i < signals.length; i++) {
          const last = row.get(`l${i}`) ?? null
          if (last !== null) take(i, ms, last, row.get(`n${i}`) ?? last, row.get(`x${i}`) ?? last)
        }
      }
    },
    async buckets(segment, signals, { origin, width }, take) {
      const offset = ((origin % width) + width) % width
      const fields = signals.flatMap((signal, i) => {
        const { last, min, max } = fieldsOf(segment, signal)
        const own = [`last(${identifier(last)}) AS ${identifier(`l${i}`)}`]
        if (min !== null) own.push(`min(${identifier(min)}) AS ${identifier(`n${i}`)}`)
        if (max !== null) own.push(`max(${identifier(max)}) AS ${identifier(`x${i}`)}`)
        return own
      })
      const answer = await connection.query(
        `SELECT ${fields.join(', ')} ${source(segment)} GROUP BY time(${width}ms, ${offset}ms) fill(none)`,
      )
      for (const row of rowsIn(answer)) {
        const ms = Math.max(origin, Number(row.get('time')))
        for (let i = 0; i < signals.length; i++) {
          const last = row.get(`l${i}`) ?? null
          if (last !== null)
            take(i, ms, last, row.get(`n${i}`) as SignalValue, row.get(`x${i}`) as SignalValue)
        }
      }
    },
  }
}

function tableOf(
  { database }: InfluxConnection,
  { resolution }: Segment,
  retention: RetentionClass,
  measurement: string,
): string {
  // The default policy goes without its name, which is somebody else's to choose.
  if (resolution === 'raw' || database === null) return identifier(measurement)
  const policy = resolution === 'kept' ? KEPT_POLICY : policyOf(resolution, retention)
  return [database, policy, measurement].map(identifier).join('.')
}

/** `kept`: whether events are copied to the policy without end as well. */
export async function queryInfluxEvents(
  connection: InfluxConnection,
  {
    equipment,
    from,
    to,
    limit,
    kept,
  }: { equipment: string; from: number; to: number; limit: number; kept: boolean },
): Promise<StoredEvent[]> {
  const tables = [identifier('event')]
  if (kept && connection.database !== null) {
    tables.push([connection.database, KEPT_POLICY, 'event'].map(identifier).join('.'))
  }
  const events: StoredEvent[] = []
  for (const table of tables) {
    const answer = await connection.query(
      `SELECT "key"::field AS "key", "code"::tag AS "code", "phase"::tag AS "phase" FROM ${table}
       WHERE "equipment" = ${text(equipment)} AND ${between({ from, to })}
       ORDER BY time DESC LIMIT ${Math.max(0, Math.floor(limit)) + REPEATS}`,
    )
    for (const row of rowsIn(answer)) {
      events.push({
        ts: Number(row.get('time')),
        code: Number(row.get('code')),
        active: row.get('phase') === 'begin',
        key: String(row.get('key') ?? '') || null,
      })
    }
  }
  return withoutRepeats(events.sort((a, b) => b.ts - a.ts)).slice(0, limit)
}

/** Of events with one identity the earliest stays. `events` are newest first. */
function withoutRepeats(events: readonly StoredEvent[]): StoredEvent[] {
  const identityOf = ({ code, active, key, ts }: StoredEvent) =>
    key === null ? `${code}/${active}@${ts}` : `${code}/${active}/${key}`
  const earliest = new Map<string, StoredEvent>()
  for (const event of events) earliest.set(identityOf(event), event)
  return events.filter((event) => earliest.get(identityOf(event)) === event)
}

/**
 * Minutes and hours in InfluxDB 1.x, made by the server itself with SELECT … INTO: measurements of the same names in
 * policies of their own, fields `last_speed`, `min_speed`, `max_speed`. Written again they change nothing, so an hour that
 * values came to late is simply made anew.
 */
import { EQUIPMENT_KINDS, type EquipmentKind } from '../model/equipment.js'
import { RETENTION_CLASSES, type RetentionClass, retentionClassOf, type Span } from '../model/retention.js'
import type { InfluxConnection } from './influx-connection.js'
import { KEPT_POLICY, policyOf } from './influx-policies.js'
import { between, identifier, text } from './influx-ql.js'
import { HOUR_MS, MINUTE_MS } from './resolution.js'
import type { SignalTypes } from './signal-types.js'

/** Fields of one statement. */
const FIELDS_AT_ONCE = 64
/** A statement that takes longer is followed by one over a shorter time, so that writes get their turn. */
const LONG_MS = 4_000
const SHORT_MS = 1_000

export interface InfluxRollup {
  connection: InfluxConnection
  database: string
  rawPolicy: string
  types: SignalTypes
  /** ms since 1970. */
  now: () => number
  /** Lets others have the server for so many ms. */
  pause: (ms: number) => Promise<void>
  /** Minutes of a class from before are not kept; nor are hours. */
  minutesFrom: (retention: RetentionClass) => number
  hoursFrom: (retention: RetentionClass) => number
}

export interface HourMaker {
  /** Makes minutes and hours of one hour, and keeps its events; of all equipment, or of these. False when it is empty. */
  make(hour: number, equipment: readonly string[] | null): Promise<boolean>
  /** Copies every value and event of one equipment, to stay for good. */
  keep(equipment: string, span: Span): Promise<void>
}

export function createHourMaker(options: InfluxRollup): HourMaker {
  const { connection, database, rawPolicy, types, now, pause, minutesFrom, hoursFrom } = options
  /** What one statement covers; whole minutes that divide an hour. */
  let minutes = 10
  let written = 0

  function table(policy: string, measurement: string): string {
    return [database, policy, measurement].map(identifier).join('.')
  }

  function only(equipment: readonly string[] | null): string {
    if (equipment === null) return ''
    return ` AND (${equipment.map((id) => `"equipment" = ${text(id)}`).join(' OR ')})`
  }

  /** As many milliseconds as the statement took are left to others. */
  async function run(statement: string): Promise<number> {
    const started = now()
    for (const { columns, values } of await connection.query(statement)) {
      written += Number(values[0]?.[columns.indexOf('written')] ?? 0)
    }
    const took = Math.max(0, now() - started)
    await pause(took)
    return took
  }

  async function fromValues(
    kind: EquipmentKind,
    signals: readonly string[],
    into: string,
    unit: number,
    range: Span,
    equipment: readonly string[] | null,
  ): Promise<number> {
    const fields = signals.map((signal) => {
      const name = identifier(signal)
      const last = `last(${name}) AS ${identifier(`last_${signal}`)}`
      // Text has no order.
      if (types.typeOf(kind, signal) === 'string') return last
      return `${last}, min(${name}) AS ${identifier(`min_${signal}`)}, max(${name}) AS ${identifier(`max_${signal}`)}`
    })
    return await run(
      `SELECT ${fields.join(', ')} INTO ${table(into, kind)} FROM ${table(rawPolicy, kind)}
       WHERE ${between(range)}${only(equipment)} GROUP BY time(${unit}ms), "equipment" fill(none)`,
    )
  }

  async function fromMinutes(
    kind: EquipmentKind,
    signals: readonly string[],
    retention: RetentionClass,
    range: Span,
    equipment: readonly string[] | null,
  ): Promise<void> {
    const fields = signals.flatMap((signal) => {
      const sorts =
        types.typeOf(kind, signal) === 'string' ? (['last'] as const) : (['last', 'min', 'max'] as const)
      return sorts.map((sort) => {
        const name = identifier(`${sort}_${signal}`)
        return `${sort}(${name}) AS ${name}`
      })
    })
    await run(
      `SELECT ${fields.join(', ')} INTO ${table(policyOf('hour', retention), kind)}
       FROM ${table(policyOf('minute', retention), kind)}
       WHERE ${between(range)}${only(equipment)} GROUP BY time(${HOUR_MS}ms), "equipment" fill(none)`,
    )
  }

  async function makeClass(
    kind: EquipmentKind,
    retention: RetentionClass,
    signals: readonly string[],
    hour: Span,
    equipment: readonly string[] | null,
  ): Promise<void> {
    if (hour.from < hoursFrom(retention)) return
    if (hour.from < minutesFrom(retention)) {
      await fromValues(kind, signals, policyOf('hour', retention), HOUR_MS, hour, equipment)
      return
    }
    for (let from = hour.from; from < hour.to; ) {
      const to = Math.min(hour.to, from + minutes * MINUTE_MS)
      const policy = policyOf('minute', retention)
      const took = await fromValues(kind, signals, policy, MINUTE_MS, { from, to }, equipment)
      if (took > LONG_MS) minutes = Math.max(1, Math.floor(minutes / 2))
      else if (took < SHORT_MS) minutes = Math.min(60, minutes * 2)
      from = to
    }
    await fromMinutes(kind, signals, retention, hour, equipment)
  }

  return {
    async make(hour, equipment) {
      const range = { from: hour, to: hour + HOUR_MS }
      written = 0
      for (const kind of EQUIPMENT_KINDS) {
        const names = types.namesOf(kind)
        for (const retention of RETENTION_CLASSES) {
          const signals = names.filter((name) => retentionClassOf(name) === retention)
          for (let i = 0; i < signals.length; i += FIELDS_AT_ONCE) {
            await makeClass(kind, retention, signals.slice(i, i + FIELDS_AT_ONCE), range, equipment)
          }
        }
      }
      await run(
        `SELECT * INTO ${table(KEPT_POLICY, 'event')} FROM ${table(rawPolicy, 'event')}
         WHERE ${between(range)}${only(equipment)} GROUP BY *`,
      )
      return written > 0
    },
    async keep(equipment, span) {
      for (const measurement of [...EQUIPMENT_KINDS, 'event']) {
        await run(
          `SELECT * INTO ${table(KEPT_POLICY, measurement)} FROM ${table(rawPolicy, measurement)}
           WHERE ${between(span)}${only([equipment])} GROUP BY *`,
        )
      }
    },
  }
}

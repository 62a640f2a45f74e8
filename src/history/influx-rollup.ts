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

/** Equipment of one statement, once all of them were too many. */
const EQUIPMENT_AT_ONCE = 512
/** So many at once may as well be all. */
const AS_GOOD_AS_ALL = 20_000

/** What one statement covers, as the server could do it lately; kept over many hours, for a timeout costs half a minute. */
export interface RollupPace {
  /** Up to a whole hour. */
  minutes: number
  equipment: number
}

export function createRollupPace(): RollupPace {
  return { minutes: 10, equipment: Number.POSITIVE_INFINITY }
}

export interface InfluxRollup {
  connection: InfluxConnection
  database: string
  rawPolicy: string
  types: SignalTypes
  pace: RollupPace
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
  const { connection, database, rawPolicy, types, pace, now, pause, minutesFrom, hoursFrom } = options
  const known = new Map<EquipmentKind, string[]>()
  let written = 0

  function table(policy: string, measurement: string): string {
    return [database, policy, measurement].map(identifier).join('.')
  }

  function only(equipment: readonly string[] | null): string {
    if (equipment === null) return ''
    return ` AND (${equipment.map((id) => `"equipment" = ${text(id)}`).join(' OR ')})`
  }

  /** As many milliseconds as the statement took are left to others. `heed` is told them, also when it failed. */
  async function run(statement: string, heed: (took: number) => void = () => undefined): Promise<void> {
    const started = now()
    try {
      for (const { columns, values } of await connection.query(statement)) {
        written += Number(values[0]?.[columns.indexOf('written')] ?? 0)
      }
    } finally {
      heed(now() - started)
    }
    await pause(Math.max(0, now() - started))
  }

  async function idsOf(kind: EquipmentKind): Promise<string[]> {
    const asked = known.get(kind)
    if (asked) return asked
    const [found] = await connection.query(
      `SHOW TAG VALUES ON ${identifier(database)} FROM ${identifier(kind)} WITH KEY = "equipment"`,
    )
    const ids = (found?.values ?? []).map((row) => String(row.at(-1)))
    known.set(kind, ids)
    return ids
  }

  /** One statement for all of the equipment, or several where that took too long. */
  async function runInGroups(
    kind: EquipmentKind,
    equipment: readonly string[] | null,
    statementFor: (only: string) => string,
    heed: (took: number) => void,
  ): Promise<void> {
    if (!Number.isFinite(pace.equipment)) return await run(statementFor(only(equipment)), heed)
    const ids = equipment ?? (await idsOf(kind))
    for (let at = 0; at < ids.length; ) {
      const group = ids.slice(at, at + pace.equipment)
      await run(statementFor(only(group)), heed)
      at += group.length
    }
  }

  function fewerEquipment(): void {
    const { equipment } = pace
    pace.equipment = Number.isFinite(equipment) ? Math.max(1, Math.floor(equipment / 2)) : EQUIPMENT_AT_ONCE
  }

  /** After a statement over some minutes. */
  function heedMinutes(took: number): void {
    if (took > LONG_MS && pace.minutes === 1) fewerEquipment()
    else if (took > LONG_MS) pace.minutes = Math.max(1, Math.floor(pace.minutes / 2))
    else if (took < SHORT_MS) pace.minutes = Math.min(60, pace.minutes * 2)
  }

  /** After a statement over a whole hour. */
  function heedHour(took: number): void {
    if (took > LONG_MS) fewerEquipment()
    else if (took < SHORT_MS) pace.equipment *= 2
    if (pace.equipment > AS_GOOD_AS_ALL) pace.equipment = Number.POSITIVE_INFINITY
  }

  async function fromValues(
    kind: EquipmentKind,
    signals: readonly string[],
    into: string,
    unit: number,
    range: Span,
    equipment: readonly string[] | null,
  ): Promise<void> {
    const fields = signals.map((signal) => {
      const name = identifier(signal)
      const last = `last(${name}) AS ${identifier(`last_${signal}`)}`
      // Text has no order.
      if (types.typeOf(kind, signal) === 'string') return last
      return `${last}, min(${name}) AS ${identifier(`min_${signal}`)}, max(${name}) AS ${identifier(`max_${signal}`)}`
    })
    await runInGroups(
      kind,
      equipment,
      (own) => `SELECT ${fields.join(', ')} INTO ${table(into, kind)} FROM ${table(rawPolicy, kind)}
       WHERE ${between(range)}${own} GROUP BY time(${unit}ms), "equipment" fill(none)`,
      unit === HOUR_MS ? heedHour : heedMinutes,
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
    await runInGroups(
      kind,
      equipment,
      (own) => `SELECT ${fields.join(', ')} INTO ${table(policyOf('hour', retention), kind)}
       FROM ${table(policyOf('minute', retention), kind)}
       WHERE ${between(range)}${own} GROUP BY time(${HOUR_MS}ms), "equipment" fill(none)`,
      heedHour,
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
      const to = Math.min(hour.to, from + pace.minutes * MINUTE_MS)
      const policy = policyOf('minute', retention)
      await fromValues(kind, signals, policy, MINUTE_MS, { from, to }, equipment)
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

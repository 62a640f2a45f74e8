/** What the writer and the queries need of an InfluxDB, whichever version speaks: `influx1.ts` and `influx2.ts` give it. */

import { EQUIPMENT_KINDS, type EquipmentKind } from '../model/equipment.js'
import type { ErasePiece } from './influx-erase.js'
import type { LearntType, StoredType } from './signal-types.js'

/** `refused`: the server answered and did not take all of it, with its own words. */
export type PostOutcome = 'written' | { refused: string }

/** One table of an InfluxQL answer; times are ms. */
export interface InfluxSeries {
  name: string
  columns: string[]
  values: (number | string | boolean | null)[][]
}

export type Precision = 'ms' | 'ns'

export interface InfluxConnection {
  /** For operators, with the version that answered. */
  readonly name: string
  /** The database whose retention policies are ours to set; `null` where a server has none, in 2.x and 3. */
  readonly database: string | null
  /** Sends lines with times in ms, or as said. Throws `HISTORY_UNAVAILABLE` when it cannot be known that they were stored. */
  post(lines: Uint8Array, precision?: Precision): Promise<PostOutcome>
  /** InfluxQL; throws `HISTORY_QUERY_FAILED` or `HISTORY_UNAVAILABLE`. */
  query(influxQl: string): Promise<InfluxSeries[]>
  /** Erases points. Throws as `query` does. */
  erase(piece: ErasePiece): Promise<void>
  /** How long points are kept, in ms; `null` for ever, or not known. */
  retentionMs(): Promise<number | null>
  close(): Promise<void>
}

const TYPE_BY_FIELD_TYPE = new Map<unknown, StoredType | 'other'>([
  ['float', 'number'],
  ['boolean', 'boolean'],
  ['string', 'string'],
])

/** The types that the database already holds, by its own word; integers of somebody else fit no value of ours. */
export async function readFieldTypes(connection: InfluxConnection): Promise<LearntType[]> {
  const learnt: LearntType[] = []
  for (const { name: measurement, values } of await connection.query('SHOW FIELD KEYS')) {
    const kind = EQUIPMENT_KINDS.find((known) => known === measurement) satisfies EquipmentKind | undefined
    if (!kind) continue
    for (const [name, fieldType] of values) {
      const type = TYPE_BY_FIELD_TYPE.get(fieldType) ?? 'other'
      learnt.push({ kind, name: String(name), type })
    }
  }
  return learnt
}

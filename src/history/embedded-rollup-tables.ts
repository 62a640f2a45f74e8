/**
 * Tables of minutes and hours in the embedded history: for each kind and class of signals a pair of them, because each
 * class is kept for its own time. Of every signal they hold the last, the least and the greatest value; of text the last.
 */
import { EQUIPMENT_KINDS, type EquipmentKind } from '../model/equipment.js'
import { RETENTION_CLASSES, type RetentionClass, retentionClassOf } from '../model/retention.js'
import { signalsOf } from '../model/signals.js'
import { quote } from './duckdb-sql.js'
import type { Resolution } from './resolution.js'

/** One signal: the column of its values, and those of its minutes and hours. */
export interface RollupColumn {
  /** SQL over the tables of values. */
  value: string
  last: string
  /** `null` for text, which has no order. */
  bounds: { min: string; max: string } | null
}

export interface RollupTables {
  /** The table of values that it is made from, without `_recent` or `_archive`. */
  source: string
  retention: RetentionClass
  minute: string
  hour: string
  /** Rows that agree in these and the time are one. */
  keys: readonly string[]
  columns: readonly RollupColumn[]
}

export function rollupName(kind: EquipmentKind, retention: RetentionClass, resolution: Resolution): string {
  return `${kind}_${resolution}_${retention}`
}

export function rollupColumn(signal: string): RollupColumn {
  return {
    value: `${quote(signal)}::DOUBLE`,
    last: quote(`last_${signal}`),
    bounds: { min: quote(`min_${signal}`), max: quote(`max_${signal}`) },
  }
}

const NUMBER_COLUMN: RollupColumn = {
  value: 'coalesce(number, flag::DOUBLE)',
  last: 'last',
  bounds: { min: '"min"', max: '"max"' },
}
const TEXT_COLUMN: RollupColumn = { value: 'text', last: 'text', bounds: null }

const EXTRA_ROLLUPS: RollupTables = {
  source: 'extra',
  retention: 'other',
  minute: 'extra_minute',
  hour: 'extra_hour',
  keys: ['equipment', 'kind', 'name'],
  columns: [NUMBER_COLUMN, TEXT_COLUMN],
}

export const ROLLUPS: readonly RollupTables[] = [
  ...EQUIPMENT_KINDS.flatMap((kind) =>
    RETENTION_CLASSES.flatMap((retention): RollupTables[] => {
      const own = signalsOf(kind).filter(({ name }) => retentionClassOf(name) === retention)
      if (own.length === 0) return []
      return [
        {
          source: kind,
          retention,
          minute: rollupName(kind, retention, 'minute'),
          hour: rollupName(kind, retention, 'hour'),
          keys: ['equipment'],
          columns: own.map(({ name }) => rollupColumn(name)),
        },
      ]
    }),
  ),
  EXTRA_ROLLUPS,
]

/** Creates what is missing, columns of signals that the catalogue gained since included. */
export function rollupStatements(): string[] {
  return ROLLUPS.flatMap(({ source, minute, hour, columns }) =>
    [minute, hour].flatMap((table) => {
      if (source === EXTRA_ROLLUPS.source) {
        return [
          `CREATE TABLE IF NOT EXISTS ${table} (equipment INTEGER, kind VARCHAR, name VARCHAR, ts BIGINT,
             last DOUBLE, "min" DOUBLE, "max" DOUBLE, text VARCHAR)`,
        ]
      }
      const names = columns.flatMap(({ last, bounds }) => (bounds ? [last, bounds.min, bounds.max] : [last]))
      return [
        `CREATE TABLE IF NOT EXISTS ${table} (equipment INTEGER, ts BIGINT)`,
        ...names.map((name) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${name} DOUBLE`),
      ]
    }),
  )
}

/**
 * Tables of the embedded history. Rows come into `…_recent` in the order of the journal and are moved, hour by hour and
 * sorted, into `…_archive`; both have the same columns and a query reads both. Equipment is a number here, its id is in
 * `equipment_name`.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { EQUIPMENT_KINDS, type EquipmentKind, SHARDS } from '../model/equipment.js'
import { SIGNALS, signalsOf } from '../model/signals.js'
import { quote } from './duckdb-sql.js'
import { rollupStatements } from './embedded-rollup-tables.js'
import { catalogueType } from './signal-types.js'

export interface TablePair {
  recent: string
  archive: string
  /** Rows that agree in these are one; the archive is sorted by them. */
  identity: readonly string[]
  values: readonly string[]
}

/** What a row came with: its time in ms, and its place in the journal; `part` counts the readings of one record. */
export const ROW_COLUMNS = ['equipment', 'ts', 'shard', 'position', 'part'] as const
/** Orders rows of one equipment as the journal does. */
export const JOURNAL_ORDER = 'position * 1024 + part'

export function kindTables(kind: EquipmentKind): TablePair {
  return {
    recent: `${kind}_recent`,
    archive: `${kind}_archive`,
    identity: ['equipment', 'ts'],
    values: signalsOf(kind).map((signal) => signal.name),
  }
}

export const EXTRA_TABLES: TablePair = {
  recent: 'extra_recent',
  archive: 'extra_archive',
  identity: ['equipment', 'kind', 'name', 'ts'],
  values: ['number', 'flag', 'text'],
}

export const TABLE_PAIRS: readonly TablePair[] = [...EQUIPMENT_KINDS.map(kindTables), EXTRA_TABLES]

/** Creates what is missing, columns of signals that the catalogue gained since included. */
export async function ensureSchema(connection: DuckDBConnection): Promise<void> {
  const row = 'equipment INTEGER, ts BIGINT, shard UTINYINT, position BIGINT, part USMALLINT'
  const statements = [
    'CREATE TABLE IF NOT EXISTS equipment_name (id INTEGER, name VARCHAR)',
    'CREATE TABLE IF NOT EXISTS shard_cursor (shard UTINYINT, position BIGINT)',
    `INSERT INTO shard_cursor SELECT i, 0 FROM range(${SHARDS}) t(i) WHERE NOT EXISTS (FROM shard_cursor)`,
    'CREATE TABLE IF NOT EXISTS signal_type (kind VARCHAR, name VARCHAR, type VARCHAR)',
    `CREATE TABLE IF NOT EXISTS set_aside
       (reason VARCHAR, kind VARCHAR, equipment VARCHAR, ts BIGINT, shard UTINYINT, position BIGINT, name VARCHAR, value VARCHAR)`,
    'CREATE TABLE IF NOT EXISTS set_aside_count (reason VARCHAR, count BIGINT)',
    'CREATE TABLE IF NOT EXISTS kept_window (incident VARCHAR, equipment VARCHAR, "from" BIGINT, "to" BIGINT)',
    'CREATE TABLE IF NOT EXISTS edge (name VARCHAR, ms BIGINT)',
    `CREATE TABLE IF NOT EXISTS event
       (equipment INTEGER, ts BIGINT, shard UTINYINT, position BIGINT, code INTEGER, active BOOLEAN, key VARCHAR)`,
  ]
  for (const table of [EXTRA_TABLES.recent, EXTRA_TABLES.archive]) {
    statements.push(
      `CREATE TABLE IF NOT EXISTS ${table}
         (${row}, kind VARCHAR, name VARCHAR, number DOUBLE, flag BOOLEAN, text VARCHAR)`,
    )
  }
  for (const kind of EQUIPMENT_KINDS) {
    const { recent, archive } = kindTables(kind)
    for (const table of [recent, archive]) {
      statements.push(`CREATE TABLE IF NOT EXISTS ${table} (${row})`)
      for (const [index, signal] of SIGNALS.entries()) {
        if (!signal.kinds.includes(kind)) continue
        const type = catalogueType(index) === 'boolean' ? 'BOOLEAN' : 'DOUBLE'
        statements.push(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${quote(signal.name)} ${type}`)
      }
    }
  }
  statements.push(...rollupStatements())
  // One commit, so one fsync instead of a hundred.
  for (const statement of ['BEGIN', ...statements, 'COMMIT']) await connection.run(statement)
}

/** Names of a table's columns in the order in which an appender wants them. */
export async function columnsOf(connection: DuckDBConnection, table: string): Promise<string[]> {
  const reader = await connection.runAndReadAll(`SELECT column_name FROM (DESCRIBE ${table})`)
  return reader.getRows().map(([name]) => String(name))
}

/** Counts what is in the stores of a service that has ended, as sets of values, and compares with what was acknowledged. */
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import Sqlite from 'better-sqlite3'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import { createCursor } from '../../src/model/cursor.js'
import { SHARDS } from '../../src/model/equipment.js'
import type { SeqReport } from '../load/messages.js'

export interface Tally {
  sent: number
  acknowledged: number
  /** Distinct (equipment, seq) found. */
  stored: number
  /** Acknowledged and not found. */
  lost: number
  /** Rows beyond the first for the same (equipment, seq). */
  doubled: number
}

function compare(report: SeqReport, rowsById: Map<string, Map<number, number>>): Tally {
  const tally: Tally = { sent: 0, acknowledged: 0, stored: 0, lost: 0, doubled: 0 }
  for (const [id, { sent, acknowledged }] of Object.entries(report)) {
    const rows = rowsById.get(id) ?? new Map<number, number>()
    tally.sent += sent
    tally.acknowledged += acknowledged.length
    tally.stored += rows.size
    tally.lost += acknowledged.filter((seq) => !rows.has(seq)).length
    for (const count of rows.values()) tally.doubled += count - 1
  }
  return tally
}

function count(rowsById: Map<string, Map<number, number>>, id: string, seq: number, rows: number): void {
  let bySeq = rowsById.get(id)
  if (!bySeq) {
    bySeq = new Map()
    rowsById.set(id, bySeq)
  }
  bySeq.set(seq, (bySeq.get(seq) ?? 0) + rows)
}

/** The journal, record by record. */
export function tallyJournal(dir: string, report: SeqReport): Tally {
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  const reader = openSqliteReader({ dir: join(dir, 'journal'), shards, pageBytes: 8 * 1024 * 1024 })
  const rowsById = new Map<string, Map<number, number>>()
  for (let cursor = createCursor(), more = true; more; ) {
    const page = reader.read(cursor)
    for (const { kind, equipment, payload } of page.records) {
      if (kind !== 'telemetry') continue
      const seq = /"seq":(\d+)/.exec(Buffer.from(payload).toString('latin1'))?.[1]
      if (seq) count(rowsById, equipment, Number(seq), 1)
    }
    cursor = page.to
    more = page.more
  }
  reader.close()
  return compare(report, rowsById)
}

/** The embedded history, row by row as it lies on disk: nothing is merged by the query. */
export async function tallyHistory(dir: string, report: SeqReport): Promise<Tally> {
  const instance = await DuckDBInstance.create(join(dir, 'history', 'history.duckdb'), {
    access_mode: 'READ_ONLY',
  })
  const connection = await instance.connect()
  const tables = await connection.runAndReadAll(
    "select table_name from information_schema.columns where column_name = 'number' and table_name like 'extra%'",
  )
  const rowsById = new Map<string, Map<number, number>>()
  for (const [table] of tables.getRows()) {
    const result = await connection.runAndReadAll(
      `select n.name, r.number, count(*) from ${String(table)} r join equipment_name n on n.id = r.equipment
       where r.name = 'seq' group by all`,
    )
    for (const [id, seq, rows] of result.getRows()) count(rowsById, String(id), Number(seq), Number(rows))
  }
  connection.closeSync()
  instance.closeSync()
  return compare(report, rowsById)
}

export interface RescueTally {
  alarms: number
  findings: number
  incidents: number
  assignments: number
  notices: number
  /** Of those: more than one for a lift, or none. */
  doubled: number
  missing: number
}

/** One alarm, one finding, one incident, one order. */
export function tallyRescues(dir: string, alarms: readonly string[]): RescueTally {
  const db = new Sqlite(join(dir, 'teshe.sqlite'), { readonly: true })
  const countsOf = (sql: string) =>
    new Map((db.prepare(sql).raw().all() as [string, number][]).map(([id, rows]) => [id, rows]))
  const tables = [
    countsOf("select equipment_id, count(*) from finding where pattern = 'L-TRAP-3' group by 1"),
    countsOf('select equipment_id, count(*) from incident group by 1'),
    countsOf(
      'select i.equipment_id, count(*) from assignment a join incident i on i.id = a.incident_id where a.level = 1 group by 1',
    ),
  ]
  const [findings, incidents, assignments] = tables.map((counts) => sum(counts.values()))
  const notices = (db.prepare('select count(*) from notice').pluck().get() as number) ?? 0
  db.close()
  let doubled = 0
  let missing = 0
  for (const counts of tables) {
    for (const rows of counts.values()) doubled += rows - 1
    missing += alarms.filter((id) => !counts.has(id)).length
  }
  return {
    alarms: alarms.length,
    findings: findings ?? 0,
    incidents: incidents ?? 0,
    assignments: assignments ?? 0,
    notices,
    doubled,
    missing,
  }
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}

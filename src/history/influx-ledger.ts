/**
 * What our InfluxDB writer must not forget: its cursor, the types of unknown signals, and what was set aside. InfluxDB has
 * no transactions, so this file is written only after it has confirmed everything.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Cursor, createCursor } from '../model/cursor.js'
import { openDurableSqlite } from '../runtime/durable-sqlite.js'
import { SET_ASIDE_REASONS, type SetAsideCounts, type SetAsideReason } from './history.js'
import { createUpkeepLedger, type InfluxUpkeepLedger, type LateHour } from './influx-upkeep-ledger.js'
import { createRebuildLedger, type RebuildLedger } from './rebuild-ledger.js'
import { emptyCounts, type SetAside } from './set-aside.js'
import type { LearntType } from './signal-types.js'

/** Set-aside values that are kept to look at. */
const MOST_ROWS = 100_000

export interface InfluxLedger {
  cursor(): Cursor
  types(): LearntType[]
  counts(): SetAsideCounts
  /** What a rebuild has to remember. */
  readonly rebuild: RebuildLedger
  /** One durable transaction: the cursor moves, and with it what the write taught and left out. */
  commit(moved: {
    shards: readonly number[]
    to: Cursor
    types: readonly LearntType[]
    aside: SetAside
    /** Hours that are rolled up already and have to be made anew. */
    late: readonly LateHour[]
  }): void
  /** What the upkeep remembers: edges, late hours, windows. */
  upkeep: InfluxUpkeepLedger
  close(): void
}

/** `target` names the database written to: another one starts from its own beginning. */
export function openInfluxLedger({ path, target }: { path: string; target: string }): InfluxLedger {
  mkdirSync(dirname(path), { recursive: true })
  const db = openDurableSqlite(path)
  db.exec(`
    CREATE TABLE IF NOT EXISTS cursor (target TEXT, shard INTEGER, position INTEGER, PRIMARY KEY (target, shard)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS signal_type (target TEXT, kind TEXT, name TEXT, type TEXT, PRIMARY KEY (target, kind, name)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS set_aside (id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT, reason TEXT, kind TEXT, equipment TEXT,
      ts INTEGER, shard INTEGER, position INTEGER, name TEXT, value TEXT);
    CREATE TABLE IF NOT EXISTS set_aside_count (target TEXT, reason TEXT, count INTEGER, PRIMARY KEY (target, reason)) WITHOUT ROWID;
  `)
  const upkeep = createUpkeepLedger(db, target)
  const move = db.prepare(
    'INSERT INTO cursor VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET position = max(position, excluded.position)',
  )
  const keepType = db.prepare('INSERT OR REPLACE INTO signal_type VALUES (?, ?, ?, ?)')
  const keepRow = db.prepare(
    `INSERT INTO set_aside (target, reason, kind, equipment, ts, shard, position, name, value)
     VALUES (:target, :reason, :kind, :equipment, :ts, :shard, :position, :name, :value)`,
  )
  const prune = db.prepare('DELETE FROM set_aside WHERE id <= ?')
  const count = db.prepare(
    'INSERT INTO set_aside_count VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  )

  const commit = db.transaction((moved: Parameters<InfluxLedger['commit']>[0]) => {
    for (const shard of moved.shards) move.run(target, shard, moved.to[shard] ?? 0)
    for (const { kind, name, type } of moved.types) keepType.run(target, kind, name, type)
    let newest = 0
    for (const row of moved.aside.rows()) newest = Number(keepRow.run({ ...row, target }).lastInsertRowid)
    if (newest > MOST_ROWS) prune.run(newest - MOST_ROWS)
    upkeep.addLate(moved.late)
    const counts = moved.aside.counts()
    for (const reason of SET_ASIDE_REASONS) if (counts[reason] > 0) count.run(target, reason, counts[reason])
  })

  return {
    cursor() {
      const cursor = createCursor()
      const rows = db.prepare<[string], { shard: number; position: number }>(
        'SELECT shard, position FROM cursor WHERE target = ?',
      )
      for (const { shard, position } of rows.iterate(target)) cursor[shard] = position
      return cursor
    },
    types: () =>
      db
        .prepare<[string], LearntType>('SELECT kind, name, type FROM signal_type WHERE target = ?')
        .all(target),
    counts() {
      const counts = emptyCounts()
      const rows = db.prepare<[string], { reason: SetAsideReason; count: number }>(
        'SELECT reason, count FROM set_aside_count WHERE target = ?',
      )
      for (const { reason, count: total } of rows.iterate(target)) counts[reason] = total
      return counts
    },
    rebuild: createRebuildLedger(db, target),
    commit,
    upkeep,
    close: () => db.close(),
  }
}

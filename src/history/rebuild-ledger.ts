/**
 * A rebuild of an InfluxDB under way, in the file that also holds the cursor: InfluxDB erases and writes in no
 * transaction, so what was erased and not yet written again must be known over a restart.
 */
import type Sqlite from 'better-sqlite3'
import { type Cursor, createCursor } from '../model/cursor.js'
import type { RebuildPlan } from './rebuild.js'

export interface RebuildLedger {
  unfinished(): RebuildPlan | null
  /** The journal is needed from the plan's position on, until `finish`. */
  begin(plan: RebuildPlan): void
  /** Everything that has to go is gone: from now on it is only written. */
  erased(): void
  isErased(): boolean
  move(at: Cursor): void
  finish(): void
}

interface Row {
  range_from: number
  range_to: number
  first: number
  since: number
  erase_from: number
  erased: number
  at: string
}

const FURTHEST = Number.MAX_SAFE_INTEGER

/** `db` is the ledger's own connection; `target` names the database written to. */
export function createRebuildLedger(db: Sqlite.Database, target: string): RebuildLedger {
  db.exec(`CREATE TABLE IF NOT EXISTS rebuild (target TEXT PRIMARY KEY, range_from INTEGER, range_to INTEGER,
    first INTEGER, since INTEGER, erase_from INTEGER, erased INTEGER, at TEXT) WITHOUT ROWID`)
  const read = db.prepare<[string], Row>('SELECT * FROM rebuild WHERE target = ?')
  const write = db.prepare('INSERT OR REPLACE INTO rebuild VALUES (?, ?, ?, ?, ?, ?, 0, ?)')
  const erase = db.prepare('UPDATE rebuild SET erased = 1 WHERE target = ?')
  const move = db.prepare('UPDATE rebuild SET at = ? WHERE target = ?')
  const remove = db.prepare('DELETE FROM rebuild WHERE target = ?')

  return {
    unfinished() {
      const row = read.get(target)
      if (!row) return null
      return {
        from: row.range_from <= -FURTHEST ? Number.NEGATIVE_INFINITY : row.range_from,
        to: row.range_to >= FURTHEST ? Number.POSITIVE_INFINITY : row.range_to,
        reach: { first: row.first, since: row.since },
        eraseFrom: row.erase_from,
        at: createCursor(JSON.parse(row.at) as number[]),
      }
    },
    begin({ from, to, reach, eraseFrom, at }) {
      const times = [from, to, reach.first, reach.since, eraseFrom].map(whole)
      write.run(target, ...times, JSON.stringify([...at]))
    },
    erased: () => void erase.run(target),
    isErased: () => read.get(target)?.erased === 1,
    move: (at) => void move.run(JSON.stringify([...at]), target),
    finish: () => void remove.run(target),
  }
}

function whole(value: number): number {
  return Math.ceil(Math.min(FURTHEST, Math.max(-FURTHEST, value)))
}

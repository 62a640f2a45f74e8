/** What the upkeep of an InfluxDB remembers in our own file: how far it has come, what came late, and what is to be kept. */
import type { Database } from 'better-sqlite3'
import type { KeptWindow } from '../model/retention.js'
import type { EdgeName } from './embedded-edges.js'

/** An hour (ms since 1970) that is rolled up already; `equipment` is `null` for all. */
export interface LateHour {
  hour: number
  equipment: string | null
}

/** `rolled influx`: hours before are made; `raw policy`: how long we last told the default policy to keep points. */
export type InfluxEdge = EdgeName | 'raw policy'

export interface InfluxUpkeepLedger {
  edge(name: InfluxEdge): number | null
  setEdge(name: InfluxEdge, ms: number): void
  addLate(late: readonly LateHour[]): void
  /** By hour, oldest first; `null` is all equipment. */
  late(): Map<number, string[] | null>
  /** Hours that are not to be trusted for one equipment. */
  lateOf(equipment: string): number[]
  /** Counts what came late; `clearLate` leaves what came after it was asked. */
  lateSeq(): number
  clearLate(hour: number, equipment: readonly string[] | null, upTo: number): void
  windows(): (KeptWindow & { copied: boolean })[]
  /** Replaces the windows of these incidents, to be copied. */
  putWindows(windows: readonly KeptWindow[]): void
  markCopied(incident: string, copied: boolean): void
}

const ALL = ''

export function createUpkeepLedger(db: Database, target: string): InfluxUpkeepLedger {
  db.exec(`
    CREATE TABLE IF NOT EXISTS edge (target TEXT, name TEXT, ms INTEGER, PRIMARY KEY (target, name)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS late_hour (target TEXT, hour INTEGER, equipment TEXT, seq INTEGER, PRIMARY KEY (target, hour, equipment)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS kept_window (target TEXT, incident TEXT, equipment TEXT, spans TEXT, copied INTEGER,
      PRIMARY KEY (target, incident)) WITHOUT ROWID;
  `)
  const readEdge = db.prepare<[string, string], { ms: number }>(
    'SELECT ms FROM edge WHERE target = ? AND name = ?',
  )
  const writeEdge = db.prepare('INSERT OR REPLACE INTO edge VALUES (?, ?, ?)')
  const writeLate = db.prepare('INSERT OR REPLACE INTO late_hour VALUES (?, ?, ?, ?)')
  let seq = db.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM late_hour').get()?.seq ?? 0
  const readLate = db.prepare<[string], { hour: number; equipment: string }>(
    'SELECT hour, equipment FROM late_hour WHERE target = ? ORDER BY hour',
  )
  const readLateOf = db.prepare<[string, string], { hour: number }>(
    `SELECT DISTINCT hour FROM late_hour WHERE target = ? AND equipment IN ('${ALL}', ?) ORDER BY hour`,
  )
  const clearOne = db.prepare(
    'DELETE FROM late_hour WHERE target = ? AND hour = ? AND equipment = ? AND seq <= ?',
  )
  const clearAll = db.prepare('DELETE FROM late_hour WHERE target = ? AND hour = ? AND seq <= ?')
  const readWindows = db.prepare<
    [string],
    { incident: string; equipment: string; spans: string; copied: number }
  >('SELECT incident, equipment, spans, copied FROM kept_window WHERE target = ?')
  const writeWindow = db.prepare('INSERT OR REPLACE INTO kept_window VALUES (?, ?, ?, ?, 0)')
  const mark = db.prepare('UPDATE kept_window SET copied = ? WHERE target = ? AND incident = ?')

  return {
    edge: (name) => readEdge.get(target, name)?.ms ?? null,
    setEdge: (name, ms) => void writeEdge.run(target, name, ms),
    addLate(late) {
      for (const { hour, equipment } of late) writeLate.run(target, hour, equipment ?? ALL, ++seq)
    },
    late() {
      const byHour = new Map<number, string[] | null>()
      for (const { hour, equipment } of readLate.iterate(target)) {
        const known = byHour.get(hour)
        if (equipment === ALL) byHour.set(hour, null)
        else if (known !== null) byHour.set(hour, [...(known ?? []), equipment])
      }
      return byHour
    },
    lateOf: (equipment) => readLateOf.all(target, equipment).map(({ hour }) => hour),
    lateSeq: () => seq,
    clearLate: db.transaction((hour: number, equipment: readonly string[] | null, upTo: number) => {
      if (equipment === null) clearAll.run(target, hour, upTo)
      else for (const id of equipment) clearOne.run(target, hour, id, upTo)
    }),
    windows: () =>
      readWindows.all(target).map(({ incident, equipment, spans, copied }) => ({
        incident,
        equipment,
        spans: JSON.parse(spans) as KeptWindow['spans'],
        copied: copied === 1,
      })),
    putWindows: db.transaction((windows: readonly KeptWindow[]) => {
      for (const { incident, equipment, spans } of windows) {
        writeWindow.run(target, incident, equipment, JSON.stringify(spans))
      }
    }),
    markCopied: (incident, copied) => void mark.run(copied ? 1 : 0, target, incident),
  }
}

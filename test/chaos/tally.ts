/** Counts what lies in the journal of a service that has ended, as sets of values, and compares with what was acknowledged. */
import { join } from 'node:path'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import { createCursor } from '../../src/model/cursor.js'
import { SHARDS } from '../../src/model/equipment.js'
import type { JournalRecord } from '../../src/model/record.js'
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

/** How many rows there are of each `seq` of each equipment. */
export interface SeqRows {
  add(equipment: string, seq: number, rows: number): void
  /** Against what was sent and acknowledged. */
  compare(report: SeqReport): Tally
}

export function createSeqRows(): SeqRows {
  const rowsById = new Map<string, Map<number, number>>()
  return {
    add(equipment, seq, rows) {
      let bySeq = rowsById.get(equipment)
      if (!bySeq) {
        bySeq = new Map()
        rowsById.set(equipment, bySeq)
      }
      bySeq.set(seq, (bySeq.get(seq) ?? 0) + rows)
    },
    compare(report) {
      const tally: Tally = { sent: 0, acknowledged: 0, stored: 0, lost: 0, doubled: 0 }
      for (const [id, { sent, acknowledged }] of Object.entries(report)) {
        const rows = rowsById.get(id) ?? new Map<number, number>()
        tally.sent += sent
        tally.acknowledged += acknowledged.length
        tally.stored += rows.size
        for (const seq of acknowledged) if (!rows.has(seq)) tally.lost++
        for (const count of rows.values()) tally.doubled += count - 1
      }
      return tally
    },
  }
}

/** Every record that is durable, in journal order inside each shard. */
export function eachRecord(dir: string, each: (record: JournalRecord) => void): void {
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  const reader = openSqliteReader({ dir: join(dir, 'journal'), shards, pageBytes: 8 * 1024 * 1024 })
  for (let cursor = createCursor(), more = true; more; ) {
    const page = reader.read(cursor)
    for (const record of page.records) each(record)
    cursor = page.to
    more = page.more
  }
  reader.close()
}

/** The journal, record by record. */
export function tallyJournal(dir: string, report: SeqReport): Tally {
  const rows = createSeqRows()
  eachRecord(dir, ({ kind, equipment, payload }) => {
    if (kind !== 'telemetry') return
    const seq = /"seq":(\d+)/.exec(Buffer.from(payload).toString('latin1'))?.[1]
    if (seq) rows.add(equipment, Number(seq), 1)
  })
  return rows.compare(report)
}

/** The first few values that lie in the journal more than once, with where and when each of them came. */
export function doubledIn(dir: string, most = 5): string[] {
  const seen = new Map<string, string>()
  const doubled: string[] = []
  eachRecord(dir, ({ kind, equipment, payload, position, arrival, packetId }) => {
    if (kind !== 'telemetry' || doubled.length >= most) return
    const seq = /"seq":(\d+)/.exec(Buffer.from(payload).toString('latin1'))?.[1]
    const place = `position ${position}, packet ${packetId}, ${new Date(arrival).toISOString()}`
    const before = seen.get(`${equipment} ${seq}`)
    if (before) doubled.push(`${equipment} seq ${seq}: ${before}; ${place}`)
    else seen.set(`${equipment} ${seq}`, place)
  })
  return doubled
}

/** Sessions that the journal saw open and close between two times (ms), of everyone or of some, and when the last closed. */
export function tallySessions(
  dir: string,
  from: number,
  to: number,
  ids?: ReadonlySet<string>,
): { opened: number; closed: number; lastClosed: number } {
  const sessions = { opened: 0, closed: 0, lastClosed: 0 }
  eachRecord(dir, ({ kind, equipment, arrival, payload }) => {
    if (kind !== 'session' || arrival < from || arrival > to || ids?.has(equipment) === false) return
    const { open } = JSON.parse(Buffer.from(payload).toString()) as { open: boolean }
    if (open) sessions.opened++
    else {
      sessions.closed++
      sessions.lastClosed = Math.max(sessions.lastClosed, arrival)
    }
  })
  return sessions
}

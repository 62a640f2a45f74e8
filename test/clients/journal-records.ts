/** What the journal of a running or ended service holds, so that a test can compare it with what was acknowledged. */
import { join } from 'node:path'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import { createCursor } from '../../src/model/cursor.js'
import { SHARDS } from '../../src/model/equipment.js'
import type { RecordKind } from '../../src/model/record.js'

export interface Kept {
  kind: RecordKind
  equipment: string
  /** As it came, read as UTF-8. */
  text: string
}

/** Records of one equipment in journal order, everything durable at this moment. */
export function recordsOf(dir: string, equipment: string): Kept[] {
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  const reader = openSqliteReader({ dir: join(dir, 'journal'), shards })
  const kept: Kept[] = []
  for (let cursor = createCursor(), more = true; more; ) {
    const page = reader.read(cursor)
    for (const record of page.records) {
      if (record.equipment !== equipment) continue
      const { kind, payload } = record
      kept.push({ kind, equipment, text: Buffer.from(payload).toString('utf8') })
    }
    cursor = page.to
    more = page.more
  }
  reader.close()
  return kept
}

/** Payloads of one kind of record of one equipment, in journal order. */
export function textsOf(dir: string, equipment: string, kind: RecordKind): string[] {
  return recordsOf(dir, equipment).flatMap((record) => (record.kind === kind ? [record.text] : []))
}

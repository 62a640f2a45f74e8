/** A journal with a known content, as a gateway would have written it, and where its rows are. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type HistoryClient, startHistory } from '../../src/history/client.js'
import type { InfluxSettings } from '../../src/history/open-history.js'
import { openSqliteWriter } from '../../src/journal/sqlite-writer.js'
import { type Cursor, createCursor } from '../../src/model/cursor.js'
import type { RecordKind } from '../../src/model/record.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { openSnapshots } from '../../src/rules/snapshots.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { EVERY_SHARD_OF_ALL } from '../history/block-of.js'

export interface Recorded {
  dataDir: string
  append(kind: RecordKind, equipment: string, arrival: number, content: unknown): void
  /** Waits for what was appended; where the journal ends then. */
  settled(): Promise<Cursor>
  close(): Promise<void>
}

/** `headAtLeast`: positions begin above it, as if the journal had dropped what was before. */
export function openRecorded({
  name,
  headAtLeast = 0,
  now = Date.now,
}: {
  name: string
  headAtLeast?: number
  now?: () => number
}): Recorded {
  const dataDir = tempDir(name)
  const dir = join(dataDir, 'journal')
  mkdirSync(dir)
  const journal = openSqliteWriter({
    dir,
    headAtLeast,
    budgetBytes: 1e9,
    retentionMs: 1e9,
    bufferBytes: 64e6,
    segmentBytes: 64 * 1024,
    now,
    onCommit: () => undefined,
    onState: () => undefined,
  })
  let durable = 0
  let appended = 0
  return {
    dataDir,
    append(kind, equipment, arrival, content) {
      appended++
      journal.append(kind, equipment, arrival, 0, Buffer.from(JSON.stringify(content)), (error) => {
        if (error) throw error
        durable++
      })
    },
    async settled() {
      await waitFor('all durable', () => durable === appended)
      return createCursor(journal.head())
    },
    close: () => journal.close(),
  }
}

export function announce({ append }: Recorded, ids: readonly string[], arrival: number): void {
  for (const id of ids) {
    append('equipment', id, arrival, { id, kind: 'elevator', profile: 'plain', attributes: {}, version: 1 })
  }
}

/** The rules' snapshots as far as a rebuild reads them: who is known. */
export function knowEquipment(dataDir: string, ids: readonly string[]): void {
  const snapshots = openSnapshots(join(dataDir, 'rules.sqlite'))
  const clock = [[], [], null, null, null, 0, 0, 0, 0]
  const equipment = ids.map((id) => {
    const facts = { id, kind: 'elevator', profile: 'plain', attributes: {}, version: 1 }
    return {
      equipment: id,
      shard: 0,
      state: JSON.stringify([1, facts, clock, null, null, null]),
      latest: '',
    }
  })
  snapshots.save({ shards: [], equipment, rules: [] })
  snapshots.close()
}

export function startHistoryOf(dataDir: string, influx?: InfluxSettings): Promise<HistoryClient> {
  return startHistory({
    dataDir,
    journalDir: join(dataDir, 'journal'),
    snapshotFile: join(dataDir, 'rules.sqlite'),
    influx,
    retention: DEFAULT_RETENTION,
    onDeath: (error) => {
      throw error
    },
  })
}

/** Lets the history read the journal up to `head`, as it does when rule workers went on from there. */
export async function catchUp(client: HistoryClient, head: Cursor): Promise<void> {
  const shards = EVERY_SHARD_OF_ALL
  client.port().postMessage({ shards, from: head, to: head, readings: [], extras: [], events: [] })
  // Shards that nothing came to stand where they stood.
  await waitFor(
    'caught up',
    () => client.stats()?.behind === 0 && Math.max(...client.cursor()) >= Math.max(...head),
  )
}

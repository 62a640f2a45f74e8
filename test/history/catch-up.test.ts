import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startHistory } from '../../src/history/client.js'
import { openSqliteWriter } from '../../src/journal/sqlite-writer.js'
import { createCursor } from '../../src/model/cursor.js'
import type { RecordKind } from '../../src/model/record.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { EVERY_SHARD_OF_ALL } from './block-of.js'

const LIFTS = Array.from({ length: 40 }, (_, i) => `CATCH-${i}`)
const READINGS = 50

test('readings that never came as blocks are read back from a real journal, each once', async () => {
  const dataDir = tempDir('catch-up')
  const journalDir = join(dataDir, 'journal')
  mkdirSync(journalDir)
  const journal = openSqliteWriter({
    dir: journalDir,
    budgetBytes: 1e9,
    retentionMs: 1e9,
    bufferBytes: 64e6,
    now: Date.now,
    onCommit: () => undefined,
    onState: () => undefined,
  })
  let durable = 0
  let appended = 0
  function append(kind: RecordKind, equipment: string, arrival: number, content: unknown): void {
    appended++
    const payload = Buffer.from(JSON.stringify(content))
    journal.append(kind, equipment, arrival, 0, payload, (error) => {
      if (error) throw error
      durable++
    })
  }
  const start = Date.now() - 3_600_000
  for (const id of LIFTS) {
    append('equipment', id, start, { id, kind: 'elevator', profile: 'plain', attributes: {}, version: 1 })
  }
  for (let i = 0; i < READINGS; i++) {
    for (const id of LIFTS)
      append('telemetry', id, start + i * 1000, { ts: start + i * 1000, speed: i, vendorA: 'x' })
  }
  append('event', 'CATCH-0', start, { ts: start, code: 90, active: true, key: 'k' })
  await waitFor('all durable', () => durable === appended)
  const head = createCursor(journal.head())
  await journal.close()

  const client = await startHistory({
    dataDir,
    journalDir,
    snapshotFile: join(dataDir, 'rules.sqlite'),
    influx: undefined,
    rawDays: 90,
    onDeath: (error) => {
      throw error
    },
  })
  try {
    // All that the rule workers tell is that they went on from the journal's end.
    const block = { shards: EVERY_SHARD_OF_ALL, from: head, to: head, readings: [], extras: [], events: [] }
    const port = client.port()
    port.postMessage(block)
    const rows = LIFTS.length * READINGS * 2 + 1
    await waitFor('caught up', () => client.stats()?.rows === rows && client.stats()?.behind === 0)
    const range = { kind: 'elevator', signals: ['speed', 'vendorA'], from: start, to: Date.now() } as const
    for (const equipment of LIFTS) {
      const series = await client.series({ ...range, signals: [...range.signals], equipment, points: 'raw' })
      expect(series.speed).toEqual(Array.from({ length: READINGS }, (_, i) => [start + i * 1000, i]))
      expect(series.vendorA).toHaveLength(READINGS)
    }
    expect(await client.events('CATCH-0', start, Date.now(), 10)).toHaveLength(1)
    expect(client.stats()).toMatchObject({ behind: 0, lastError: null })
  } finally {
    await client.close()
  }
})

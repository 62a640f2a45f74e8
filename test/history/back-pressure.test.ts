import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { TesheError } from '../../src/errors.js'
import { startHistory } from '../../src/history/client.js'
import { listSegments } from '../../src/journal/segment.js'
import { openSqliteWriter } from '../../src/journal/sqlite-writer.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { startInflux1 } from '../helpers/influx1.js'
import { leftOut } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { EVERY_SHARD_OF_ALL } from './block-of.js'

const LIFTS = ['BUDGET-1', 'BUDGET-2', 'BUDGET-3']

describe.skipIf(leftOut('the disk budget while InfluxDB is away', 'influxd'))('InfluxDB away', () => {
  test('the budget ends in back-pressure: nothing unread is dropped, and all of it is stored afterwards', async () => {
    const server = await startInflux1()
    const dataDir = tempDir('budget')
    const journalDir = join(dataDir, 'journal')
    mkdirSync(journalDir)
    const start = Date.now() - 3_600_000
    // Later than the records by far: only the readers keep them.
    let clock = start
    const journal = openSqliteWriter({
      dir: journalDir,
      budgetBytes: 1_000_000,
      retentionMs: 1000,
      bufferBytes: 64e6,
      segmentBytes: 100_000,
      now: () => clock,
      onCommit: () => undefined,
      onState: () => undefined,
    })
    const append = (kind: 'telemetry' | 'event' | 'equipment', equipment: string, content: unknown) =>
      new Promise<TesheError | null>((resolve) =>
        journal.append(kind, equipment, clock, 0, Buffer.from(JSON.stringify(content)), resolve),
      )
    for (const id of LIFTS) {
      await append('equipment', id, { id, kind: 'elevator', profile: 'plain', attributes: {}, version: 1 })
    }
    await server.stop()
    const client = await startHistory({
      dataDir,
      journalDir,
      snapshotFile: join(dataDir, 'rules.sqlite'),
      influx: { url: server.url, database: 'teshe', version: '1' },
      retention: DEFAULT_RETENTION,
      onDeath: (error) => {
        throw error
      },
    })
    try {
      const port = client.port()
      const offer = () => {
        const head = journal.head()
        port.postMessage({
          shards: EVERY_SHARD_OF_ALL,
          from: head,
          to: head,
          readings: [],
          extras: [],
          events: [],
        })
      }
      const first = listSegments(journalDir)[0]?.first
      const vendorText = 'x'.repeat(500)
      let taken = 0
      let refused: TesheError | null = null
      while (!refused) {
        clock += 10_000
        for (const id of LIFTS) {
          refused ??= await append('telemetry', id, { ts: start + taken, load: taken, vendorText })
          if (!refused) taken++
        }
        journal.tick(clock)
        journal.retain([journal.head(), client.cursor()], clock)
      }
      expect(refused).toMatchObject({ code: 'JOURNAL_FULL' })
      expect(journal.state().status).toBe('tight')
      expect(
        await append('event', LIFTS[0] ?? '', { ts: start, code: 90, active: true, key: 'k' }),
      ).toBeNull()
      offer()
      await waitFor('seen to be away', () => client.stats()?.unavailableSince)
      journal.retain([journal.head(), client.cursor()], clock)
      expect(listSegments(journalDir)[0]?.first).toBe(first)

      await server.start()
      await waitFor(
        'stored',
        () => {
          offer()
          return client.stats()?.behind === 0 && client.cursor().every((position) => position > 0)
        },
        { timeoutMs: 30_000 },
      )
      let found = 0
      for (const equipment of LIFTS) {
        const query = {
          kind: 'elevator',
          equipment,
          signals: ['load'],
          from: start,
          to: start + 1e6,
        } as const
        const { load = [] } = await client.series({ ...query, signals: ['load'], points: 'raw' })
        found += load.length
      }
      expect(found).toBe(taken)
      expect(taken).toBeGreaterThan(200)
      expect(await client.events(LIFTS[0] ?? '', start, start + 1, 10)).toHaveLength(1)
      journal.retain([journal.head(), client.cursor()], clock)
      expect(listSegments(journalDir)[0]?.first).toBeGreaterThan(first ?? 0)
      expect(journal.state().status).toBe('writing')
      expect(await append('telemetry', LIFTS[0] ?? '', { ts: clock, load: 1 })).toBeNull()
    } finally {
      await client.close()
      await journal.close()
      await server.stop()
    }
  })
})

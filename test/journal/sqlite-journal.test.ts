import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TesheError } from '../../src/errors.js'
import type { JournalState } from '../../src/journal/journal.js'
import { listSegments, newSegmentFile } from '../../src/journal/segment.js'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import { openSqliteWriter, type SqliteJournalOptions } from '../../src/journal/sqlite-writer.js'
import { createCursor } from '../../src/model/cursor.js'
import { SHARDS, shardOf } from '../../src/model/equipment.js'
import { type JournalRecord, shardsOfRecord } from '../../src/model/record.js'

const ALL = Array.from({ length: SHARDS }, (_, shard) => shard)
let dir = ''
let clock = 1_700_000_000_000
let states: JournalState[] = []

beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'teshe-journal-')), 'journal')
  clock = 1_700_000_000_000
  states = []
})
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }))

function openWriter(options: Partial<SqliteJournalOptions> = {}) {
  return openSqliteWriter({
    dir,
    budgetBytes: 1e9,
    retentionMs: 3_600_000,
    bufferBytes: 1e6,
    now: () => clock,
    onCommit: () => {},
    onState: (state) => states.push(state),
    ...options,
  })
}
type Writer = ReturnType<typeof openWriter>

function append(writer: Writer, equipment: string, text: string, packetId = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    writer.append('telemetry', equipment, clock, packetId, Buffer.from(text), (error, position) =>
      error ? reject(error) : resolve(position),
    )
  })
}

function readAll(from = createCursor(), pageBytes = 4096): JournalRecord[] {
  const reader = openSqliteReader({ dir, shards: ALL, pageBytes })
  const records: JournalRecord[] = []
  let cursor = from
  for (;;) {
    const page = reader.read(cursor)
    records.push(...page.records)
    cursor = page.to
    if (!page.more) break
  }
  reader.close()
  return records
}

describe('sqlite journal', () => {
  it('gives back every record as it came, in order inside each shard', async () => {
    const writer = openWriter()
    const ids = Array.from({ length: 40 }, (_, i) => `LY-E-${i}`)
    await Promise.all(
      Array.from({ length: 2000 }, (_, i) => append(writer, ids[i % 40] ?? '', `{"seq":${i}}`, i % 65536)),
    )
    const records = readAll()
    expect(records).toHaveLength(2000)
    const seqsById = new Map<string, number[]>()
    for (const record of records) {
      expect(record.shard).toBe(shardOf(record.equipment))
      const { seq } = JSON.parse(Buffer.from(record.payload).toString()) as { seq: number }
      expect(record.packetId).toBe(seq)
      seqsById.set(record.equipment, [...(seqsById.get(record.equipment) ?? []), seq])
    }
    for (const seqs of seqsById.values()) expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    await writer.close()
  })

  it('continues behind a cursor, over segments, and after a reopening', async () => {
    let writer = openWriter({ segmentBytes: 3000 })
    for (let i = 0; i < 60; i++) await append(writer, `E${i % 7}`, `a${i}`.padEnd(200, '.'))
    expect(listSegments(dir).length).toBeGreaterThan(2)
    await writer.close()
    writer = openWriter({ segmentBytes: 3000 })
    const half = readAll().slice(0, 30)
    const cursor = createCursor()
    for (const record of half) cursor[record.shard] = record.position
    for (let i = 60; i < 70; i++) await append(writer, `E${i % 7}`, `a${i}`)
    const rest = readAll(cursor)
    expect(half.length + rest.length).toBe(70)
    expect(new Set([...half, ...rest].map((record) => record.position)).size).toBe(70)
    await writer.close()
  })

  it('follows a segment that is begun while the reader waits at the end', async () => {
    const writer = openWriter({ segmentBytes: 2000 })
    const reader = openSqliteReader({ dir, shards: ALL })
    let cursor = createCursor()
    const seen: string[] = []
    for (let i = 0; i < 15; i++) {
      await append(writer, 'E1', `m${i}`.padEnd(150, '.'))
      for (let page = reader.read(cursor); ; page = reader.read(cursor)) {
        seen.push(...page.records.map((record) => Buffer.from(record.payload).toString().replaceAll('.', '')))
        cursor = page.to
        if (!page.more) break
      }
    }
    expect(seen).toEqual(Array.from({ length: 15 }, (_, i) => `m${i}`))
    reader.close()
    await writer.close()
  })

  it('waits at a segment that the writer has only begun to make, and at one that it gave up', async () => {
    const writer = openWriter()
    const begun = newSegmentFile(dir, 500, clock).path
    writeFileSync(begun, '')
    const reader = openSqliteReader({ dir, shards: ALL })
    await append(writer, 'EL1', 'first')
    const page = reader.read(createCursor())
    expect(page.records.map(({ payload }) => Buffer.from(payload).toString())).toContain('first')
    expect(reader.read(page.to).records).toEqual([])
    rmSync(begun)
    await append(writer, 'EL1', 'second')
    expect(reader.read(page.to).records).toHaveLength(1)
    reader.close()
    await writer.close()
  })

  it('writes a tick into every partition and moves idle shards along', async () => {
    const writer = openWriter()
    await append(writer, 'E1', 'x')
    writer.tick(clock)
    await append(writer, 'E1', 'y')
    expect(readAll().filter((record) => record.kind === 'tick')).toHaveLength(8)
    const reader = openSqliteReader({ dir, shards: ALL })
    const { to } = reader.read(createCursor())
    expect(Math.min(...to)).toBeGreaterThan(0)
    reader.close()
    await writer.close()
  })

  it('writes a rule set into every partition, in one commit', async () => {
    const writer = openWriter()
    await append(writer, 'E1', 'x')
    const appended = await new Promise<number>((resolve) =>
      writer.append('rules', '', clock, 0, Buffer.from('{"version":1}'), (_error, position) =>
        resolve(position),
      ),
    )
    const sets = readAll().filter((record) => record.kind === 'rules')
    expect(sets.flatMap(shardsOfRecord).sort((a, b) => a - b)).toEqual(ALL)
    expect(Math.max(...sets.map(({ position }) => position))).toBe(appended)
    expect(new Set(sets.map(({ payload }) => Buffer.from(payload).toString()))).toEqual(
      new Set(['{"version":1}']),
    )
    await writer.close()
  })

  it('unlinks segments that are old and behind every reader, and no others', async () => {
    const writer = openWriter({ segmentBytes: 1500 })
    for (let i = 0; i < 30; i++) await append(writer, 'E1', 'z'.repeat(200))
    const before = listSegments(dir).length
    clock += 7_200_000
    await append(writer, 'E1', 'new')
    writer.retain([createCursor().fill(10)], clock)
    const between = listSegments(dir).length
    expect(between).toBeLessThan(before)
    expect(listSegments(dir)[0]?.first).toBeLessThanOrEqual(11)
    writer.retain([writer.head()], clock)
    expect(listSegments(dir).length).toBeLessThan(between)
    await writer.close()
  })

  it('takes only events from 95 % of the budget, nothing from 100 %, and says so', async () => {
    const writer = openWriter({ budgetBytes: 200_000, segmentBytes: 10_000 })
    let refused: TesheError | null = null
    for (let i = 0; i < 500 && !refused; i++) {
      await append(writer, 'E1', 'f'.repeat(1000)).catch((error: TesheError) => (refused = error))
    }
    expect(refused).toMatchObject({ code: 'JOURNAL_FULL' })
    expect(writer.state().status).toBe('tight')
    const event = await new Promise((resolve) =>
      writer.append('event', 'E1', clock, 0, Buffer.from('{}'), (error) => resolve(error)),
    )
    expect(event).toBeNull()
    clock += 7_200_000
    await new Promise((resolve) => writer.append('event', 'E1', clock, 0, Buffer.from('{}'), resolve))
    writer.retain([writer.head()], clock)
    expect(writer.state().status).toBe('writing')
    await append(writer, 'E1', 'again')
    await writer.close()
  })

  it('holds back while the disk refuses, then stores what waited, in a new file', async () => {
    let broken = true
    const writer = openWriter({
      retryMs: 5,
      beforeCommit: () => {
        if (broken) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
      },
    })
    const stored = append(writer, 'E1', 'patient')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(writer.state()).toMatchObject({
      status: 'refusing',
      reason: expect.stringContaining('SQLITE_IOERR'),
    })
    broken = false
    await expect(stored).resolves.toBeGreaterThan(0)
    expect(writer.state().status).toBe('writing')
    expect(readAll().filter((record) => record.kind === 'telemetry')).toHaveLength(1)
    await writer.close()
  })

  it('gives up on what waited longer than its patience, and recovers without a message', async () => {
    let broken = true
    const writer = openWriter({
      retryMs: 5,
      patienceMs: 1000,
      beforeCommit: () => {
        clock += 300
        if (broken) throw Object.assign(new Error('read-only file system'), { code: 'SQLITE_READONLY' })
      },
    })
    await expect(append(writer, 'E1', 'lost')).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    broken = false
    await expect.poll(() => writer.state().status).toBe('writing')
    await append(writer, 'E1', 'kept')
    expect(
      readAll()
        .filter((r) => r.kind === 'telemetry')
        .map((r) => Buffer.from(r.payload).toString()),
    ).toEqual(['kept'])
    await writer.close()
  })

  it('never lets more wait than its buffer', async () => {
    const writer = openWriter({ bufferBytes: 1000 })
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => append(writer, 'E1', 'b'.repeat(100))),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(10)
    await writer.close()
  })

  it('finds a record again by its position and reads the tail', async () => {
    const writer = openWriter({ segmentBytes: 2000 })
    const positions: number[] = []
    for (let i = 0; i < 40; i++)
      positions.push(await append(writer, `E${i % 3}`, `p${i}`.padEnd(100, '.'), i))
    expect(writer.recordAt('E1', positions[4] ?? 0)).toMatchObject({ equipment: 'E1', packetId: 4 })
    expect(writer.recordAt('E1', 999_999)).toBeNull()
    const tail: number[] = []
    writer.tail({ since: 0, maxBytes: 1e6 }, (record) => tail.push(record.packetId))
    expect(tail).toEqual(Array.from({ length: 40 }, (_, i) => i))
    await writer.close()
  })
})

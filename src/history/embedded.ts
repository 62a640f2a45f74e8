/**
 * The history of one process, in a DuckDB file: the store behind everything when no InfluxDB is set.
 * Rows and cursor move in one transaction. Its log is fsynced by every commit before the commit returns, and a
 * checkpoint fsyncs the file before the log goes (both seen in a system call trace), so what `write` returned from
 * survives a power cut; and what did not is in the journal.
 */
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { messageOf, TesheError } from '../errors.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import { type DuckDbFile, openDuckDbFile } from './duckdb-file.js'
import { maintainEmbedded } from './embedded-maintain.js'
import { queryEvents, querySeries } from './embedded-query.js'
import { ensureSchema } from './embedded-schema.js'
import { type EmbeddedWriter, openEmbeddedWriter } from './embedded-write.js'
import { type HistoryStore, SET_ASIDE_REASONS, type SetAsideReason } from './history.js'
import { emptySeries } from './series.js'

interface Session {
  file: DuckDbFile
  writer: EmbeddedWriter
  reading: DuckDBConnection
  upkeep: DuckDBConnection
}

/** `dir` is the history's own folder; rows older than `rawDays` go in `maintain`. */
export async function openEmbedded({
  dir,
  rawDays,
}: {
  dir: string
  rawDays: number
}): Promise<HistoryStore> {
  const path = join(dir, 'history.duckdb')
  const counts = { type: 0, 'too-old': 0, name: 0, refused: 0 } satisfies Record<SetAsideReason, number>
  /** `null` after a failed write: the engine may not be used on, the next call opens it anew. */
  let session: Session | null = await openSession(path)
  let cursor: Cursor = session.writer.cursor()
  const running = new Set<Promise<unknown>>()
  let closed = false

  for (const [reason, count] of await setAsideCounts(session.reading)) counts[reason] = count

  async function current(): Promise<Session> {
    if (closed) throw new TesheError('HISTORY_UNAVAILABLE', ['embedded', 'it is closed'])
    session ??= await openSession(path)
    return session
  }

  async function drop(broken: Session): Promise<void> {
    if (session === broken) session = null
    await Promise.allSettled(running)
    broken.file.close()
  }

  async function query<T>(ask: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await track(current().then(ask))
    } catch (error) {
      if (error instanceof TesheError) throw error
      throw new TesheError('HISTORY_QUERY_FAILED', [messageOf(error)], { cause: error })
    }
  }

  /** The engine may not be closed under what still runs in it. */
  async function track<T>(work: Promise<T>): Promise<T> {
    running.add(work)
    try {
      return await work
    } finally {
      running.delete(work)
    }
  }

  return {
    name: 'embedded',
    cursor: () => createCursor(cursor),
    async write(block) {
      const used = await current()
      try {
        const aside = await track(used.writer.write(block))
        for (const reason of SET_ASIDE_REASONS) counts[reason] += aside[reason] ?? 0
        cursor = used.writer.cursor()
      } catch (error) {
        await drop(used)
        throw new TesheError('HISTORY_UNAVAILABLE', ['embedded', messageOf(error)], { cause: error })
      }
    },
    series: (range) =>
      query(async ({ reading, writer }) => {
        const id = writer.equipmentId(range.equipment)
        return id === undefined ? emptySeries(range.signals) : await querySeries(reading, range, id)
      }),
    events: (equipment, from, to, limit) =>
      query(async ({ reading, writer }) => {
        const id = writer.equipmentId(equipment)
        return id === undefined ? [] : await queryEvents(reading, id, from, to, limit)
      }),
    setAside: () => ({ ...counts }),
    maintain: (now) => query(({ upkeep }) => maintainEmbedded({ connection: upkeep, now, rawDays })),
    async close() {
      closed = true
      await Promise.allSettled(running)
      session?.file.close()
      session = null
    },
  }
}

async function openSession(path: string): Promise<Session> {
  const file = await openDuckDbFile(path)
  try {
    const writing = await file.connect()
    await ensureSchema(writing)
    const writer = await openEmbeddedWriter(writing)
    return { file, writer, reading: await file.connect(), upkeep: await file.connect() }
  } catch (error) {
    file.close()
    throw new TesheError('HISTORY_UNAVAILABLE', [path, messageOf(error)], { cause: error })
  }
}

async function setAsideCounts(connection: DuckDBConnection): Promise<[SetAsideReason, number][]> {
  const reader = await connection.runAndReadAll(
    'SELECT reason, sum(count)::DOUBLE FROM set_aside_count GROUP BY reason',
  )
  const counts = new Map(reader.getRows().map(([reason, count]) => [String(reason), Number(count)]))
  return SET_ASIDE_REASONS.map((reason) => [reason, counts.get(reason) ?? 0])
}

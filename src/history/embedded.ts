/**
 * The history of one process, in a DuckDB file: the store behind everything when no InfluxDB is set.
 * Rows and cursor move in one transaction. Its log is fsynced by every commit before the commit returns, and a
 * checkpoint fsyncs the file before the log goes (both seen in a system call trace), so what `write` returned from
 * survives a power cut; and what did not is in the journal.
 */
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { messageOf, TesheError } from '../errors.js'
import type { HistoryBlock } from '../model/block.js'
import { advanceCursor, type Cursor, createCursor } from '../model/cursor.js'
import type { RetentionSettings } from '../model/retention.js'
import { createTurns } from '../runtime/turns.js'
import { type DuckDbFile, openDuckDbFile } from './duckdb-file.js'
import { copyEmbedded } from './embedded-copy.js'
import { type Edges, readEdges } from './embedded-edges.js'
import { maintainEmbedded } from './embedded-maintain.js'
import { queryEvents, querySeries } from './embedded-query.js'
import { dropCovered, eraseForBlock } from './embedded-replace.js'
import { ensureSchema } from './embedded-schema.js'
import { readWindows, writeWindows } from './embedded-windows.js'
import { type EmbeddedWriter, openEmbeddedWriter } from './embedded-write.js'
import { type OwnedStore, SET_ASIDE_REASONS, type SetAsideReason } from './history.js'
import { createKeptWindows, type KeptWindows } from './kept-windows.js'
import type { RebuildPlan } from './rebuild.js'
import { emptySeries } from './series.js'

interface Session {
  file: DuckDbFile
  /** The writer's own. */
  writing: DuckDBConnection
  copying: DuckDBConnection
  writer: EmbeddedWriter
  reading: DuckDBConnection
  upkeep: DuckDBConnection
  marking: DuckDBConnection
  edges: Edges
  kept: KeptWindows
  /** Aborted when it has to be closed: long work leaves where it may be left. */
  leaving: AbortController
}

/** `dir` is the history's own folder; what is older than the retention goes in `maintain`. */
export async function openEmbedded({
  dir,
  retention,
}: {
  dir: string
  retention: RetentionSettings
}): Promise<OwnedStore> {
  const path = join(dir, 'history.duckdb')
  const counts = { type: 0, 'too-old': 0, name: 0, refused: 0 } satisfies Record<SetAsideReason, number>
  /** `null` after a failed write: the engine may not be used on, the next call opens it anew. */
  let session: Session | null = await openSession(path)
  let cursor: Cursor = session.writer.cursor()
  const running = new Set<Promise<unknown>>()
  let closed = false
  /** Under way: the file may be open only once, so whoever needs it waits for the same opening. */
  let opening: Promise<Session> | null = null
  let dropping: Promise<void> = Promise.resolve()
  /** Writing goes in one transaction after the other, and so does moving rows about. */
  const writing = createTurns()
  const moving = createTurns()
  /** Windows are written one call after the other. */
  let marked: Promise<void> = Promise.resolve()

  for (const [reason, count] of await setAsideCounts(session.reading)) counts[reason] = count

  async function current(): Promise<Session> {
    if (closed) throw new TesheError('HISTORY_UNAVAILABLE', ['embedded', 'it is closed'])
    if (session) return session
    opening ??= openAnew().finally(() => {
      opening = null
    })
    return await opening
  }

  async function openAnew(): Promise<Session> {
    await dropping
    session = await openSession(path)
    return session
  }

  /** What runs in it is waited for; what comes meanwhile waits for this. */
  function drop(broken: Session): Promise<void> {
    session = null
    broken.leaving.abort()
    dropping = Promise.allSettled(running).then(() => broken.file.close())
    return dropping
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

  /** One transaction of the writer; after a failed one everything is opened anew. */
  function written<T>(work: (used: Session) => Promise<T>): Promise<T> {
    return writing(async () => {
      const used = await current()
      try {
        return await track(work(used))
      } catch (error) {
        await drop(used)
        throw new TesheError('HISTORY_UNAVAILABLE', ['embedded', messageOf(error)], { cause: error })
      }
    })
  }

  return {
    name: 'embedded',
    gatherMs: 0,
    cursor: () => createCursor(cursor),
    async write(block) {
      const aside = await written(async ({ writer }) => {
        const left = await writer.write(block)
        cursor = writer.cursor()
        return left
      })
      for (const reason of SET_ASIDE_REASONS) counts[reason] += aside[reason] ?? 0
    },
    rebuilding: {
      // Every block is replaced in one transaction: nothing is ever half done.
      unfinished: () => null,
      begin: () => Promise.resolve(null),
      async replace(block, plan) {
        const aside = await moving(() => written((used) => replaceIn(used, block, plan)))
        advanceCursor(plan.at, block.to)
        return aside
      },
      finish: () => undefined,
    },
    async copy(options) {
      await query(({ copying: connection, leaving }) => {
        const signal = AbortSignal.any([options.signal, leaving.signal])
        return copyEmbedded({ ...options, connection, signal })
      })
    },
    series: (range) =>
      query(async ({ reading, writer, edges, kept }) => {
        const { kind, equipment, signals } = range
        const equipmentId = writer.equipmentId(equipment)
        if (equipmentId === undefined) return emptySeries(signals)
        return await querySeries({
          connection: reading,
          query: range,
          equipmentId,
          edges,
          kept: kept.of(equipment),
          typeOf: (signal) => writer.typeOf(kind, signal),
        })
      }),
    events: (equipment, from, to, limit) =>
      query(async ({ reading, writer }) => {
        const id = writer.equipmentId(equipment)
        return id === undefined ? [] : await queryEvents(reading, id, from, to, limit)
      }),
    setAside: () => ({ ...counts }),
    keep(windows) {
      marked = marked
        .catch(() => undefined)
        .then(() =>
          query(async ({ marking, kept }) => {
            const news = kept.news(windows)
            if (news.length === 0) return
            await writeWindows(marking, news)
            kept.put(news)
          }),
        )
      return marked
    },
    maintain: ({ now, drop, signal }) =>
      moving(() =>
        query(({ upkeep, edges, leaving }) => {
          const ended = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal
          return maintainEmbedded({ connection: upkeep, edges, now, retention, drop, signal: ended })
        }),
      ),
    async close() {
      closed = true
      session?.leaving.abort()
      await Promise.allSettled([...running, opening, dropping])
      session?.file.close()
      session = null
    },
  }
}

async function replaceIn({ writer, writing }: Session, block: HistoryBlock, plan: RebuildPlan) {
  let kept = 0
  return await writer.rewrite(block, {
    async before() {
      kept = (await eraseForBlock(writing, block, plan)).kept
    },
    async after() {
      if (kept > 0) await dropCovered(writing, block, plan)
    },
  })
}

async function openSession(path: string): Promise<Session> {
  const file = await openDuckDbFile(path)
  try {
    const writing = await file.connect()
    await ensureSchema(writing)
    const writer = await openEmbeddedWriter(writing)
    return {
      file,
      writing,
      writer,
      copying: await file.connect(),
      reading: await file.connect(),
      upkeep: await file.connect(),
      marking: await file.connect(),
      edges: await readEdges(writing),
      kept: createKeptWindows(await readWindows(writing)),
      leaving: new AbortController(),
    }
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

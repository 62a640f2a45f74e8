/**
 * The journal of one process, written. Many appends share one transaction, and nobody is told `appended` before that
 * transaction has been synced to disk. A disk that refuses makes the journal wait, say so, and go on by itself.
 */
import { messageOf, TesheError } from '../errors.js'
import { createCursor } from '../model/cursor.js'
import { shardOf } from '../model/equipment.js'
import { EVERY_SHARD, type JournalRecord, PARTITIONS, partitionOf } from '../model/record.js'
import { type BatchBuffer, createBatchBuffer } from './batch.js'
import type { Appended, JournalState, JournalWriter } from './journal.js'
import { createLookback, readTail } from './lookback.js'
import { openSegmentStore } from './segment-store.js'

/** From this share of the budget on only events and status are taken (contract §2). */
const TIGHT_SHARE = 0.95
/** ms that a record may wait for company when nobody waits for it: 20,000 devices coming back must not mean 20,000 syncs. */
const UNHURRIED_MS = 20
const EMPTY = new Uint8Array(0)
/** In the first tick after a start: every connection of before has ended. */
const FIRST = new Uint8Array([1])

export interface SqliteJournalOptions {
  dir: string
  /** Positions begin above it, whatever the files say; 0 if nobody has read them. */
  headAtLeast?: number
  /** Bytes all segments may take. */
  budgetBytes: number
  /** ms after which a record may go. */
  retentionMs: number
  /** Bytes that may wait for the disk. */
  bufferBytes: number
  /** ms an append may wait for a disk that refuses (contract §3: 10 s). */
  patienceMs?: number
  /** ms between two tries on a disk that refuses. */
  retryMs?: number
  segmentBytes?: number
  segmentMs?: number
  now: () => number
  /** Called after each durable commit with the newest position: readers may look. */
  onCommit: (head: number) => void
  onState: (state: JournalState) => void
  /** Runs before each commit; the benchmark of slow disks puts its delay here. */
  beforeCommit?: () => void
}

export interface SqliteJournalWriter extends JournalWriter {
  recordAt(equipment: string, position: number): JournalRecord | null
  /** The newest records, oldest first; see `readTail`. */
  tail(range: { since: number; maxBytes: number }, each: (record: JournalRecord) => void): void
}

/** Opens the journal in `dir` for writing; the data directory's lock sees to it that there is one writer. */
export function openSqliteWriter(options: SqliteJournalOptions): SqliteJournalWriter {
  const { dir, budgetBytes, bufferBytes, now, patienceMs = 10_000, retryMs = 250 } = options
  const store = openSegmentStore({
    dir,
    now,
    maxBytes: options.segmentBytes ?? 256 * 1024 * 1024,
    maxAgeMs: options.segmentMs ?? 3_600_000,
  })
  const lookback = createLookback()
  const buffers: BatchBuffer[] = Array.from({ length: PARTITIONS }, () => createBatchBuffer())
  let head = Math.max(store.head, options.headAtLeast ?? 0)
  let waiting: { appended: Appended; position: number; since: number }[] = []
  let waitingBytes = 0
  let scheduled = false
  let unhurried: NodeJS.Timeout | null = null
  let retryTimer: NodeJS.Timeout | null = null
  let closed = false
  let diskFault: string | null = null
  let firstOwed = false
  let reported = ''

  function state(): JournalState {
    const bytes = store.bytes
    const base = { bytes, budgetBytes, segments: store.segments.length, head }
    if (diskFault) return { ...base, status: 'refusing', reason: diskFault }
    if (bytes < budgetBytes * TIGHT_SHARE) return { ...base, status: 'writing', reason: null }
    const reason = fullError().message
    return { ...base, status: bytes < budgetBytes ? 'tight' : 'refusing', reason }
  }

  function reportState(): void {
    const current = state()
    const summary = `${current.status} ${diskFault ?? ''}`
    if (summary === reported) return
    reported = summary
    options.onState(current)
  }

  function fullError(): TesheError {
    return new TesheError('JOURNAL_FULL', [Math.round(store.bytes / 1e6), Math.round(budgetBytes / 1e6)])
  }

  function schedule(): void {
    if (scheduled || retryTimer) return
    scheduled = true
    // After the poll phase: everything that the sockets brought in this turn shares the commit.
    setImmediate(commit)
  }

  function scheduleUnhurried(): void {
    if (scheduled || retryTimer || unhurried) return
    unhurried = setTimeout(commit, UNHURRIED_MS)
  }

  function commit(): void {
    scheduled = false
    if (unhurried) clearTimeout(unhurried)
    unhurried = null
    if (closed || buffers.every((buffer) => buffer.count === 0)) return
    try {
      options.beforeCommit?.()
      store.write(buffers, head)
    } catch (error) {
      waitForDisk(error)
      return
    }
    diskFault = null
    const done = emptyBuffers()
    reportState()
    for (const { appended, position } of done) appended(null, position)
    options.onCommit(head)
  }

  function emptyBuffers(): typeof waiting {
    const done = waiting
    waiting = []
    waitingBytes = 0
    for (const buffer of buffers) buffer.clear()
    return done
  }

  /** What waits stays in the buffers. A file whose sync failed is never trusted again; a full disk may get room. */
  function waitForDisk(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error'
    diskFault = `${code}: ${messageOf(error)}`
    if (code !== 'SQLITE_FULL') {
      try {
        store.abandon()
      } catch (closing) {
        diskFault += `; closing the segment: ${messageOf(closing)}`
      }
    }
    reportState()
    const oldest = waiting[0]
    if (oldest && now() - oldest.since >= patienceMs) failWaiting(error)
    // A tick is always worth a try, so that the journal recovers without a device having to knock.
    if (buffers.every((buffer) => buffer.count === 0)) addToAll('tick', now())
    retryTimer = setTimeout(() => {
      retryTimer = null
      commit()
    }, retryMs)
  }

  function failWaiting(cause: unknown): void {
    const error = new TesheError('JOURNAL_UNWRITABLE', [dir, messageOf(cause)], { cause })
    for (const { appended } of emptyBuffers()) appended(error, 0)
  }

  /** Everybody learns of it at a definite place of his own stream, and all or none of them: it is one commit. */
  function addToAll(kind: 'tick' | 'rules', arrival: number, payload: Uint8Array = EMPTY): void {
    for (const [partition, buffer] of buffers.entries()) {
      buffer.add(++head, EVERY_SHARD + partition, kind, '', arrival, 0, payload)
    }
  }

  return {
    append(kind, equipment, arrival, packetId, payload, appended) {
      if (closed) return appended(new TesheError('JOURNAL_CLOSED', []), 0)
      const used = store.bytes
      // Who is connected is known at any price, as ticks are: without it the silence of a device means nothing.
      const limit = kind === 'telemetry' ? budgetBytes * TIGHT_SHARE : budgetBytes
      if (used >= limit && kind !== 'session') return appended(fullError(), 0)
      if (waitingBytes + payload.length > bufferBytes) {
        const why = diskFault ?? `${waitingBytes} bytes wait already`
        return appended(new TesheError('JOURNAL_UNWRITABLE', [dir, why]), 0)
      }
      if (kind === 'rules') addToAll(kind, arrival, payload)
      else {
        const shard = shardOf(equipment)
        buffers[partitionOf(shard)]?.add(++head, shard, kind, equipment, arrival, packetId, payload)
      }
      const position = head
      waiting.push({ appended, position, since: arrival })
      waitingBytes += payload.length
      if (kind === 'session') scheduleUnhurried()
      else schedule()
    },
    inTurn(done) {
      if (waiting.length === 0) done()
      else waiting.push({ appended: () => done(), position: head, since: now() })
    },
    tick(arrival, first = false) {
      // While the disk refuses, no ticks pile up: the gap between ticks says that we were not there.
      firstOwed ||= first
      if (closed || diskFault) return
      addToAll('tick', arrival, firstOwed ? FIRST : EMPTY)
      firstOwed = false
      schedule()
    },
    state,
    head: () => createCursor().fill(head),
    retain(readers, at) {
      const floor = Math.min(...readers.map((cursor) => Math.min(...cursor)))
      store.drop(at - options.retentionMs, floor)
      reportState()
    },
    recordAt: (equipment, position) => lookback.recordAt(store.segments, shardOf(equipment), position),
    tail: (range, each) => readTail(store.segments, range, each),
    async close() {
      if (closed) return
      commit()
      closed = true
      if (retryTimer) clearTimeout(retryTimer)
      failWaiting(new TesheError('JOURNAL_CLOSED', []))
      lookback.close()
      await Promise.resolve(store.close())
    },
  }
}

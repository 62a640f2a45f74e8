/**
 * Seam: the journal, the only truth about what devices said. One durable, ordered log in 64 shards.
 * `sqlite.ts` keeps it in segment files; JetStream will keep it for a cluster. Nothing else may know which.
 */
import type { TesheError } from '../errors.js'
import type { Cursor } from '../model/cursor.js'
import type { JournalRecord, RecordKind } from '../model/record.js'

/** `writing`: all is well. `tight`: only events and status are taken. `refusing`: nothing is taken until it can be written again. */
export type JournalStatus = 'writing' | 'tight' | 'refusing'

export interface JournalState {
  status: JournalStatus
  /** Why it is not `writing`, for an operator. */
  reason: string | null
  bytes: number
  budgetBytes: number
  segments: number
  /** Position of the newest durable record. */
  head: number
}

/** Called once the record is on disk, with its position, or with why it is not. Must not throw. */
export type Appended = (error: TesheError | null, position: number) => void

export interface JournalWriter {
  /**
   * Takes a record into the next group commit. `payload` must stay as it is until `appended` is called.
   * The callbacks of one commit are called in the order of the appends. `rules` concern everybody: one record for every
   * partition, in the same commit.
   */
  append(
    kind: RecordKind,
    equipment: string,
    arrival: number,
    packetId: number,
    payload: Uint8Array,
    appended: Appended,
  ): void
  /** Calls back once everything appended before is on disk: what is not stored is answered in its turn all the same. */
  inTurn(done: () => void): void
  /** One tick for every partition; the `first` after a start carries one byte: every connection of before has ended. */
  tick(arrival: number, first?: boolean): void
  state(): JournalState
  /** The vector that covers everything written so far. */
  head(): Cursor
  /** Drops what is older than the retention and behind `readers` (every snapshot and configured reader). */
  retain(readers: readonly Cursor[], now: number): void
  /** Commits what waits and closes. */
  close(): Promise<void>
}

/** A bounded piece of the journal: records of some shards, in order inside each shard. */
export interface Page {
  records: JournalRecord[]
  /** The cursor after this page, for the shards of the reader. */
  to: Cursor
  /** False when the page reached the end of what was durable. */
  more: boolean
}

export interface JournalReader {
  /** The shards that this reader sees. */
  readonly shards: readonly number[]
  /** What lies after `from`. Holds no transaction when it returns. */
  read(from: Cursor): Page | Promise<Page>
  close(): void
}

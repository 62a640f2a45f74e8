/**
 * How records lie in a journal row: one blob holds the records of one commit and partition.
 * Written once on the way to disk, read back without copying the payloads.
 *
 *   record: u32 payload bytes · u32 position − first · f64 arrival · u16 packet id · u8 shard · u8 kind · u8 id bytes · id · payload
 */
import { TesheError } from '../errors.js'
import { type JournalRecord, RECORD_KINDS, type RecordKind } from '../model/record.js'

const HEADER_BYTES = 21
const INITIAL_BYTES = 64 * 1024

const kindByCode = new Map<number, RecordKind>(
  Object.entries(RECORD_KINDS).map(([kind, code]) => [code, kind as RecordKind]),
)

/** Collects the records of one partition until the next commit. Hot path: no allocation for a record. */
export interface BatchBuffer {
  readonly count: number
  readonly bytes: number
  readonly first: number
  readonly last: number
  add(
    position: number,
    shard: number,
    kind: RecordKind,
    equipment: string,
    arrival: number,
    packetId: number,
    payload: Uint8Array,
  ): void
  /** The blob; valid until the next `add` or `clear`. */
  blob(): Buffer
  clear(): void
}

export function createBatchBuffer(): BatchBuffer {
  let buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  let end = 0
  let count = 0
  let first = 0
  let last = 0

  return {
    get count() {
      return count
    },
    get bytes() {
      return end
    },
    get first() {
      return first
    },
    get last() {
      return last
    },
    add(position, shard, kind, equipment, arrival, packetId, payload) {
      const needed = end + HEADER_BYTES + equipment.length + payload.length
      if (needed > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, buffer.length * 2))
        buffer.copy(larger, 0, 0, end)
        buffer = larger
      }
      if (count === 0) first = position
      buffer.writeUInt32LE(payload.length, end)
      buffer.writeUInt32LE(position - first, end + 4)
      buffer.writeDoubleLE(arrival, end + 8)
      buffer.writeUInt16LE(packetId, end + 16)
      buffer[end + 18] = shard
      buffer[end + 19] = RECORD_KINDS[kind]
      buffer[end + 20] = equipment.length
      buffer.write(equipment, end + HEADER_BYTES, 'latin1')
      buffer.set(payload, end + HEADER_BYTES + equipment.length)
      end = needed
      last = position
      count++
    },
    blob: () => buffer.subarray(0, end),
    clear() {
      // A burst must not pin its memory for good.
      if (buffer.length > 16 * INITIAL_BYTES && end < buffer.length / 8)
        buffer = Buffer.allocUnsafe(INITIAL_BYTES)
      end = 0
      count = 0
    },
  }
}

/** Calls `each` for every record of a blob. Throws `JOURNAL_DAMAGED` when the blob does not add up. */
export function readBatch(
  blob: Buffer,
  first: number,
  segment: string,
  each: (record: JournalRecord) => void,
): void {
  let at = 0
  while (at < blob.length) {
    if (at + HEADER_BYTES > blob.length) {
      throw new TesheError('JOURNAL_DAMAGED', [segment, first, `record header cut off at byte ${at}`])
    }
    const idStart = at + HEADER_BYTES
    const payloadStart = idStart + (blob[at + 20] ?? 0)
    const end = payloadStart + blob.readUInt32LE(at)
    const code = blob[at + 19] ?? 0
    const kind = kindByCode.get(code)
    if (end > blob.length || !kind) {
      throw new TesheError('JOURNAL_DAMAGED', [
        segment,
        first,
        `record of kind ${code} at byte ${at} does not fit`,
      ])
    }
    each({
      position: first + blob.readUInt32LE(at + 4),
      shard: blob[at + 18] ?? 0,
      kind,
      equipment: blob.toString('latin1', idStart, payloadStart),
      arrival: blob.readDoubleLE(at + 8),
      packetId: blob.readUInt16LE(at + 16),
      payload: blob.subarray(payloadStart, end),
    })
    at = end
  }
}

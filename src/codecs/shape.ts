/**
 * The joint between decoding and the history: a record is decoded once, its readings and events go to the sink, and
 * what it meant goes back to the caller. A rule worker steps its rules with the answer; a catch-up reader drops it.
 */
import type { EquipmentKind } from '../model/equipment.js'
import type { ExtraValue } from '../model/reading.js'
import type { JournalRecord } from '../model/record.js'
import type { Decoded, Decoder } from './decode.js'

/** Takes rows for the history. Positional, because it is called for every reading. `ts` is ms since 1970. */
export interface HistorySink {
  /** `signals[i]` is a catalogue index of that kind, `values[i]` its number. */
  reading(
    kind: EquipmentKind,
    equipment: string,
    ts: number,
    shard: number,
    position: number,
    signals: readonly number[],
    values: readonly number[],
    extras: readonly ExtraValue[] | null,
  ): void
  event(
    equipment: string,
    ts: number,
    shard: number,
    position: number,
    code: number,
    active: boolean,
    key: string | null,
  ): void
}

export interface Shaper {
  /** Decodes the record and hands its rows to the sink. */
  shape(record: JournalRecord): Decoded
}

export function createShaper({ decoder, sink }: { decoder: Decoder; sink: HistorySink }): Shaper {
  return {
    shape(record) {
      const decoded = decoder.decode(record)
      if (decoded.type === 'readings') {
        const { kind, id } = decoded.entry.facts
        for (const { ts, signals, values, extras } of decoded.readings) {
          sink.reading(kind, id, ts, record.shard, record.position, signals, values, extras)
        }
      } else if (decoded.type === 'event') {
        const { ts, code, active, key } = decoded.event
        sink.event(decoded.entry.id, ts, record.shard, record.position, code, active, key)
      }
      return decoded
    },
  }
}

/**
 * Journal records: everything a rule may know, in the order in which we came to know it.
 * The codes are on disk; add, never renumber.
 */

import { SHARDS } from './equipment.js'

export const RECORD_KINDS = {
  /** Payload as the device sent it on `teshe/v1/{id}/telemetry`. */
  telemetry: 1,
  event: 2,
  status: 3,
  /** One second of ours passed; written for every partition, so a gap between ticks is our own absence. */
  tick: 10,
  /** JSON `SessionChange`: a device's connection opened or closed. */
  session: 11,
  /** JSON `EquipmentFacts`: registered or changed. */
  equipment: 12,
  /** JSON `RuleSet`, the whole of it: in force from here on; written for every partition. */
  rules: 13,
  /** JSON `Mark`: a mechanic signed in, maintenance mode, a drill, a planned window, a test; or one of them ended. */
  attendance: 14,
} as const
export type RecordKind = keyof typeof RECORD_KINDS

/** The `shard` of a tick or a rule set is this plus its partition: it belongs to every shard of that partition. */
export const EVERY_SHARD = 128

/** Shards share partitions, the unit in which the journal stores and a worker owns: those with the same remainder. */
export const PARTITIONS = 8

export function partitionOf(shard: number): number {
  return shard % PARTITIONS
}

/** Whom a record concerns: its shard, or all of its partition. */
export function shardsOfRecord({ shard }: { shard: number }): readonly number[] {
  return shard >= EVERY_SHARD ? shardsOfPartition(shard - EVERY_SHARD) : [shard]
}

export function shardsOfPartition(partition: number): number[] {
  return Array.from({ length: SHARDS / PARTITIONS }, (_, i) => partition + i * PARTITIONS)
}

export interface JournalRecord {
  /** Rises within a shard. */
  position: number
  shard: number
  kind: RecordKind
  /** Empty for a tick and a rule set. */
  equipment: string
  /** ms since 1970, our clock when the message came in. */
  arrival: number
  /** MQTT packet id, 0 where there was none; finds redeliveries. */
  packetId: number
  /** A view into the page; copy what outlives it. */
  payload: Uint8Array
}

export interface SessionChange {
  session: string
  open: boolean
  /** `will` is a last will that says `online: false`; `left` a clean DISCONNECT or a lost socket. */
  reason: 'connected' | 'left' | 'will' | 'kicked'
}

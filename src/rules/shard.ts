/** What a shard knows beyond its equipment: how far it has read, when it last ticked, and how long we were away. */
import type { EquipmentEntry } from '../codecs/directory.js'
import { TesheError } from '../errors.js'
import { createSilence, type Silence } from './silence.js'

const FORMAT = 1
/** Ticks come every second; a longer gap than this is our own absence. */
const ABSENCE_MS = 5_000
const TICK_MS = 1_000

export interface ShardState {
  /** Positions of the newest record and the newest tick that it has seen. */
  position: number
  tickPosition: number
  /** ms since 1970 of the newest tick; 0 before the first. */
  tickedAt: number
  /** ms that we were away, ever: what is taken off the arrival to get awake time. */
  absentMs: number
  /** ms since 1970 of the tick that ended the last absence. */
  resumedAt: number
  readonly silence: Silence
  /** Equipment with something pending or firing. */
  readonly active: Set<EquipmentEntry>
  /** A tick came. */
  advance(arrival: number): void
  save(): string
  restore(snapshot: string): void
}

export function createShardState(options: Parameters<typeof createSilence>[0]): ShardState {
  const shard: ShardState = {
    position: 0,
    tickPosition: 0,
    tickedAt: 0,
    absentMs: 0,
    resumedAt: 0,
    silence: createSilence(options),
    active: new Set(),
    advance(arrival) {
      const gap = arrival - shard.tickedAt
      const away = shard.tickedAt > 0 && gap > ABSENCE_MS
      shard.tickedAt = Math.max(shard.tickedAt, arrival)
      if (!away) return
      shard.absentMs += gap - TICK_MS
      shard.resumedAt = arrival
      shard.silence.resumed(arrival - shard.absentMs, arrival)
    },
    save() {
      const { position, tickPosition, tickedAt, absentMs, resumedAt } = shard
      return JSON.stringify([FORMAT, position, tickPosition, tickedAt, absentMs, resumedAt])
    },
    restore(snapshot) {
      const [format = 0, ...saved] = JSON.parse(snapshot) as number[]
      if (format > FORMAT) throw new TesheError('SNAPSHOT_FORMAT_NEWER', ['of a shard', format, FORMAT])
      const [position = 0, tickPosition = 0, tickedAt = 0, absentMs = 0, resumedAt = 0] = saved
      Object.assign(shard, { position, tickPosition, tickedAt, absentMs, resumedAt })
    },
  }
  return shard
}

/**
 * What a shard knows beyond its equipment: how far it has read, when it last ticked, how long we were away, which start
 * of the gateway the newest sessions belong to, and by which rules it judges.
 */
import type { EquipmentEntry } from '../codecs/directory.js'
import { TesheError } from '../errors.js'
import type { SessionChange } from '../model/record.js'
import { gatewayOf } from './link.js'
import { type RulesInForce, SHIPPED } from './rules-in-force.js'
import { createSilence, type Silence } from './silence.js'

const FORMAT = 1
/** Ticks come every second; a longer gap than this is our own absence. */
const ABSENCE_MS = 5_000
const TICK_MS = 1_000

/** Grows at its end only: what an older snapshot lacks is as at the start. */
type Saved = [
  format: number,
  position?: number,
  tickPosition?: number,
  tickedAt?: number,
  absentMs?: number,
  resumedAt?: number,
  gateway?: string,
  gatewayNew?: boolean,
  rulesVersion?: number,
]

export interface ShardState {
  readonly number: number
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
  /** The start of the gateway that opened the newest session; empty before the first. */
  gateway: string
  /** No tick came since the first session of that gateway. */
  gatewayNew: boolean
  /** Taken from its own stream, so that each record is judged by the rules of its time. */
  rules: RulesInForce
  /** A session opened or ended. */
  session(entry: EquipmentEntry, change: SessionChange, arrival: number): void
  /** A tick came, the `first` of a start of the gateway or one of those that follow. */
  advance(arrival: number, first: boolean): void
  save(): string
  restore(snapshot: string): void
}

export interface ShardOptions extends Omit<Parameters<typeof createSilence>[0], 'rules'> {
  number: number
  /** The set of that version, known from a snapshot. Throws when nobody knows it. */
  rulesOf: (version: number) => RulesInForce
}

export function createShardState({ number, rulesOf, ...options }: ShardOptions): ShardState {
  const shard: ShardState = {
    number,
    position: 0,
    tickPosition: 0,
    tickedAt: 0,
    absentMs: 0,
    resumedAt: 0,
    silence: createSilence({ ...options, rules: () => shard.rules }),
    active: new Set(),
    gateway: '',
    gatewayNew: false,
    rules: SHIPPED,
    session(entry, change, arrival) {
      shard.silence.session(entry, change, arrival - shard.absentMs, arrival)
      const gateway = change.open ? gatewayOf(change.session) : ''
      if (gateway === '' || gateway === shard.gateway) return
      shard.gateway = gateway
      shard.gatewayNew = true
    },
    advance(arrival, first) {
      const another = shard.gatewayNew
      // A gateway ticks a second after its start, when the first devices may be back already.
      const present = another ? shard.gateway : null
      shard.gatewayNew = false
      const gap = arrival - shard.tickedAt
      const away = shard.tickedAt > 0 && gap > ABSENCE_MS
      shard.tickedAt = Math.max(shard.tickedAt, arrival)
      if (away) {
        shard.absentMs += gap - TICK_MS
        shard.resumedAt = arrival
        shard.silence.resumed(arrival - shard.absentMs, arrival, first ? present : null)
      } else if (first || another) {
        shard.silence.restarted(arrival - shard.absentMs, arrival, present)
      }
    },
    save() {
      const { position, tickPosition, tickedAt, absentMs, resumedAt, gateway, gatewayNew } = shard
      const numbers = [position, tickPosition, tickedAt, absentMs, resumedAt]
      return JSON.stringify([FORMAT, ...numbers, gateway, gatewayNew, shard.rules.set.version])
    },
    restore(snapshot) {
      const [format, ...saved] = JSON.parse(snapshot) as Saved
      if (format > FORMAT) throw new TesheError('SNAPSHOT_FORMAT_NEWER', ['of a shard', format, FORMAT])
      const [position = 0, tickPosition = 0, tickedAt = 0, absentMs = 0, resumedAt = 0, ...newest] = saved
      const [gateway = '', gatewayNew = false, rulesVersion = 0] = newest
      Object.assign(shard, { position, tickPosition, tickedAt, absentMs, resumedAt, gateway, gatewayNew })
      shard.rules = rulesOf(rulesVersion)
    },
  }
  return shard
}

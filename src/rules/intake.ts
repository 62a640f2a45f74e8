/**
 * What a message brings into a lane: the moment it speaks of, and the values that can be believed. Hot path: what is
 * taken goes into the lane itself and allocates nothing.
 */
import type { TimedReading } from '../codecs/decode.js'
import type { Facts, KindRules } from './facts.js'
import type { WatchCounts } from './kind-watch.js'
import type { Lane, Lateness } from './lane.js'
import type { Heard } from './own/own-rule.js'

/** Sets a lane's time by a message that was taken `at` and came in at `arrival`, both ms since 1970. */
export function setTime<F extends Facts>(
  lane: Lane<F>,
  at: number,
  arrival: number,
  lateness: Lateness,
): Lane<F> {
  lane.lateness = lateness
  lane.facts.now = Math.max(lane.facts.readAt, at)
  // The lane's clock goes by the newest message.
  lane.overtaken = at < lane.eventAt
  if (lane.overtaken) return lane
  if (at > lane.eventAt) {
    lane.newestLow = 0
    lane.newestHigh = 0
  }
  lane.eventAt = at
  lane.arrival = arrival
  return lane
}

/** Takes the values of a reading into the facts of a lane; `heard` then says which signals it brought. */
export function takeValues<F extends Facts>(
  lane: Lane<F>,
  { signals, values }: TimedReading,
  { slots, disbelieve }: KindRules<F>,
  counts: WatchCounts,
  heard: Heard,
): void {
  const { facts } = lane
  const { raw } = facts
  let low = 0
  let high = 0
  for (let i = 0; i < signals.length; i++) {
    const signal = signals[i] ?? 0
    const slot = slots.ofSignal[signal] ?? -1
    if (slot < 0) continue
    const value = values[i] ?? Number.NaN
    if (lane.overtaken && isNewer(lane, slot)) continue
    if (value >= (slots.min[signal] ?? 0) && value <= (slots.max[signal] ?? 0)) {
      raw[slot] = value
      if (slot < 32) low |= 1 << slot
      else high |= 1 << (slot - 32)
    } else {
      disbelieve(facts, slot)
      counts.disbelieved++
    }
  }
  if (!lane.overtaken) {
    lane.newestLow |= low
    lane.newestHigh |= high
  }
  heard.low = low
  heard.high = high
}

/** Whether the lane's newest reading had the signal of this slot. */
function isNewer<F extends Facts>(lane: Lane<F>, slot: number): boolean {
  return ((slot < 32 ? lane.newestLow >>> slot : lane.newestHigh >>> (slot - 32)) & 1) === 1
}

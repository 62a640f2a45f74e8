/**
 * Latest values on their way to the screens, cut out of the rule worker's pass: what changed since the last frame,
 * as columns. Hot path: a reading costs two stores a value.
 */
import type { TimedReading } from '../codecs/decode.js'
import type { EquipmentEntry } from '../codecs/directory.js'
import type { LiveFrame } from '../model/frame.js'
import { SIGNALS, signalAt, signalIndex } from '../model/signals.js'

const STRIDE = SIGNALS.length

/** A reading no older than this by our own clock (ms) is of now, whatever the device's clock said before. */
const NOW_MS = 120_000

export interface LiveFrames {
  /**
   * Values of one reading, at its corrected event time. An older value never replaces a newer one; only a time ahead of
   * our own clock, left by a device's clock that was set back since, gives way to what comes live.
   */
  note(entry: EquipmentEntry, reading: TimedReading, arrival: number): void
  /** Puts an equipment into the next frame without a value: it came, went or was heard. */
  touch(entry: EquipmentEntry, arrival: number): void
  /** What changed since the last call, or `null`. */
  take(at: number): LiveFrame | null
  /** The latest values of one equipment for its snapshot, and back. */
  snapshot(entry: EquipmentEntry): string
  restore(entry: EquipmentEntry, snapshot: string): void
}

export function createLiveFrames({ online }: { online: (equipmentId: string) => boolean }): LiveFrames {
  let room = 256
  let values = new Float64Array(room * STRIDE)
  let times = new Float64Array(room * STRIDE)
  let fresh = new Uint8Array(room * STRIDE)
  let arrivals = new Float64Array(room)
  let touched = new Uint8Array(room)
  let touchedEntries: EquipmentEntry[] = []
  let freshValues = 0

  function makeRoom(index: number): void {
    if (index < room) return
    room = Math.max(index + 1, room * 2)
    values = enlarged(values, new Float64Array(room * STRIDE))
    times = enlarged(times, new Float64Array(room * STRIDE))
    fresh = enlarged(fresh, new Uint8Array(room * STRIDE))
    arrivals = enlarged(arrivals, new Float64Array(room))
    touched = enlarged(touched, new Uint8Array(room))
  }

  function touch(entry: EquipmentEntry, arrival: number): void {
    const { index } = entry
    makeRoom(index)
    if (arrival > (arrivals[index] ?? 0)) arrivals[index] = arrival
    if (touched[index] === 1) return
    touched[index] = 1
    touchedEntries.push(entry)
  }

  /** A newer value than `ts` stays, unless its time lies beyond `limit`. */
  function put(slot: number, value: number, ts: number, limit: number): void {
    const known = times[slot] ?? 0
    if (ts < known && known <= limit) return
    values[slot] = value
    times[slot] = ts
    if (fresh[slot] === 1) return
    fresh[slot] = 1
    freshValues++
  }

  return {
    note(entry, { ts, paced, signals, values: noted }, arrival) {
      touch(entry, arrival)
      const base = entry.index * STRIDE
      const limit = paced || (ts <= arrival && arrival - ts <= NOW_MS) ? arrival : Infinity
      for (let i = 0; i < signals.length; i++) put(base + (signals[i] ?? 0), noted[i] ?? 0, ts, limit)
    },
    touch,
    take(at) {
      const count = touchedEntries.length
      if (count === 0) return null
      const frame: LiveFrame = {
        at,
        equipment: touchedEntries.map((entry) => entry.id),
        online: new Uint8Array(count),
        arrival: new Float64Array(count),
        offsets: new Uint32Array(count + 1),
        signals: new Uint16Array(freshValues),
        values: new Float64Array(freshValues),
        times: new Float64Array(freshValues),
      }
      let next = 0
      for (let i = 0; i < count; i++) {
        const { index, id } = touchedEntries[i] as EquipmentEntry
        frame.online[i] = online(id) ? 1 : 0
        frame.arrival[i] = arrivals[index] ?? 0
        const base = index * STRIDE
        for (let signal = 0; signal < STRIDE; signal++) {
          if (fresh[base + signal] === 0) continue
          fresh[base + signal] = 0
          frame.signals[next] = signal
          frame.values[next] = values[base + signal] ?? 0
          frame.times[next] = times[base + signal] ?? 0
          next++
        }
        frame.offsets[i + 1] = next
        touched[index] = 0
      }
      touchedEntries = []
      freshValues = 0
      return frame
    },
    snapshot(entry) {
      makeRoom(entry.index)
      const base = entry.index * STRIDE
      const latest: [string, number, number][] = []
      for (let signal = 0; signal < STRIDE; signal++) {
        const ts = times[base + signal] ?? 0
        if (ts !== 0) latest.push([signalAt(signal).name, values[base + signal] ?? 0, ts])
      }
      return JSON.stringify({ arrival: arrivals[entry.index], latest })
    },
    restore(entry, snapshot) {
      const { arrival, latest } = JSON.parse(snapshot) as {
        arrival: number
        latest: [string, number, number][]
      }
      touch(entry, arrival)
      for (const [name, value, ts] of latest) {
        const signal = signalIndex(name)
        if (signal !== undefined) put(entry.index * STRIDE + signal, value, ts, Infinity)
      }
    },
  }
}

function enlarged<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}

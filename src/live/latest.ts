/**
 * The newest value of every signal of every equipment, on the main thread, fed by the rule workers' frames.
 * Lossy by design: an older value never replaces a newer one, unless that one's time has not come yet (a device's clock
 * ran ahead and was set back; the frame has already judged which is newer). Nothing here survives a restart.
 * Each value knows in which interval it last changed, so any number of watchers learn what is new without queues.
 */
import { SHARDS } from '../model/equipment.js'
import type { LiveFrame } from '../model/frame.js'
import { SIGNALS } from '../model/signals.js'
import type { EquipmentRow, LiveSignal, LiveValue } from './events.js'

/** What is known of one equipment; times in ms since 1970. */
export interface LatestState {
  online: boolean
  /** Arrival of the newest message, `null` if none came since the service knows the equipment. */
  arrival: number | null
  signals: { [name: string]: { value: LiveValue; at: number } }
}

export interface Latest {
  /** Takes a frame. Hot path: no object is made for a value. */
  push(frame: LiveFrame): void
  /** Everything known of one equipment, or `null` if it was never heard. */
  state(id: string): LatestState | null
  /** Ends an interval: what is pushed from now on counts as changed since the number returned. */
  mark(): number
  /** The slot of an equipment, made if it is new. Slots are never given back: equipment is not deleted. */
  slot(id: string): number
  /** Counts everything known of the slot as changed now, for viewers who have just been given sight of it. */
  touch(slot: number): void
  /** Changed since the interval `since`, in value, time, `online` or `arrival`. */
  changed(slot: number, since: number): boolean
  /** The whole row. */
  wholeRow(slot: number, only: SignalChoice | null): EquipmentRow
  /** What changed since the interval `since`; with `valuesOnly`, a value that stayed the same is left out though its time moved. */
  changedRow(slot: number, since: number, only: SignalChoice | null, valuesOnly: boolean): EquipmentRow
  /** How many equipment have a slot. */
  size(): number
}

/** 1 at the catalogue index of each signal that is wanted. */
export type SignalChoice = Uint8Array

const STRIDE = SIGNALS.length
const NAMES: readonly string[] = SIGNALS.map((signal) => signal.name)
const IS_SWITCH = Uint8Array.from(SIGNALS, (signal) => (signal.type === 'boolean' ? 1 : 0))

export function createLatest({ capacity = 16 * SHARDS }: { capacity?: number } = {}): Latest {
  const slotById = new Map<string, number>()
  const ids: string[] = []
  let room = capacity
  let online = new Uint8Array(room)
  let arrival = new Float64Array(room)
  let heard = new Uint8Array(room)
  let slotChanged = new Uint32Array(room)
  let values = new Float64Array(room * STRIDE)
  let times = new Float64Array(room * STRIDE)
  let valueChanged = new Uint32Array(room * STRIDE)
  let timeChanged = new Uint32Array(room * STRIDE)
  // Interval numbers rise five times a second and at each watch, so 32 bits last for decades.
  let interval = 1

  function grow(): void {
    room *= 2
    online = enlarge(online, new Uint8Array(room))
    arrival = enlarge(arrival, new Float64Array(room))
    heard = enlarge(heard, new Uint8Array(room))
    slotChanged = enlarge(slotChanged, new Uint32Array(room))
    values = enlarge(values, new Float64Array(room * STRIDE))
    times = enlarge(times, new Float64Array(room * STRIDE))
    valueChanged = enlarge(valueChanged, new Uint32Array(room * STRIDE))
    timeChanged = enlarge(timeChanged, new Uint32Array(room * STRIDE))
  }

  function slot(id: string): number {
    const known = slotById.get(id)
    if (known !== undefined) return known
    const next = ids.length
    if (next === room) grow()
    ids.push(id)
    slotById.set(id, next)
    return next
  }

  function push(frame: LiveFrame): void {
    const { equipment, offsets, at: now } = frame
    for (let i = 0; i < equipment.length; i++) {
      const at = slot(equipment[i] as string)
      const base = at * STRIDE
      const end = offsets[i + 1] as number
      for (let j = offsets[i] as number; j < end; j++) {
        const cell = base + (frame.signals[j] as number)
        const ts = frame.times[j] as number
        const known = times[cell] as number
        if (ts < known && known <= now) continue
        const value = frame.values[j] as number
        if (value !== values[cell] || known === 0) {
          values[cell] = value
          valueChanged[cell] = interval
        }
        times[cell] = ts
        timeChanged[cell] = interval
      }
      online[at] = frame.online[i] as number
      const arrived = frame.arrival[i] as number
      if (arrived > (arrival[at] as number)) arrival[at] = arrived
      heard[at] = 1
      slotChanged[at] = interval
    }
  }

  function signalOf(cell: number, index: number): LiveSignal {
    const value = values[cell] as number
    return [IS_SWITCH[index] === 1 ? value !== 0 : value, times[cell] as number]
  }

  function row(at: number, signals: { [name: string]: LiveSignal }): EquipmentRow {
    return [ids[at] as string, online[at] === 1 ? 1 : 0, arrival[at] as number, signals]
  }

  function collect(at: number, since: number, changes: Uint32Array, only: SignalChoice | null): EquipmentRow {
    const signals: { [name: string]: LiveSignal } = {}
    const base = at * STRIDE
    for (let index = 0; index < STRIDE; index++) {
      const cell = base + index
      if ((changes[cell] as number) <= since) continue
      if (only && only[index] === 0) continue
      signals[NAMES[index] as string] = signalOf(cell, index)
    }
    return row(at, signals)
  }

  return {
    push,
    slot,
    mark: () => interval++,
    touch(at) {
      slotChanged[at] = interval
      for (let cell = at * STRIDE; cell < (at + 1) * STRIDE; cell++) {
        if (timeChanged[cell] === 0) continue
        valueChanged[cell] = interval
        timeChanged[cell] = interval
      }
    },
    changed: (at, since) => (slotChanged[at] as number) > since,
    wholeRow: (at, only) => collect(at, 0, timeChanged, only),
    changedRow: (at, since, only, valuesOnly) =>
      collect(at, since, valuesOnly ? valueChanged : timeChanged, only),
    size: () => ids.length,
    state(id) {
      const at = slotById.get(id)
      if (at === undefined || heard[at] === 0) return null
      const signals: LatestState['signals'] = {}
      for (let index = 0; index < STRIDE; index++) {
        const cell = at * STRIDE + index
        if (timeChanged[cell] === 0) continue
        const [value, ts] = signalOf(cell, index)
        signals[NAMES[index] as string] = { value, at: ts }
      }
      return { online: online[at] === 1, arrival: arrival[at] || null, signals }
    },
  }
}

function enlarge<A extends Uint8Array | Uint32Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}

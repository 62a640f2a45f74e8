/**
 * The newest value of every signal the page knows, outside Vue's reactivity: thousands of updates a second cost a map
 * write each. Listeners of an equipment are told at most once a frame, so that drawing keeps pace with the screen.
 */
import type { EquipmentRow, LiveSignal } from '../../../src/live/events.js'

export interface LatestEquipment {
  online: boolean
  /** ms since 1970 when its newest message came, `null` if none did. */
  arrival: number | null
  signals: Map<string, LiveSignal>
}

export interface LatestValues {
  /** Takes rows of a frame or of an acknowledgement. An older value never replaces a newer one. */
  merge(rows: readonly EquipmentRow[]): void
  of(equipment: string): LatestEquipment | undefined
  /** Calls back at most once a frame after something of this equipment changed; returns the way to stop. */
  listen(equipment: string, changed: () => void): () => void
}

export function createLatestValues({ nextFrame }: { nextFrame: (run: () => void) => void }): LatestValues {
  const latestByEquipment = new Map<string, LatestEquipment>()
  const listenersByEquipment = new Map<string, Set<() => void>>()
  let dirty = new Set<string>()
  let scheduled = false

  function tell(): void {
    scheduled = false
    const changed = dirty
    dirty = new Set()
    for (const equipment of changed) {
      for (const listener of listenersByEquipment.get(equipment) ?? []) listener()
    }
  }

  function mergeRow([id, online, arrival, signals]: EquipmentRow): void {
    let latest = latestByEquipment.get(id)
    if (!latest) {
      latest = { online: false, arrival: null, signals: new Map() }
      latestByEquipment.set(id, latest)
    }
    latest.online = online === 1
    if (arrival > (latest.arrival ?? 0)) latest.arrival = arrival
    for (const name in signals) {
      const signal = signals[name]
      if (!signal) continue
      const known = latest.signals.get(name)
      // A time beyond the newest message was that of a clock which ran ahead and has been set back.
      const orderly = !known || signal[1] >= known[1] || known[1] > (latest.arrival ?? 0)
      if (orderly) latest.signals.set(name, signal)
    }
    if (listenersByEquipment.has(id)) dirty.add(id)
  }

  return {
    merge(rows) {
      for (const row of rows) mergeRow(row)
      if (dirty.size === 0 || scheduled) return
      scheduled = true
      nextFrame(tell)
    },
    of: (equipment) => latestByEquipment.get(equipment),
    listen(equipment, changed) {
      const listeners = listenersByEquipment.get(equipment) ?? new Set()
      listenersByEquipment.set(equipment, listeners)
      listeners.add(changed)
      return () => {
        listeners.delete(changed)
        if (listeners.size === 0) listenersByEquipment.delete(equipment)
      }
    },
  }
}

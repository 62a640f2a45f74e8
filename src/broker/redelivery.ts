/**
 * Finds redeliveries: a packet with the DUP flag that repeats, byte for byte, what the journal got from the same
 * equipment under the same packet id in the last 15 minutes. It is acknowledged and not appended.
 */
import type { JournalRecord } from '../model/record.js'

/** ms; contract §3. */
export const REDELIVERY_WINDOW_MS = 15 * 60_000
/** Only what was in flight when a connection died comes again; devices keep far fewer than this in flight. */
const REMEMBERED = 64

export interface Redeliveries {
  remember(equipment: string, packetId: number, position: number): void
  /** True when the journal holds this very message. */
  isRepeat(equipment: string, packetId: number, payload: Uint8Array, now: number): boolean
}

interface Ring {
  packetIds: Uint16Array
  positions: Float64Array
  next: number
}

/** `recordAt` reads the journal; it is asked only for packets that carry DUP, so nothing is hashed on the hot path. */
export function createRedeliveries(
  recordAt: (equipment: string, position: number) => JournalRecord | null,
): Redeliveries {
  const ringByEquipment = new Map<string, Ring>()

  return {
    remember(equipment, packetId, position) {
      let ring = ringByEquipment.get(equipment)
      if (!ring) {
        ring = { packetIds: new Uint16Array(REMEMBERED), positions: new Float64Array(REMEMBERED), next: 0 }
        ringByEquipment.set(equipment, ring)
      }
      ring.packetIds[ring.next] = packetId
      ring.positions[ring.next] = position
      ring.next = (ring.next + 1) % REMEMBERED
    },
    isRepeat(equipment, packetId, payload, now) {
      const ring = ringByEquipment.get(equipment)
      if (!ring || packetId === 0) return false
      for (let i = 0; i < REMEMBERED; i++) {
        if (ring.packetIds[i] !== packetId) continue
        const record = recordAt(equipment, ring.positions[i] ?? 0)
        if (!record || record.equipment !== equipment || now - record.arrival > REDELIVERY_WINDOW_MS) continue
        if (Buffer.compare(record.payload, payload) === 0) return true
      }
      return false
    },
  }
}

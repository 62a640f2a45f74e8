/**
 * Finds redeliveries: a packet with the DUP flag that repeats, byte for byte, what the journal got from the same
 * equipment under the same packet id in the last 15 minutes. It is acknowledged and not appended.
 */
import { crc32 } from 'node:zlib'
import type { JournalRecord } from '../model/record.js'

/** ms; contract §3. */
export const REDELIVERY_WINDOW_MS = 15 * 60_000
/** Only what was in flight when a connection died comes again; devices keep far fewer than this in flight. */
const REMEMBERED = 64
/** Records read for one packet; equal payloads under one id are the same reading said again. */
const MOST_LOOKS = 2

export interface Redeliveries {
  remember(equipment: string, packetId: number, position: number, payload: Uint8Array): void
  /** True when the journal holds this very message. */
  isRepeat(equipment: string, packetId: number, payload: Uint8Array, now: number): boolean
}

interface Ring {
  packetIds: Uint16Array
  positions: Float64Array
  sums: Uint32Array
  next: number
}

/**
 * `recordAt` reads the journal; it is asked only when packet id and checksum agree, so that a device which marks all it
 * sends as DUP costs nobody a look at the disk.
 */
export function createRedeliveries(
  recordAt: (equipment: string, position: number) => JournalRecord | null,
): Redeliveries {
  const ringByEquipment = new Map<string, Ring>()

  return {
    remember(equipment, packetId, position, payload) {
      let ring = ringByEquipment.get(equipment)
      if (!ring) {
        ring = {
          packetIds: new Uint16Array(REMEMBERED),
          positions: new Float64Array(REMEMBERED),
          sums: new Uint32Array(REMEMBERED),
          next: 0,
        }
        ringByEquipment.set(equipment, ring)
      }
      ring.packetIds[ring.next] = packetId
      ring.positions[ring.next] = position
      ring.sums[ring.next] = crc32(payload)
      ring.next = (ring.next + 1) % REMEMBERED
    },
    isRepeat(equipment, packetId, payload, now) {
      const ring = ringByEquipment.get(equipment)
      if (!ring || packetId === 0) return false
      const sum = crc32(payload)
      let looks = 0
      for (let back = 1; back <= REMEMBERED && looks < MOST_LOOKS; back++) {
        const i = (ring.next - back + REMEMBERED) % REMEMBERED
        if (ring.packetIds[i] !== packetId || ring.sums[i] !== sum) continue
        looks++
        const record = recordAt(equipment, ring.positions[i] ?? 0)
        if (!record || record.equipment !== equipment || now - record.arrival > REDELIVERY_WINDOW_MS) continue
        if (Buffer.compare(record.payload, payload) === 0) return true
      }
      return false
    },
  }
}

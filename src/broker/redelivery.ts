/**
 * Finds redeliveries: a packet with the DUP flag that repeats, byte for byte, what the journal got from the same
 * equipment under the same packet id in the last 15 minutes. It is acknowledged and not appended.
 */
import { crc32 } from 'node:zlib'
import type { JournalRecord } from '../model/record.js'

/** ms; contract §3. */
export const REDELIVERY_WINDOW_MS = 15 * 60_000
/**
 * Only what was in flight when a connection died comes again. Most devices have one or two messages in flight; for one
 * that fills its ring within seconds it is doubled, up to the most.
 */
const FIRST_REMEMBERED = 64
const MOST_REMEMBERED = 4096
/** ms */
const QUICKLY_FILLED = 10_000
/** Records read for one packet; equal payloads under one id are the same reading said again. */
const MOST_LOOKS = 2

export interface Redeliveries {
  /** `at`: ms since 1970, when it came. */
  remember(equipment: string, packetId: number, position: number, payload: Uint8Array, at: number): void
  /** True when the journal holds this very message. */
  isRepeat(equipment: string, packetId: number, payload: Uint8Array, now: number): boolean
}

interface Ring {
  packetIds: Uint16Array
  positions: Float64Array
  sums: Uint32Array
  next: number
  /** When the ring began anew. */
  begunAt: number
}

function createRing(size: number, begunAt: number): Ring {
  return {
    packetIds: new Uint16Array(size),
    positions: new Float64Array(size),
    sums: new Uint32Array(size),
    next: 0,
    begunAt,
  }
}

function grown(ring: Ring, at: number): Ring {
  const size = ring.packetIds.length
  const larger = createRing(size * 2, at)
  larger.packetIds.set(ring.packetIds)
  larger.positions.set(ring.positions)
  larger.sums.set(ring.sums)
  larger.next = size
  return larger
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
    remember(equipment, packetId, position, payload, at) {
      let ring = ringByEquipment.get(equipment) ?? createRing(FIRST_REMEMBERED, at)
      if (ring.next === ring.packetIds.length) {
        const quick = at - ring.begunAt < QUICKLY_FILLED && ring.packetIds.length < MOST_REMEMBERED
        if (quick) ring = grown(ring, at)
        else Object.assign(ring, { next: 0, begunAt: at })
      }
      ringByEquipment.set(equipment, ring)
      ring.packetIds[ring.next] = packetId
      ring.positions[ring.next] = position
      ring.sums[ring.next] = crc32(payload)
      ring.next++
    },
    isRepeat(equipment, packetId, payload, now) {
      const ring = ringByEquipment.get(equipment)
      if (!ring || packetId === 0) return false
      const sum = crc32(payload)
      let looks = 0
      const size = ring.packetIds.length
      for (let back = 1; back <= size && looks < MOST_LOOKS; back++) {
        const i = (ring.next - back + size) % size
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

/** Telemetry of devices that do not speak MQTT: the same payloads, and the same promise. 202 means on disk. */
import { createHash } from 'node:crypto'
import type { Static } from 'typebox'
import { isRejection } from '../codecs/json.js'
import { createLearntNames, createPartCounts, decodeTelemetry } from '../codecs/telemetry.js'
import { TesheError } from '../errors.js'
import { SYSTEM } from '../registry/access.js'
import type { EquipmentBook } from '../registry/equipment.js'
import type { Call } from './route.js'
import type { EquipmentParams } from './schemas.js'

export interface TelemetryOptions {
  equipment: Pick<EquipmentBook, 'get'>
  /** Resolves once the payload is in the journal, on disk; rejects with JOURNAL_… `null`: the journal is not open yet. */
  append: (equipmentId: string, payload: Uint8Array) => Promise<unknown> | null
  now: () => number
}

/** Bytes that wait for the journal over all requests; who comes later tries again. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024
/** How long a repeated Idempotency-Key is recognised, as long as a redelivery by MQTT; kept in memory, bounded. */
const REMEMBERED_MS = 15 * 60_000
const MOST_REMEMBERED = 10_000

interface Accepted {
  readings: number
  setAside: number
}

export function createTelemetryHandlers({ equipment, append, now }: TelemetryOptions) {
  const repeats = createRepeats(now)
  const { plainReaders } = createLearntNames()
  let waitingBytes = 0

  /** Throws TELEMETRY_UNREADABLE, and stores nothing then: who speaks HTTP can be told. */
  async function take(id: string, payload: Uint8Array): Promise<Accepted> {
    const { kind, profile } = await equipment.get(id, SYSTEM)
    const parts = createPartCounts()
    // What this payload's unknown names are is not our business; the rules decide which of them are kept.
    const names = { ...createLearntNames(), plainReaders }
    const decoded = decodeTelemetry(payload, { kind, profile }, parts, names)
    if (isRejection(decoded)) throw new TesheError('TELEMETRY_UNREADABLE', [decoded.reason, decoded.detail])
    if (waitingBytes + payload.length > MOST_WAITING_BYTES) throw new TesheError('REQUESTS_TOO_MANY', [1])
    waitingBytes += payload.length
    try {
      const stored = append(id, payload)
      if (!stored) throw new TesheError('JOURNAL_CLOSED', [])
      await stored
    } finally {
      waitingBytes -= payload.length
    }
    return { readings: decoded.length, setAside: Object.values(parts).reduce((sum, count) => sum + count, 0) }
  }

  return {
    async post({ params, body, device, key }: Call<Static<typeof EquipmentParams>>): Promise<Accepted> {
      const { id } = params
      if (!device.equipment.includes(id)) throw new TesheError('EQUIPMENT_UNKNOWN', [id])
      // A copy of its own: what comes from the socket may share its memory with other requests.
      const payload = new Uint8Array(body instanceof Uint8Array ? body : [])
      if (key === undefined) return await take(id, payload)
      return await repeats(`${device.username} ${id} ${key}`, payload, () => take(id, payload))
    },
  }
}

/** The same key and body get the same answer; one that failed may be tried again. Throws KEY_REUSED. */
function createRepeats(now: () => number) {
  const acceptedByKey = new Map<string, { at: number; hash: string; accepted: Promise<Accepted> }>()
  return async (key: string, payload: Uint8Array, work: () => Promise<Accepted>): Promise<Accepted> => {
    const hash = createHash('sha256').update(payload).digest('base64')
    const known = acceptedByKey.get(key)
    if (known && now() - known.at < REMEMBERED_MS) {
      if (known.hash !== hash) throw new TesheError('KEY_REUSED', [key.split(' ').at(-1) ?? ''])
      return await known.accepted
    }
    const accepted = work()
    acceptedByKey.delete(key)
    acceptedByKey.set(key, { at: now(), hash, accepted })
    for (const [oldest, { at }] of acceptedByKey) {
      if (acceptedByKey.size <= MOST_REMEMBERED && now() - at < REMEMBERED_MS) break
      acceptedByKey.delete(oldest)
    }
    try {
      return await accepted
    } catch (error) {
      acceptedByKey.delete(key)
      throw error
    }
  }
}

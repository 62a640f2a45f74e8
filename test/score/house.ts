/**
 * The real decoder and the real engine, fed as the journal would be: what devices do comes in over a network that takes
 * its time, and a tick follows every second.
 */

import type { DeviceAction } from '../../simulators/message.js'
import { createRandom } from '../../simulators/random.js'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import type { Finding } from '../../src/model/finding.js'
import type { RecordKind } from '../../src/model/record.js'
import { CATALOGUE, type Catalogue } from '../../src/rules/catalogue.js'
import type { Transition } from '../../src/rules/condition.js'
import { createEngine } from '../../src/rules/engine.js'
import type { Observability } from '../../src/rules/messages.js'
import { SHARD, type Unit } from './hardware.js'

const LEAST_NETWORK_MS = 20
const MOST_NETWORK_MS = 400
const TICK_AFTER_MS = 950

export interface House {
  take(action: DeviceAction, now: number): void
  tick(now: number): void
  attend(equipment: string, mechanic: 'in' | 'out', now: number): void
  observability(id: string): Observability[]
  /** Readings that came in. */
  readonly readings: number
}

export function createHouse(options: {
  units: readonly Unit[]
  seed: string
  startMs: number
  emit: (finding: Finding, at: number) => void
  trace?: (transition: Transition) => void
  catalogue?: Catalogue
}): House {
  const { units, startMs, emit, trace, catalogue = CATALOGUE } = options
  const random = createRandom(`${options.seed}/network`)
  const directory = createDirectory()
  let arrival = startMs
  const engine = createEngine({
    catalogue,
    shards: [SHARD],
    directory,
    emit: (finding) => emit(finding, arrival),
    ...(trace ? { trace } : {}),
  })
  const decoder = createDecoder({ directory })
  const sessions = new Map<string, number>()
  let position = 0

  function add(kind: RecordKind, equipment: string, payload: string): void {
    position++
    const record = {
      position,
      shard: SHARD,
      kind,
      equipment,
      arrival,
      packetId: 0,
      payload: Buffer.from(payload, 'latin1'),
    }
    engine.step(record, decoder.decode(record))
  }

  function session(device: string, open: boolean): void {
    const number = (sessions.get(device) ?? 0) + Number(open)
    sessions.set(device, number)
    const change = { session: `1-${number}`, open, reason: open ? 'connected' : 'will' }
    add('session', device, JSON.stringify(change))
  }

  for (const { spec, attributes } of units) {
    const { id, kind } = spec
    add('equipment', id, JSON.stringify({ id, kind, profile: 'plain', attributes, version: 1 }))
  }
  return {
    take(action, now) {
      // Order is that of one connection: nothing overtakes what was sent before.
      arrival = Math.max(
        arrival,
        now + LEAST_NETWORK_MS + (MOST_NETWORK_MS - LEAST_NETWORK_MS) * random.next() ** 3,
      )
      arrival = Math.floor(arrival)
      if (action.type === 'publish') add(action.topic, action.device, action.payload)
      else session(action.device, action.type === 'connect')
      engine.changed.clear()
    },
    tick(now) {
      arrival = Math.max(arrival, now + TICK_AFTER_MS)
      engine.tick(arrival, ++position)
    },
    attend(equipment, mechanic, now) {
      arrival = Math.max(arrival, now)
      add('attendance', equipment, JSON.stringify({ mechanic, person: 'crew', until: null }))
    },
    observability: (id) => engine.observability(id),
    get readings() {
      return engine.counts.readings
    },
  }
}

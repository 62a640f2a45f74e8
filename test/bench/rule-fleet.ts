/**
 * A fleet before the rules alone: journal records made in memory, decoded and stepped as a rule worker does it, with
 * every pattern observable. Lifts run, boilers burn, and nothing is wrong with any of them.
 */
import { createDecoder, type Decoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { type EquipmentAttributes, type EquipmentKind, SHARDS, shardOf } from '../../src/model/equipment.js'
import type { JournalRecord, RecordKind } from '../../src/model/record.js'
import { SIGNALS } from '../../src/model/signals.js'
import { CATALOGUE, patternsOf } from '../../src/rules/catalogue.js'
import { createEngine, type Engine } from '../../src/rules/engine.js'
import { boilerReading, liftReading } from '../load/reading.js'

/** ms since 1970 at which it begins. */
export const BEGIN = 1_790_000_000_000

const ATTRIBUTES: Readonly<Record<'elevator' | 'boiler', EquipmentAttributes>> = {
  elevator: { ratedSpeed: 1.75, ratedLoad: 1000, floors: 30, lowestFloor: 1, reportPeriod: 1 },
  boiler: {
    ratedPressure: 1.25,
    workingPressure: 1.25,
    safetyValveSet: 1.3,
    lowWaterLimit: -75,
    levelSensor: 'transmitter',
    ignitionTime: 10,
    capacity: 4,
    fuel: 'natural gas',
    medium: 'hot water',
    fuelPressureSet: 12,
    ratedOutletTemp: 95,
    reportPeriod: 1,
  },
}

const CONNECTED = Buffer.from(JSON.stringify({ session: '1-1', open: true, reason: 'connected' }))

export interface RuleFleet {
  readonly engine: Engine
  readonly decoder: Decoder
  /** Reading number `round` of every equipment, one a second, decoded and stepped, then the tick. */
  play(round: number): void
  /** Decodes that round and does nothing else. */
  decode(round: number): void
  /** The bytes of that reading, the same for all. */
  payload(round: number): Buffer
}

export function createRuleFleet(kind: 'elevator' | 'boiler', count: number): RuleFleet {
  const directory = createDirectory()
  const decoder = createDecoder({ directory })
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  const engine = createEngine({ catalogue: CATALOGUE, shards, directory, emit: () => {} })
  const ids = Array.from({ length: count }, (_, i) => `E${String(i + 1).padStart(5, '0')}`)
  const shardById = ids.map(shardOf)
  const text = kind === 'elevator' ? liftReading : boilerReading
  let position = 0

  function record(kind: RecordKind, index: number, arrival: number, payload: Buffer): JournalRecord {
    const equipment = ids[index] ?? ''
    const shard = shardById[index] ?? 0
    return { position: ++position, shard, kind, equipment, arrival, packetId: 0, payload }
  }
  function step(one: JournalRecord): void {
    engine.step(one, decoder.decode(one))
  }

  for (const [i, id] of ids.entries()) {
    const facts = { id, kind, profile: 'plain', attributes: ATTRIBUTES[kind], version: 1 }
    step(record('equipment', i, BEGIN, Buffer.from(JSON.stringify(facts))))
    step(record('session', i, BEGIN, CONNECTED))
    for (const said of introduction(kind)) step(record(said.kind, i, BEGIN, said.payload))
  }

  function readings(round: number, use: (record: JournalRecord) => void): void {
    const payload = Buffer.from(text(BEGIN + round * 1000, round))
    const arrival = BEGIN + round * 1000 + 20
    for (let i = 0; i < count; i++) use(record('telemetry', i, arrival, payload))
  }

  return {
    engine,
    decoder,
    play(round) {
      readings(round, step)
      engine.tick(BEGIN + round * 1000 + 900, ++position)
    },
    decode: (round) => readings(round, (one) => void decoder.decode(one)),
    payload: (round) => Buffer.from(text(BEGIN + round * 1000, round)),
  }
}

/** Everything that a pattern needs to have seen once, at values that mean nothing. */
function introduction(kind: EquipmentKind): { kind: RecordKind; payload: Buffer }[] {
  const quiet: Record<string, number> = {
    peopleCount: 1,
    safetyCircuit: 1,
    mainsPower: 1,
    door: 2,
    serviceMode: 1,
    doorZone: 1,
    ph: 11,
    circulationPump: 1,
    forcedDraftFan: 1,
    inducedDraftFan: 1,
    fuelPressure: 12,
  }
  const values = SIGNALS.filter(({ kinds }) => kinds.includes(kind)).map(({ name, min }) => [
    name,
    quiet[name] ?? Math.max(0, min),
  ])
  const codes = patternsOf(CATALOGUE)
    .filter((pattern) => pattern.kind === kind)
    .flatMap(({ needs }) => needs.flat().join(' & ').split(' & '))
    .filter((need) => need.startsWith('event.'))
    .map((need) => Number(need.slice('event.'.length)))
  return [
    { kind: 'telemetry', payload: Buffer.from(JSON.stringify({ ts: BEGIN, ...Object.fromEntries(values) })) },
    ...codes.map((code) => ({
      kind: 'event' as const,
      payload: Buffer.from(JSON.stringify({ ts: BEGIN, code, active: false, key: 'seen' })),
    })),
  ]
}

/** `rules`: readings a second through decode and rule step alone, per core, beside JSON.parse of the same payloads. */
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { type EquipmentFacts, SHARDS, shardOf } from '../../src/model/equipment.js'
import type { JournalRecord } from '../../src/model/record.js'
import { CATALOGUE } from '../../src/rules/catalogue.js'
import { createEngine } from '../../src/rules/engine.js'
import { liftReading } from '../load/reading.js'

const MEASURED_READINGS = 300_000
/** Rounds in which equipment is met for the first time and code is compiled. */
const WARM_UP_ROUNDS = 5

export function benchRules(): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const equipment of [1000, 10_000]) {
    const { step, parse } = measure(equipment)
    figures[`readingsPerSecond${equipment}`] = Math.round(step)
    figures[`jsonParsePerSecond${equipment}`] = Math.round(parse)
    figures[`ofJsonParse${equipment}`] = Math.round((step / parse) * 100) / 100
    console.log(
      `  ${equipment} lifts: ${Math.round(step)} readings/s decoded and stepped; JSON.parse alone ${Math.round(parse)}/s`,
    )
  }
  return figures
}

function measure(count: number): { step: number; parse: number } {
  const directory = createDirectory()
  const decoder = createDecoder({ directory })
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  const engine = createEngine({ catalogue: CATALOGUE, shards, directory, emit: () => {} })
  const ids = Array.from({ length: count }, (_, i) => `E${String(i + 1).padStart(5, '0')}`)
  let position = 0
  const now = 1_790_000_000_000

  function record(
    kind: JournalRecord['kind'],
    equipment: string,
    arrival: number,
    payload: Buffer,
  ): JournalRecord {
    return { position: ++position, shard: shardOf(equipment), kind, equipment, arrival, packetId: 0, payload }
  }
  for (const id of ids) {
    const facts: EquipmentFacts = {
      id,
      kind: 'elevator',
      profile: 'plain',
      attributes: { ratedSpeed: 1.75 },
      version: 1,
    }
    const registered = record('equipment', id, now, Buffer.from(JSON.stringify(facts)))
    engine.step(registered, decoder.decode(registered))
  }
  const rounds = Math.ceil(MEASURED_READINGS / count)
  const payloads = Array.from({ length: WARM_UP_ROUNDS + rounds }, (_, round) =>
    Buffer.from(liftReading(now + round * 1000, round)),
  )
  function play(from: number, to: number): void {
    for (let round = from; round < to; round++) {
      const payload = payloads[round] ?? Buffer.alloc(0)
      for (const id of ids) {
        const message = record('telemetry', id, now + round * 1000 + 20, payload)
        engine.step(message, decoder.decode(message))
      }
      engine.tick(now + round * 1000 + 900, ++position)
    }
  }
  play(0, WARM_UP_ROUNDS)
  const began = performance.now()
  play(WARM_UP_ROUNDS, WARM_UP_ROUNDS + rounds)
  const stepped = performance.now() - began
  const parseBegan = performance.now()
  let parsed = 0
  for (const payload of payloads.slice(WARM_UP_ROUNDS)) {
    for (let i = 0; i < count; i++) if (JSON.parse(payload.toString()) !== null) parsed++
  }
  const parseTime = performance.now() - parseBegan
  return { step: (rounds * count) / (stepped / 1000), parse: parsed / (parseTime / 1000) }
}

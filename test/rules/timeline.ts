/** Runs a timeline, as written in `test/cases`, and can restart the engine from its snapshots between any two records. */
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { shardOf } from '../../src/model/equipment.js'
import type { Finding } from '../../src/model/finding.js'
import { EVERY_SHARD, type JournalRecord } from '../../src/model/record.js'
import { CASE_EQUIPMENT } from '../../src/rules/backtest/timeline.js'
import { CATALOGUE } from '../../src/rules/catalogue.js'
import type { Transition } from '../../src/rules/condition.js'
import { createEngine, type Engine } from '../../src/rules/engine.js'

export type { Signals, Step, Timeline } from '../../src/rules/backtest/case-schema.js'
export { journalOf, START } from '../../src/rules/backtest/timeline.js'

const SHARD = shardOf(CASE_EQUIPMENT)

export interface Outcome {
  findings: Finding[]
  transitions: Transition[]
  engine: Engine
}

/** Steps all records; restarts from snapshots before each position in `restarts`. */
export function run(records: readonly JournalRecord[], restarts: readonly number[] = []): Outcome {
  const findings: Finding[] = []
  const transitions: Transition[] = []
  const start = () => {
    const directory = createDirectory()
    const engine = createEngine({
      catalogue: CATALOGUE,
      shards: [...new Set([SHARD, ...records.filter((r) => r.shard < EVERY_SHARD).map((r) => r.shard)])],
      directory,
      emit: (finding) => findings.push(structuredClone(finding)),
      trace: (transition) => transitions.push(transition),
    })
    return { directory, engine, decoder: createDecoder({ directory }) }
  }
  let house = start()
  for (const record of records) {
    if (restarts.includes(record.position)) house = restart(house, start)
    if (record.kind === 'tick')
      house.engine.tick(record.arrival, record.position, undefined, record.payload.length > 0)
    else house.engine.step(record, house.decoder.decode(record))
  }
  return { findings, transitions, engine: house.engine }
}

type House = {
  directory: ReturnType<typeof createDirectory>
  engine: Engine
  decoder: ReturnType<typeof createDecoder>
}

function restart(before: House, start: () => House): House {
  const after = start()
  for (const set of before.engine.ruleSets()) after.engine.learnRules(set)
  for (let shard = 0; shard < 64; shard++) {
    const snapshot = before.engine.snapshotShard(shard)
    if (snapshot) after.engine.restoreShard(shard, snapshot)
  }
  for (const entry of before.directory.all()) after.engine.restore(before.engine.snapshot(entry.id))
  return after
}

/**
 * On how many machines would a draft fire, judged by the values that they show now. A pattern that ships goes through the
 * engine itself, one reading each, and counts where its condition is true; a rule of one's own is looked at until its
 * windows and holds have passed.
 */
import type { TimedReading } from '../codecs/decode.js'
import { createDirectory } from '../codecs/directory.js'
import { type EquipmentFacts, type EquipmentKind, SHARDS } from '../model/equipment.js'
import type { JournalRecord } from '../model/record.js'
import type { RuleSet } from '../model/rule-set.js'
import { signalIndex } from '../model/signals.js'
import type { Catalogue } from './catalogue.js'
import { createEngine } from './engine.js'
import type { CheckedRule } from './own/compile.js'
import { type FiringShare, firesOnEverything, type SampleReading } from './own/fires-on-everything.js'
import { readRules } from './own/read.js'

/** One machine as it is now. */
export interface Sample {
  facts: EquipmentFacts
  /** Latest value by signal. */
  values: Readonly<Record<string, number>>
}

export interface FiresOn {
  /** Machines of its kind that show what it needs. */
  looked: number
  fires: number
  /** Ids of some of those on which it would fire. */
  equipment: string[]
}

export interface FiresQuestion {
  catalogue: Catalogue
  set: RuleSet
  /** One that ships, or one of the set's own. */
  pattern: string
  kind: EquipmentKind
  samples: readonly Sample[]
  /** ms since 1970. */
  at: number
}

const ALL_SHARDS = Array.from({ length: SHARDS }, (_, shard) => shard)
/** Machines after which the thread is given to others. */
const TURN = 50
const NAMED = 10
const NO_PAYLOAD = new Uint8Array(0)

export async function firesOn(question: FiresQuestion): Promise<FiresOn> {
  const { set, pattern, kind } = question
  const samples = question.samples.filter(({ facts }) => facts.kind === kind)
  const own = set.rules.find(({ id }) => id === pattern)
  const [rule] = own ? readRules(own.text).rules : []
  return rule ? await ownFiresOn(rule, question.catalogue, samples) : await shippedFiresOn(question, samples)
}

async function shippedFiresOn(
  { catalogue, set, pattern, at }: FiresQuestion,
  samples: readonly Sample[],
): Promise<FiresOn> {
  const directory = createDirectory()
  const fires = new Set<string>()
  const engine = createEngine({
    catalogue: only(catalogue, pattern),
    shards: ALL_SHARDS,
    directory,
    emit: () => {},
    trace: ({ equipment, from }) => void (from === 'clear' && fires.add(equipment)),
    rules: { ...set, rules: [] },
  })
  let looked = 0
  for (const [i, { facts, values }] of samples.entries()) {
    const entry = directory.apply(facts)
    const timed = { ts: at, extras: null, lag: 0, paced: true, known: true, historical: false }
    const readings: TimedReading[] = [{ ...timed, ...columnsOf(values) }]
    engine.step(recordOf(entry.shard, i + 1, facts.id, at), { type: 'readings', entry, readings })
    if (engine.observability(facts.id).some(({ missing }) => missing.length === 0)) looked++
    if (i % TURN === TURN - 1) await giveWay()
  }
  return { looked, fires: fires.size, equipment: [...fires].slice(0, NAMED) }
}

async function ownFiresOn(
  rule: CheckedRule,
  catalogue: Catalogue,
  samples: readonly Sample[],
): Promise<FiresOn> {
  const judge = (some: readonly Sample[]): FiringShare => {
    const readings = some.map(
      ({ facts, values }): SampleReading => ({ values, attributes: facts.attributes }),
    )
    switch (rule.form.kind) {
      case 'elevator':
        return firesOnEverything(rule, readings, catalogue.elevator)
      case 'boiler':
        return firesOnEverything(rule, readings, catalogue.boiler)
      case 'escalator':
        return firesOnEverything(rule, readings, catalogue.escalator)
    }
  }
  const found: FiresOn = { looked: 0, fires: 0, equipment: [] }
  for (let start = 0; start < samples.length; start += TURN) {
    const some = samples.slice(start, start + TURN)
    const { judged, fires } = judge(some)
    found.looked += judged
    found.fires += fires
    for (const sample of fires > 0 ? some : []) {
      if (found.equipment.length >= NAMED) break
      if (judge([sample]).fires > 0) found.equipment.push(sample.facts.id)
    }
    await giveWay()
  }
  return found
}

/** Nothing else is judged beside it. */
function only({ elevator, boiler, escalator }: Catalogue, wanted: string): Catalogue {
  return {
    elevator: { ...elevator, patterns: elevator.patterns.filter(({ id }) => id === wanted) },
    boiler: { ...boiler, patterns: boiler.patterns.filter(({ id }) => id === wanted) },
    escalator: { ...escalator, patterns: escalator.patterns.filter(({ id }) => id === wanted) },
    silence: [],
  }
}

function columnsOf(values: Sample['values']): { signals: number[]; values: number[] } {
  const known = Object.entries(values).flatMap(([name, value]) => {
    const index = signalIndex(name)
    return index === undefined ? [] : [{ index, value }]
  })
  return { signals: known.map(({ index }) => index), values: known.map(({ value }) => value) }
}

function recordOf(shard: number, position: number, equipment: string, arrival: number): JournalRecord {
  return { position, shard, kind: 'telemetry', equipment, arrival, packetId: 0, payload: NO_PAYLOAD }
}

function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/**
 * A pattern that no sign wakes is not looked at. So after every reading those asleep are asked all the same, by every
 * value that their parameters may have: none may find anything, and none may want to note anything.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FAULTS } from '../../simulators/faults/catalogue.js'
import { defaultsOf } from '../../simulators/faults/fault.js'
import { createFleet } from '../../simulators/fleet.js'
import { createRandom } from '../../simulators/random.js'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { EVERY_SHARD } from '../../src/model/record.js'
import { readCases } from '../../src/rules/backtest/case-files.js'
import { CATALOGUE, type Catalogue } from '../../src/rules/catalogue.js'
import type { ElevatorFacts } from '../../src/rules/elevator/facts.js'
import { SIGN } from '../../src/rules/elevator/signs.js'
import { createEngine } from '../../src/rules/engine.js'
import type { Pattern } from '../../src/rules/pattern.js'
import { idInShard, liftUnit } from '../score/hardware.js'
import { createHouse } from '../score/house.js'
import { journalOf } from './timeline.js'

const { patterns, signsOf } = CATALOGUE.elevator
const PASTS = [[], [Date.parse('2026-11-22T00:00:00+08:00')]]

/** The catalogue, and what its sleeping patterns would have found. */
function watched() {
  const slept = new Set<string>()
  const counts = { readings: 0 }
  const catalogue: Catalogue = {
    ...CATALOGUE,
    elevator: {
      ...CATALOGUE.elevator,
      signsOf(facts) {
        const standing = signsOf(facts)
        counts.readings++
        const asleep = patterns.filter(({ signs }) => (signs & standing) === 0)
        const before = JSON.stringify(facts)
        for (const pattern of asleep) askAll(pattern, facts, slept)
        if (JSON.stringify(facts) !== before)
          slept.add(`one of ${asleep.map(({ id }) => id)} notes in its sleep`)
        return standing
      },
    },
  }
  return { catalogue, slept, counts }
}

function askAll(pattern: Pattern<ElevatorFacts>, facts: ElevatorFacts, slept: Set<string>): void {
  // What works on weeks takes stock by its own parameters, and may find something up to a minute later than it could.
  if ((pattern.signs & SIGN.wear) !== 0) {
    pattern.prepare?.(facts, pattern.defaults)
    return
  }
  for (const parameters of extremes(pattern)) {
    pattern.prepare?.(facts, parameters)
    for (const past of PASTS) {
      if (pattern.condition(facts, parameters, past) !== false) slept.add(`${pattern.id} sleeps`)
    }
  }
}

const known = new Map<string, Record<string, number>[]>()

/** Its defaults, and all its parameters at their least and most. */
function extremes({ id, parameters, defaults }: Pattern<ElevatorFacts>): Record<string, number>[] {
  const of = (end: 'min' | 'max') =>
    Object.fromEntries(Object.entries(parameters).map(([name, one]) => [name, one[end]]))
  const all = known.get(id) ?? [{ ...defaults }, of('min'), of('max')]
  known.set(id, all)
  return all
}

test('through every case', { timeout: 120_000 }, () => {
  const { catalogue, slept, counts } = watched()
  for (const one of readCases(join(import.meta.dirname, '../cases'))) {
    if ((one.kind ?? 'elevator') !== 'elevator') continue
    const directory = createDirectory()
    const decoder = createDecoder({ directory })
    const records = journalOf(one)
    const shards = [...new Set(records.map(({ shard }) => shard))].filter((shard) => shard < EVERY_SHARD)
    const engine = createEngine({ catalogue, shards, directory, emit: () => {} })
    for (const record of records) {
      if (record.kind === 'tick') engine.tick(record.arrival, record.position)
      else engine.step(record, decoder.decode(record))
    }
  }
  expect([...slept]).toEqual([])
  expect(counts.readings).toBeGreaterThan(10_000)
})

test('through an hour of lifts to which everything happens', { timeout: 120_000 }, () => {
  const { catalogue, slept, counts } = watched()
  const random = createRandom('signs')
  const startMs = Date.parse('2026-11-22T07:00:00+08:00')
  const units = Array.from({ length: 8 }, (_, i) =>
    liftUnit({ id: idInShard(`G${i}`), estate: `G${i % 3}`, random, report: i % 2 ? 'period' : 'by-change' }),
  )
  const house = createHouse({ units, seed: 'signs', startMs, emit: () => {}, catalogue })
  const scripts = FAULTS.filter(({ subject }) => subject === 'lift' || subject === 'device')
  let now = startMs
  const fleet = createFleet({
    devices: units.map(({ spec }) => spec),
    seed: 'signs',
    startMs,
    periodMs: 1000,
    faults: Array.from({ length: 3 * scripts.length }, (_, i) => {
      const script = scripts[i % scripts.length] ?? scripts[0]
      if (!script) throw new Error('no faults')
      return { script, atMs: i * 30_000, lastsMs: script.lastsMs, target: 'any', options: defaultsOf(script) }
    }),
    emit: (action) => house.take(action, now),
  })
  for (const end = startMs + 3_600_000; now <= end; now += 1000) {
    fleet.advance(now)
    house.tick(now)
  }
  expect([...slept]).toEqual([])
  expect(counts.readings).toBeGreaterThan(10_000)
})

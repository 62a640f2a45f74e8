/**
 * A pattern that no sign wakes is not looked at. So after every reading those asleep are asked all the same, by every
 * value that their parameters may have: none may find anything, and none may want to note anything.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FAULTS } from '../../simulators/faults/catalogue.js'
import { defaultsOf, suits } from '../../simulators/faults/fault.js'
import { createFleet } from '../../simulators/fleet.js'
import { createRandom } from '../../simulators/random.js'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { EVERY_SHARD } from '../../src/model/record.js'
import { readCases } from '../../src/rules/backtest/case-files.js'
import { SIGN as BOILER } from '../../src/rules/boiler/signs.js'
import { CATALOGUE, type Catalogue } from '../../src/rules/catalogue.js'
import { SIGN as LIFT } from '../../src/rules/elevator/signs.js'
import { createEngine } from '../../src/rules/engine.js'
import type { Facts, KindRules } from '../../src/rules/facts.js'
import type { Pattern } from '../../src/rules/pattern.js'
import { boilerUnit, idInShard, liftUnit, type Unit } from '../score/hardware.js'
import { createHouse } from '../score/house.js'
import { journalOf } from './timeline.js'

const PASTS = [[], [Date.parse('2026-11-22T00:00:00+08:00')]]
/** Works on hours and weeks, and is looked at once a minute: it may find something that much later than it could. */
const AT_LEISURE = { elevator: LIFT.wear, boiler: BOILER.sampled, escalator: 0 }

interface Watched {
  catalogue: Catalogue
  /** What went wrong. */
  faults: Set<string>
  /** Of all that could have been asked, how many were asleep. */
  asked: number
  asleep: number
}

function watched(): Watched {
  const faults = new Set<string>()
  const found: Watched = { catalogue: CATALOGUE, faults, asked: 0, asleep: 0 }
  const watch = <F extends Facts>(rules: KindRules<F>): KindRules<F> => ({
    ...rules,
    signsOf(facts) {
      const standing = rules.signsOf(facts)
      const sleepers = rules.patterns.filter(({ signs }) => (signs & standing) === 0)
      const before = Object.values(facts)
      // What lies deeper is compared less often, because it takes long.
      const deep = found.asked % 29 === 0
      const text = deep ? JSON.stringify(facts) : ''
      for (const pattern of sleepers) ask(pattern, facts, faults)
      const same = Object.values(facts).every((value, i) => Object.is(value, before[i]))
      if (!same || (deep && JSON.stringify(facts) !== text))
        faults.add(`one of ${sleepers.map(({ id }) => id)} notes in its sleep`)
      found.asked += rules.patterns.length
      found.asleep += sleepers.length
      return standing
    },
  })
  found.catalogue = {
    ...CATALOGUE,
    elevator: watch(CATALOGUE.elevator),
    boiler: watch(CATALOGUE.boiler),
    escalator: watch(CATALOGUE.escalator),
  }
  return found
}

function ask<F extends Facts>(pattern: Pattern<F>, facts: F, faults: Set<string>): void {
  if ((pattern.signs & AT_LEISURE[pattern.kind]) !== 0) {
    // It takes stock, so only by its own parameters.
    pattern.prepare?.(facts, pattern.defaults)
    return
  }
  for (const parameters of extremes(pattern)) {
    pattern.prepare?.(facts, parameters)
    for (const past of PASTS) {
      if (pattern.condition(facts, parameters, past) !== false) faults.add(`${pattern.id} sleeps`)
    }
  }
}

const known = new Map<string, Record<string, number>[]>()

/** Its defaults, and all its parameters at their least and most. */
function extremes<F>({ id, parameters, defaults }: Pattern<F>): Record<string, number>[] {
  const of = (end: 'min' | 'max') =>
    Object.fromEntries(Object.entries(parameters).map(([name, one]) => [name, one[end]]))
  const all = known.get(id) ?? [{ ...defaults }, of('min'), of('max')]
  known.set(id, all)
  return all
}

test('through every case', { timeout: 120_000 }, () => {
  const all = watched()
  for (const one of readCases(join(import.meta.dirname, '../cases'))) {
    const directory = createDirectory()
    const decoder = createDecoder({ directory })
    const records = journalOf(one)
    const shards = [...new Set(records.map(({ shard }) => shard))].filter((shard) => shard < EVERY_SHARD)
    const engine = createEngine({ catalogue: all.catalogue, shards, directory, emit: () => {} })
    for (const record of records) {
      if (record.kind === 'tick') engine.tick(record.arrival, record.position)
      else engine.step(record, decoder.decode(record))
    }
  }
  expect([...all.faults]).toEqual([])
  expect(all.asked).toBeGreaterThan(1_000_000)
})

test('through an hour of lifts and boilers to which everything happens', { timeout: 120_000 }, () => {
  const all = watched()
  const random = createRandom('signs')
  const startMs = Date.parse('2026-11-22T07:00:00+08:00')
  const units: Unit[] = Array.from({ length: 8 }, (_, i) =>
    liftUnit({ id: idInShard(`G${i}`), estate: `G${i % 3}`, random, report: i % 2 ? 'period' : 'by-change' }),
  )
  for (const medium of ['steam', 'steam', 'hot-water'] as const) {
    const id = idInShard(`K${units.length}`)
    units.push(boilerUnit({ id, estate: 'K', random, report: 'period', design: { medium } }))
  }
  const house = createHouse({ units, seed: 'signs', startMs, emit: () => {}, catalogue: all.catalogue })
  const devices = units.map(({ spec }) => spec)
  const scripts = FAULTS.filter((script) =>
    devices.some((spec) =>
      suits(script, { kind: spec.kind, medium: spec.kind === 'boiler' ? spec.design.medium : undefined }),
    ),
  )
  let now = startMs
  const fleet = createFleet({
    devices,
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
  expect([...all.faults]).toEqual([])
  expect(all.asleep / all.asked).toBeGreaterThan(0.6)
})

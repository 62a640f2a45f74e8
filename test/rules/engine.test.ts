/** The engine as a whole: over random journals the same findings whole and resumed, ids that never repeat, ends that follow begins. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { shardOf } from '../../src/model/equipment.js'
import type { Finding } from '../../src/model/finding.js'
import { CATALOGUE } from '../../src/rules/catalogue.js'
import { createEngine } from '../../src/rules/engine.js'
import { journalOf, run, START, type Step, type Timeline } from './timeline.js'

const flag = fc.boolean()
const liftSignals = fc.record(
  {
    serviceMode: fc.constantFrom(0, 1, 1, 1, 2, 3, 7),
    speed: fc.constantFrom(0, 0, 0, 0.08, 0.2, 0.5, 1.5, 99),
    doorZone: flag,
    door: fc.constantFrom(0, 1, 2, 2, 3, 4, 6),
    passenger: flag,
    alarmButton: fc.constantFrom(false, false, false, true),
    mainsPower: flag,
  },
  { requiredKeys: [] },
)
const boilerSignals = fc.record(
  {
    waterLevel: fc.constantFrom(0, -50, -80, -9999),
    pressure: fc.constantFrom(0.01, 1, 1.25, 1.262, 1.3),
    fuelValve: flag,
    flame: flag,
    lowWaterAlarm: fc.constantFrom(false, false, true),
    boilerState: fc.constantFrom(0, 1, 3),
  },
  { requiredKeys: [] },
)
const UNTIL = 600

function stepsOf(signals: fc.Arbitrary<Record<string, number | boolean>>): fc.Arbitrary<Step[]> {
  const at = fc.integer({ min: 0, max: UNTIL })
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 12, arbitrary: fc.record({ at, signals }) },
    { weight: 2, arbitrary: fc.record({ at, every: fc.constantFrom(0, 1, 1, 5, 60) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        at,
        event: fc.record({
          code: fc.constantFrom(1, 3, 4, 5, 8, 43, 90),
          active: flag,
          key: fc.constantFrom('a', 'b'),
        }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ at, backlog: fc.constantFrom({ from: 0, to: 200 }, { from: 20, to: 90 }) }),
    },
    { weight: 1, arbitrary: fc.record({ at, attendance: fc.constantFrom('in' as const, 'out' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        at,
        mark: fc.record({
          kind: fc.constantFrom('maintenance' as const, 'drill' as const, 'water-alarm-test' as const),
        }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ at, unmark: fc.constantFrom('maintenance', 'drill') }) },
    {
      weight: 1,
      arbitrary: fc.record({
        at,
        session: fc.record({ session: fc.constantFrom('s1', 'a-1', 'a-2', 'b-1'), open: flag }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ at, gatewayStart: fc.constant(true as const) }) },
    { weight: 1, arbitrary: fc.record({ at, away: fc.integer({ min: 2, max: 200 }) }) },
    { weight: 1, arbitrary: fc.record({ at, clockJump: fc.constantFrom(-3600, 400, 30) }) },
  )
  return fc.array(step, { maxLength: 40 })
}

const timelines: fc.Arbitrary<Timeline> = fc.oneof(
  fc.record({
    attributes: fc.constantFrom(
      { presenceSource: 'controller' as const },
      { presenceSource: 'car-top' as const },
      {},
    ),
    clock: fc.constantFrom(0, 0, 0, -28_800, 3_600),
    steps: stepsOf(liftSignals),
    until: fc.constant(UNTIL),
  }),
  fc.record({
    kind: fc.constant('boiler' as const),
    attributes: fc.constant({ workingPressure: 1.25, safetyValveSet: 1.3, lowWaterLimit: -75 }),
    steps: stepsOf(boilerSignals),
    until: fc.constant(UNTIL),
  }),
)

describe('over random journals', () => {
  test('a run that restarts from snapshots finds what a whole run finds', () => {
    fc.assert(
      fc.property(
        timelines,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
        (timeline, where) => {
          const records = journalOf(timeline)
          const restarts = where.map((share) => Math.ceil(share * records.length))
          expect(run(records, restarts).findings).toEqual(run(records).findings)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('no step of a finding repeats, priority only rises, and every end follows a begin', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const latest = new Map<string, Finding>()
        for (const finding of run(journalOf(timeline)).findings) {
          const before = latest.get(finding.id)
          expect(before?.stage, finding.id).not.toBe('cleared')
          if (finding.stage === 'cleared') expect(before).toBeDefined()
          if (before && finding.stage !== 'cleared') {
            const worse =
              finding.priority < before.priority || (finding.interlockFailed && !before.interlockFailed)
            expect(finding.stage !== before.stage || worse, finding.id).toBeTruthy()
            expect(finding.priority <= before.priority).toBe(true)
          }
          expect(finding.at).toBeGreaterThanOrEqual(finding.since)
          latest.set(finding.id, finding)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('records that come twice change nothing', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const records = journalOf(timeline)
        expect(run(records.flatMap((record) => [record, record])).findings).toEqual(run(records).findings)
      }),
      { numRuns: 30 },
    )
  })
})

function createHouse(id: string, kind: 'elevator' | 'boiler' = 'elevator') {
  const directory = createDirectory()
  directory.apply({ id, kind, profile: 'plain', attributes: {}, version: 1 })
  const findings: Finding[] = []
  const shards = [shardOf(id)]
  const engine = createEngine({
    catalogue: CATALOGUE,
    shards,
    directory,
    emit: (finding) => findings.push(finding),
  })
  return { directory, engine, decoder: createDecoder({ directory }), findings }
}

function telemetry(id: string, position: number, arrival: number, value: unknown) {
  const payload = Buffer.from(JSON.stringify(value))
  return {
    position,
    shard: shardOf(id),
    kind: 'telemetry' as const,
    equipment: id,
    arrival,
    packetId: 0,
    payload,
  }
}

test('what a device does not send makes a pattern not observable, with what is missing', () => {
  const { engine, decoder } = createHouse('EL-1')
  for (let i = 1; i <= 5; i++) {
    const record = telemetry('EL-1', i, START + i * 1000, { speed: 0, doorZone: true, door: 2 })
    engine.step(record, decoder.decode(record))
  }
  const rows = Object.fromEntries(engine.observability('EL-1').map((row) => [row.pattern, row]))
  expect(rows['L-TRAP-1']).toEqual({ pattern: 'L-TRAP-1', evaluated: 0, missing: ['passenger'] })
  expect(rows['L-DOR']).toEqual({ pattern: 'L-DOR', evaluated: 5, missing: [] })
  expect(rows['L-TRAP-3']?.missing).toEqual(['alarmButton'])
})

test('an attribute that is missing is named as such', () => {
  const { engine, decoder } = createHouse('BO-1', 'boiler')
  const record = telemetry('BO-1', 1, START, { waterLevel: -300, pressure: 9, flame: false })
  engine.step(record, decoder.decode(record))
  const rows = Object.fromEntries(engine.observability('BO-1').map((row) => [row.pattern, row.missing]))
  expect(rows).toMatchObject({
    'B-LLW': ['attributes.lowWaterLimit'],
    'B-OVP': ['attributes.workingPressure'],
    'B-FFL': ['fuelValve'],
  })
})

test('a snapshot of a newer format stops the reader loudly', () => {
  const { engine, decoder } = createHouse('EL-1')
  const record = telemetry('EL-1', 1, START, { speed: 0 })
  engine.step(record, decoder.decode(record))
  const snapshot = engine.snapshot('EL-1')
  expect(() => engine.restore(snapshot.replace('[1,', '[2,'))).toThrow(
    expect.objectContaining({ code: 'SNAPSHOT_FORMAT_NEWER' }),
  )
  expect(() => engine.restoreShard(shardOf('EL-1'), '[2,0]')).toThrow(
    expect.objectContaining({ code: 'SNAPSHOT_FORMAT_NEWER' }),
  )
})

test('online follows sessions and messages, three periods long', () => {
  const { engine, decoder } = createHouse('EL-1')
  expect(engine.online('EL-1')).toBe(false)
  let position = 0
  for (let s = 0; s < 20; s += 2) {
    const record = telemetry('EL-1', ++position, START + s * 1000, { speed: 0 })
    engine.step(record, decoder.decode(record))
    engine.tick(START + s * 1000 + 500, ++position)
  }
  engine.tick(START + 22_000, ++position)
  expect(engine.online('EL-1')).toBe(true)
  engine.tick(START + 26_000, ++position)
  expect(engine.online('EL-1')).toBe(false)
})

test('a parameter for one equipment replaces the default within its bounds', () => {
  const directory = createDirectory()
  const findings: Finding[] = []
  const engine = createEngine({
    catalogue: CATALOGUE,
    shards: [shardOf('EL-1')],
    directory,
    emit: (finding) => findings.push(finding),
    rules: {
      version: 1,
      parameters: [
        {
          pattern: 'L-TRAP-1',
          parameter: 'showMs',
          scope: { level: 'equipment', equipment: 'EL-1' },
          value: 10_000,
        },
        {
          pattern: 'L-TRAP-1',
          parameter: 'orderMs',
          scope: { level: 'equipment', equipment: 'EL-1' },
          value: 1,
        },
      ],
      rules: [],
    },
  })
  directory.apply({ id: 'EL-1', kind: 'elevator', profile: 'plain', attributes: {}, version: 1 })
  const decoder = createDecoder({ directory })
  for (let s = 0; s <= 80; s++) {
    const record = telemetry('EL-1', s + 1, START + s * 1000, {
      serviceMode: 1,
      speed: 0,
      doorZone: false,
      passenger: true,
    })
    engine.step(record, decoder.decode(record))
  }
  expect(findings.map(({ stage, at }) => [stage, (at - START) / 1000])).toEqual([
    ['shown', 10],
    ['ordered', 75],
  ])
})

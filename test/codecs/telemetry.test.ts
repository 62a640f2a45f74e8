/** Telemetry payloads: what is read, what is kept raw, what is set aside, and that nothing a device sends is thrown. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLearntNames, createPartCounts, decodeTelemetry } from '../../src/codecs/telemetry.js'
import { EQUIPMENT_KINDS, type EquipmentKind, PROFILES, type Profile } from '../../src/model/equipment.js'
import { namesOf, signalAt } from '../../src/model/signals.js'

function decode(
  json: unknown,
  profile: Profile = 'plain',
  kind: EquipmentKind = 'elevator',
  names = createLearntNames(),
) {
  const payload = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json))
  const parts = createPartCounts()
  const decoded = decodeTelemetry(payload, { kind, profile }, parts, names)
  const counted = Object.fromEntries(Object.entries(parts).filter(([, count]) => count > 0))
  if (!Array.isArray(decoded)) return { rejected: decoded.reason, counted }
  const readings = decoded.map(({ ts, signals, values, extras, historical }) => ({
    ts,
    ...(historical ? { historical } : {}),
    ...Object.fromEntries(signals.map((signal, i) => [signalAt(signal).name, values[i]])),
    ...(extras ? { extras: Object.fromEntries(extras.map(({ name, value }) => [name, value])) } : {}),
  }))
  return { readings, counted }
}

describe('shapes', () => {
  test.each([
    ['a reading', { ts: 1000, speed: 1.5 }, [{ ts: 1000, speed: 1.5 }]],
    [
      'ts and values',
      { ts: 1000, values: { speed: 1.5, doorZone: true } },
      [{ ts: 1000, speed: 1.5, doorZone: 1 }],
    ],
    [
      'an array of either',
      [
        { ts: 1, speed: 1 },
        { ts: 2, values: { speed: 2 } },
      ],
      [
        { ts: 1, speed: 1 },
        { ts: 2, speed: 2 },
      ],
    ],
    [
      'an array in any order, read oldest first',
      [
        { ts: 2, speed: 2 },
        { ts: 1, speed: 1 },
      ],
      [
        { ts: 1, speed: 1 },
        { ts: 2, speed: 2 },
      ],
    ],
    [
      'what the device calls past, where it stands beside values',
      [
        { ts: 1, values: { speed: 1 }, historical: true },
        { ts: 2, speed: 2, historical: true },
      ],
      [
        { ts: 1, speed: 1, historical: true },
        { ts: 2, speed: 2, extras: { historical: true } },
      ],
    ],
    ['no ts', { speed: 0 }, [{ ts: null, speed: 0 }]],
    ['a null ts', { ts: null, speed: 0 }, [{ ts: null, speed: 0 }]],
  ])('%s', (_name, json, readings) => {
    expect(decode(json)).toEqual({ readings, counted: {} })
  })

  test('1000 readings are taken, 1001 are not', () => {
    expect(decode(Array.from({ length: 1000 }, (_, ts) => ({ ts, speed: 0 }))).readings).toHaveLength(1000)
    expect(decode(Array.from({ length: 1001 }, (_, ts) => ({ ts, speed: 0 }))).rejected).toBe(
      'too-many-readings',
    )
  })

  test.each([
    ['not JSON', '{"speed": 1.5', 'not-json'],
    ['an empty payload', '', 'not-json'],
    ['a number', '42', 'not-an-object'],
    ['null', 'null', 'not-an-object'],
    ['an empty object', '{}', 'empty'],
    ['an empty array', '[]', 'empty'],
    ['only a ts', '{"ts": 1}', 'empty'],
    ['a ts that is no time', '{"ts": "yesterday", "speed": 1}', 'bad-ts'],
    ['a ts that is an object', '{"ts": {}, "speed": 1}', 'bad-ts'],
    ['an endless ts', '{"ts": 1e999, "speed": 1}', 'bad-ts'],
    ['a thousand brackets', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'not-an-object'],
  ])('%s is rejected', (_name, json, reason) => {
    expect(decode(json).rejected).toBe(reason)
  })

  test('bytes that are not UTF-8 are rejected', () => {
    const payload = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
    const decoded = decodeTelemetry(
      payload,
      { kind: 'elevator', profile: 'plain' },
      createPartCounts(),
      createLearntNames(),
    )
    expect(decoded).toMatchObject({ reason: 'not-utf8' })
  })

  test('one bad reading of an array does not take the others with it', () => {
    expect(decode([{ ts: 1, speed: 1 }, 7, { ts: 'x', speed: 2 }, {}])).toEqual({
      readings: [{ ts: 1, speed: 1 }],
      counted: { 'not-an-object': 1, 'bad-ts': 1, empty: 1 },
    })
  })
})

describe('GB/T 24476 names and profiles', () => {
  const gb = {
    Service_Mode: 1,
    Car_Status: 1,
    Car_Direction: 2,
    Door_Zone: true,
    Car_Position: 7,
    Passenger_Status: false,
  }
  test('names that mean a signal as they are', () => {
    expect(decode(gb).readings).toEqual([
      { ts: null, serviceMode: 1, carStatus: 1, direction: 2, doorZone: 1, floor: 7, passenger: 0 },
    ])
  })

  test.each<[string, Profile, unknown, Record<string, unknown>, Record<string, number>]>([
    ['a JSON boolean means the same everywhere', 'plain', { Door_Status: true }, { door: 2 }, {}],
    ['false is not closed', 'shanghai', { Door_Close_Status: false }, { door: 6 }, {}],
    [
      'a number without a profile is kept raw',
      'plain',
      { Door_Status: 1 },
      { extras: { Door_Status: 1 } },
      { 'needs-profile': 1 },
    ],
    ['1 is closed under gbt24476', 'gbt24476', { Door_Status: 1 }, { door: 2 }, {}],
    ['0 is not closed under gbt24476', 'gbt24476', { Door_Close_Status: 0 }, { door: 6 }, {}],
    ['seven codes under shanghai', 'shanghai', { Door_Status: 4 }, { door: 4 }, {}],
    ['a boolean is closed or not under shanghai too', 'shanghai', { Door_Status: true }, { door: 2 }, {}],
    [
      "Shanghai's other names",
      'shanghai',
      { Lift_Car_Drive_Status: 1, People_Number: 4, Car_Overload: 0, Histway_Door: true },
      { brakeReleased: 1, peopleCount: 4, overload: 0, hallDoorsLocked: 1 },
      {},
    ],
    [
      'a name that only Shanghai codes is unknown elsewhere',
      'plain',
      { Lift_Car_Drive_Status: 2 },
      { extras: { Lift_Car_Drive_Status: 2 } },
      {},
    ],
    [
      'statistics',
      'plain',
      { Total_Running_Time: 10, Present_Counter_Value: 20, Door_Open_Count: 30, Lift_Mileage: 40 },
      { runHours: 10, runs: 20, doorCycles: 30, mileage: 40 },
      {},
    ],
    ['mains power of terminals', 'plain', { power_status: 2 }, { mainsPower: 0 }, {}],
    [
      '2 is no under one-two',
      'one-two',
      { Door_Status: 2, Passenger_Status: 2, doorZone: 1 },
      { door: 6, passenger: 0, doorZone: 1 },
      {},
    ],
    [
      '2 without a profile is kept raw, under a name of its own',
      'plain',
      { passenger: 2 },
      { extras: { passengerRaw: 2 } },
      { 'needs-profile': 1 },
    ],
    [
      'codes that are no switches stay as they are under one-two',
      'one-two',
      { serviceMode: 2, direction: 2 },
      { serviceMode: 2, direction: 2 },
      {},
    ],
  ])('%s', (_name, profile, json, reading, counted) => {
    expect(decode(json, profile)).toEqual({ readings: [{ ts: null, ...reading }], counted })
  })

  test.each([
    ['without a zone it is +08:00', '2026-11-22 08:00:00', Date.UTC(2026, 10, 22)],
    ['with a zone it is that', '2026-11-22T08:00:00Z', Date.UTC(2026, 10, 22, 8)],
    ['with another zone', '2026-11-22 08:00:00+09:00', Date.UTC(2026, 10, 21, 23)],
  ])('samplingTime: %s', (_name, samplingTime, ts) => {
    expect(decode({ samplingTime, speed: 0 }).readings).toEqual([{ ts, speed: 0 }])
  })

  test('a samplingTime that no calendar has is no time', () => {
    expect(decode({ samplingTime: '2026-02-31 08:00:00', speed: 0 }).rejected).toBe('bad-ts')
  })
})

test('the boiler tables of city platforms: switches of 1 and 2 under every profile, pressures in their own unit', () => {
  const json = {
    steam_pressure: 0.8,
    fuel_pressure: 0.03,
    exhaust_temp: 150,
    ff_alarm: 2,
    elw_alarm: 1,
    op_alarm: 0,
  }
  expect(decode(json, 'plain', 'boiler')).toEqual({
    readings: [
      {
        ts: null,
        pressure: 0.8,
        fuelPressure: 30,
        exhaustTemp: 150,
        flameOutAlarm: 0,
        lowWaterAlarm: 1,
        extras: { op_alarm: 0 },
      },
    ],
    counted: { 'needs-profile': 1 },
  })
})

describe('escalators after GB/T 24476', () => {
  test.each([
    ['stands and starts when somebody comes', 0, { direction: 0, speedMode: 0 }],
    ['up at nominal speed', 1, { direction: 1, speedMode: 1 }],
    ['up, slowly', 2, { direction: 1, speedMode: 2 }],
    ['down at nominal speed', 3, { direction: 2, speedMode: 1 }],
    ['down, slowly', 4, { direction: 2, speedMode: 2 }],
  ])('Escalator_Operation_Direction: %s', (_name, code, reading) => {
    const json = { Escalator_Operation_Direction: code }
    expect(decode(json, 'gbt24476', 'escalator').readings).toEqual([{ ts: null, ...reading }])
  })

  test('Service_Mode: 3 is unknown and no fire service, as it is for a lift', () => {
    expect(decode({ Service_Mode: 3 }, 'plain', 'escalator').readings).toEqual([{ ts: null, serviceMode: 7 }])
    expect(decode({ Service_Mode: 3 }).readings).toEqual([{ ts: null, serviceMode: 3 }])
  })

  test('a code that the list does not have is kept raw and counted once', () => {
    expect(decode({ Escalator_Operation_Direction: 9 }, 'plain', 'escalator')).toEqual({
      readings: [{ ts: null, extras: { Escalator_Operation_Direction: 9 } }],
      counted: { 'needs-profile': 1 },
    })
  })
})

test('no two signals of a kind share a name, under any profile', () => {
  for (const kind of EQUIPMENT_KINDS) {
    for (const profile of PROFILES) {
      const names = namesOf(kind, profile).map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
    }
  }
})

describe('values', () => {
  test('unknown signals are kept as they come, what is no value is set aside', () => {
    const json = {
      humidity: 55.5,
      lit: true,
      model: 'X',
      long: 'x'.repeat(257),
      list: [1],
      nothing: null,
      door: 2,
    }
    expect(decode(json)).toEqual({
      readings: [{ ts: null, door: 2, extras: { humidity: 55.5, lit: true, model: 'X' } }],
      counted: { 'too-long': 1, 'bad-value': 1 },
    })
  })

  test('a value that is not of its type is set aside, the rest of the reading stays', () => {
    expect(decode({ ts: 1, speed: 'fast', doorZone: 'yes', floor: 3 })).toEqual({
      readings: [{ ts: 1, floor: 3 }],
      counted: { 'bad-value': 2 },
    })
  })

  test('a number or a boolean in quotes is what it says, under catalogue names only', () => {
    const json = { speed: '-1.5e0', doorZone: 'true', passenger: '0', Door_Status: 'false', note: '12' }
    expect(decode(json)).toEqual({
      readings: [{ ts: null, speed: -1.5, doorZone: 1, passenger: 0, door: 6, extras: { note: '12' } }],
      counted: {},
    })
    expect(decode({ speed: '1e999', load: '0x10', floor: '', runs: '7'.repeat(33) }).rejected).toBe('empty')
  })

  test('a signal of another kind of equipment is an unknown one', () => {
    expect(decode({ pressure: 1.2, flame: true }).readings).toEqual([
      { ts: null, extras: { pressure: 1.2, flame: true } },
    ])
    expect(decode({ pressure: 1.2, flame: true }, 'plain', 'boiler').readings).toEqual([
      { ts: null, pressure: 1.2, flame: 1 },
    ])
  })

  test('names that objects have by nature are only names', () => {
    expect(decode('{"__proto__": 1, "constructor": 2, "toString": 3}').readings).toEqual([
      expect.objectContaining({ extras: { ['__proto__']: 1, constructor: 2, toString: 3 } }),
    ])
  })
})

describe('names that nobody knows', () => {
  const named = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${from + i}`, i]))

  test('64 of one reading are kept, the rest is set aside and takes nothing with it', () => {
    const { readings, counted } = decode([{ ...named(0, 70), speed: 1 }, named(0, 64)])
    expect(readings?.map(({ extras }) => Object.keys(extras ?? {}).length)).toEqual([64, 64])
    expect(readings?.[0]).toMatchObject({ speed: 1 })
    expect(counted).toEqual({ 'too-many-names': 6 })
  })

  test('a thousand are learnt of one kind of equipment; those stay usable', () => {
    const names = createLearntNames()
    for (let from = 0; from < 1000; from += 50) decode(named(from, 50), 'plain', 'elevator', names)
    expect(decode({ ...named(998, 4), floor: 3 }, 'plain', 'elevator', names)).toEqual({
      readings: [{ ts: null, floor: 3, extras: { n998: 0, n999: 1 } }],
      counted: { 'too-many-names': 2 },
    })
    expect(decode(named(5000, 2), 'plain', 'boiler', names).counted).toEqual({})
    expect(names.unknown.elevator.size).toBe(1000)
  })

  test('a reading of which nothing is left is still a sign of life', () => {
    const names = createLearntNames()
    for (let from = 0; from < 1000; from += 50) decode(named(from, 50), 'plain', 'elevator', names)
    expect(decode({ ts: 7, other: 1 }, 'plain', 'elevator', names)).toEqual({
      readings: [{ ts: 7 }],
      counted: { 'too-many-names': 1 },
    })
  })
})

test('whatever bytes or JSON come, the answer is readings or a rejection', () => {
  const payloads = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json({ maxDepth: 5 }).map((json) => Buffer.from(json)),
    fc
      .object({ key: fc.constantFrom('ts', 'values', 'speed', 'door', 'Door_Status', 'samplingTime', 'x') })
      .map((value) => Buffer.from(JSON.stringify(value))),
  )
  fc.assert(
    fc.property(payloads, fc.constantFrom<Profile>('plain', 'shanghai', 'one-two'), (payload, profile) => {
      const decoded = decodeTelemetry(
        payload,
        { kind: 'elevator', profile },
        createPartCounts(),
        createLearntNames(),
      )
      if (!Array.isArray(decoded)) {
        expect(decoded.detail.length).toBeLessThanOrEqual(120)
        return
      }
      for (const { ts, signals, values } of decoded) {
        expect(signals).toHaveLength(values.length)
        expect(values.every(Number.isFinite)).toBe(true)
        expect(ts === null || Number.isFinite(ts)).toBe(true)
      }
    }),
    { numRuns: 3000 },
  )
})

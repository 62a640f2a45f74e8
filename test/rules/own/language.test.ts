/** Every construct of the language fires where it should, and not where it almost should; unknown never raises. */
import { describe, expect, test } from 'vitest'
import type { EquipmentAttributes, EquipmentKind } from '../../../src/model/equipment.js'
import { CATALOGUE } from '../../../src/rules/catalogue.js'
import { compileRule } from '../../../src/rules/own/compile.js'
import { type Message, play, readings, ruleOf, ruleText } from './play.js'

interface Construct {
  name: string
  raise: string
  kind?: EquipmentKind
  attributes?: EquipmentAttributes
  until?: number
  fires: Message[]
  /** Second at which it becomes true. */
  at: number
  almost: Message[]
}

const door = (...states: [at: number, door: number][]): Message[] =>
  states.map(([at, state]) => ({ at, signals: { door: state } }))
const temp = (at: number, machineRoomTemp: number): Message => ({ at, signals: { machineRoomTemp } })
const code = (at: number, number: number, active = true): Message => ({ at, event: { code: number, active } })

const CONSTRUCTS: Construct[] = [
  {
    name: 'a comparison',
    raise: 'machineRoomTemp > 40',
    fires: [temp(0, 40), temp(10, 40.1)],
    at: 10,
    almost: [temp(0, 40)],
  },
  {
    name: 'arithmetic, before comparison and after brackets',
    raise: '(motorTemp - machineRoomTemp) * 2 + 1 >= 41',
    fires: [{ at: 0, signals: { motorTemp: 60, machineRoomTemp: 40 } }],
    at: 0,
    almost: [{ at: 0, signals: { motorTemp: 59, machineRoomTemp: 40 } }],
  },
  {
    name: 'a negative value, and one without its sign',
    raise: 'speed < -1 and abs(levelError) > 10',
    fires: [{ at: 0, signals: { speed: -1.5, levelError: -11 } }],
    at: 0,
    almost: [{ at: 0, signals: { speed: -1.5, levelError: -9 } }],
  },
  {
    name: 'a division by zero is unknown',
    raise: 'load / peopleCount > 150',
    fires: [{ at: 0, signals: { load: 600, peopleCount: 3 } }],
    at: 0,
    almost: [{ at: 0, signals: { load: 600, peopleCount: 0 } }],
  },
  {
    name: 'and, or, not by their precedence',
    raise: 'passenger and not doorZone or overload',
    fires: [{ at: 0, signals: { passenger: true, doorZone: false, overload: false } }],
    at: 0,
    almost: [{ at: 0, signals: { passenger: true, doorZone: true, overload: false } }],
  },
  {
    name: 'a word for a code',
    raise: 'door == "open" and serviceMode != "inspection"',
    fires: [{ at: 3, signals: { door: 4, serviceMode: 1 } }],
    at: 3,
    almost: [{ at: 3, signals: { door: 4, serviceMode: 2 } }],
  },
  {
    name: 'an attribute, and the text of one',
    raise: 'abs(speed) > 1.1 * attributes.ratedSpeed and attributes.use == "goods"',
    attributes: { ratedSpeed: 1, use: 'goods' },
    fires: [{ at: 0, signals: { speed: -1.2 } }],
    at: 0,
    almost: [{ at: 0, signals: { speed: -1.05 } }],
  },
  {
    name: 'a derived state',
    raise: 'moving and door == "open"',
    fires: [
      { at: 0, signals: { speed: 0, door: 4 } },
      { at: 1, signals: { speed: 0.8, door: 4 } },
      { at: 2, signals: { speed: 0.8, door: 4 } },
    ],
    at: 1,
    almost: [{ at: 0, signals: { speed: 0, door: 4 } }],
  },
  {
    name: 'an event that has begun',
    raise: 'event(90) and machineRoomTemp > 0',
    fires: [temp(0, 20), code(5, 90)],
    at: 5,
    almost: [temp(0, 20), code(5, 91), code(6, 90, false)],
  },
  {
    name: 'rate, a minute',
    raise: 'rate(pressure, 1m) > 0.05',
    kind: 'boiler',
    fires: readings(0, 121, 10, (s) => ({ pressure: 0.5 + (0.06 / 60) * s })),
    at: 60,
    almost: readings(0, 121, 10, (s) => ({ pressure: 0.5 + (0.049 / 60) * s })),
  },
  {
    name: 'rate says nothing over a gap',
    raise: 'rate(pressure, 1m) > 0.05',
    kind: 'boiler',
    fires: [
      { at: 0, signals: { pressure: 0.5 } },
      { at: 119, signals: { pressure: 0.9 } },
    ],
    at: 119,
    almost: [
      { at: 0, signals: { pressure: 0.5 } },
      { at: 121, signals: { pressure: 0.9 } },
    ],
  },
  {
    name: 'count in a window',
    raise: 'count(door == 4, 10m) >= 3',
    fires: door([0, 2], [10, 4], [20, 2], [300, 4], [310, 2], [609, 4]),
    at: 609,
    almost: door([0, 2], [10, 4], [20, 2], [300, 4], [310, 2], [611, 4]),
  },
  {
    name: 'too few in a window are unknown before the window is full',
    raise: 'count(changed(waterLevel), 1h) < 2',
    kind: 'boiler',
    fires: readings(0, 3661, 60, (s) => ({ waterLevel: Math.min(s, 60) })),
    at: 3600,
    almost: readings(0, 3541, 60, { waterLevel: 0 }),
  },
  {
    name: 'each change counts, also one right after another',
    raise: 'count(changed(floor) and door == 4, 1m) >= 3',
    fires: readings(0, 4, 1, (s) => ({ floor: s, door: 4 })),
    at: 3,
    almost: readings(0, 4, 1, (s) => ({ floor: Math.max(s, 1), door: 4 })),
  },
  {
    name: 'a change is the end of a sequence each time',
    raise: 'sequence(overload, changed(floor), 10s)',
    fires: [
      { at: 0, signals: { floor: 1, overload: false } },
      { at: 1, signals: { floor: 2, overload: false } },
      { at: 2, signals: { floor: 3, overload: true } },
      { at: 3, signals: { floor: 4, overload: true } },
    ],
    at: 3,
    almost: [
      { at: 0, signals: { floor: 1, overload: false } },
      { at: 1, signals: { floor: 2, overload: false } },
      { at: 2, signals: { floor: 3, overload: true } },
      { at: 3, signals: { floor: 3, overload: true } },
    ],
  },
  {
    name: 'what was true from the start did not become true',
    raise: 'count(door == 4, 10m) >= 1',
    fires: door([0, 4], [1, 2], [2, 4]),
    at: 2,
    almost: door([0, 4], [1, 4]),
  },
  {
    name: 'held, judged by the clock and not only by readings',
    raise: 'held(door == 4, 30s)',
    fires: door([0, 2], [10, 4]),
    at: 40.9,
    until: 60,
    almost: door([0, 2], [10, 4], [39, 2], [39.5, 4], [60, 2]),
  },
  {
    name: 'a sequence',
    raise: 'sequence(event(41), speed == 0, 30s)',
    fires: [{ at: 0, signals: { speed: 1 } }, code(10, 41), { at: 39, signals: { speed: 0 } }],
    at: 39,
    almost: [{ at: 0, signals: { speed: 1 } }, code(10, 41), { at: 41, signals: { speed: 0 } }],
  },
  {
    name: 'a sequence the other way round is none',
    raise: 'sequence(passenger, doorZone, 30s)',
    fires: [
      { at: 0, signals: { passenger: false, doorZone: false } },
      { at: 1, signals: { passenger: true, doorZone: false } },
      { at: 2, signals: { passenger: true, doorZone: true } },
    ],
    at: 2,
    almost: [
      { at: 0, signals: { passenger: false, doorZone: false } },
      { at: 1, signals: { passenger: false, doorZone: true } },
      { at: 2, signals: { passenger: true, doorZone: true } },
    ],
  },
  {
    name: 'absence of one signal while others come',
    raise: 'absent(door, 5m)',
    fires: [...door([0, 2]), ...readings(10, 320, 10, { machineRoomTemp: 20 })],
    at: 300,
    almost: [...door([0, 2]), ...readings(10, 200, 10, { machineRoomTemp: 20 }), ...door([200, 2], [450, 2])],
  },
  {
    name: 'silence',
    raise: 'silent(5m) and serviceMode == "normal"',
    fires: [{ at: 0, signals: { serviceMode: 1 } }],
    at: 300.9,
    until: 400,
    almost: [{ at: 0, signals: { serviceMode: 1 } }, code(200, 41), { at: 490, signals: { serviceMode: 1 } }],
  },
  {
    name: 'change',
    raise: 'changed(floor) and door == 4',
    fires: [
      { at: 0, signals: { floor: 3, door: 4 } },
      { at: 1, signals: { floor: 4, door: 4 } },
    ],
    at: 1,
    almost: [
      { at: 0, signals: { floor: 3, door: 4 } },
      { at: 1, signals: { floor: 3, door: 4 } },
    ],
  },
  {
    name: 'a mean by time: what stood longer weighs more',
    raise: 'mean(machineRoomTemp, 10m) > 39',
    fires: [temp(0, 40), temp(550, 30), temp(600, 30)],
    at: 600,
    almost: [temp(0, 30), temp(60, 40), temp(540, 30), temp(600, 30)],
  },
  {
    name: 'the least and the greatest of a window, what stood before it included',
    raise: 'max(machineRoomTemp, 10m) - min(machineRoomTemp, 10m) >= 10',
    fires: [temp(0, 20), temp(590, 30), temp(600, 30)],
    at: 600,
    almost: [temp(0, 20), temp(1, 25), temp(590, 25), temp(650, 34)],
  },
  {
    name: 'the share of a window',
    raise: 'share(door == 4, 10m) > 0.5',
    fires: door([0, 2], [200, 4], [600, 4]),
    at: 600,
    almost: door([0, 2], [310, 4], [600, 4]),
  },
  {
    name: 'beyond the baseline of the same equipment',
    raise: 'exhaustTemp > baseline(exhaustTemp, 1h) + 20',
    kind: 'boiler',
    fires: [...readings(0, 7200, 60, { exhaustTemp: 150 }), { at: 7200, signals: { exhaustTemp: 171 } }],
    at: 7200,
    almost: [...readings(0, 7200, 60, { exhaustTemp: 150 }), { at: 7200, signals: { exhaustTemp: 169 } }],
  },
  {
    name: 'no baseline before it is learnt',
    raise: 'exhaustTemp > baseline(exhaustTemp, 1h) + 20',
    kind: 'boiler',
    fires: [...readings(0, 3660, 60, { exhaustTemp: 150 }), { at: 3660, signals: { exhaustTemp: 180 } }],
    at: 3660,
    almost: [...readings(0, 3000, 60, { exhaustTemp: 150 }), { at: 3000, signals: { exhaustTemp: 180 } }],
  },
  {
    name: 'as far from the baseline as is not usual',
    raise: 'exhaustTemp > baseline(exhaustTemp, 1h) + 3 * deviation(exhaustTemp, 1h)',
    kind: 'boiler',
    fires: [
      ...readings(0, 7200, 60, (s) => ({ exhaustTemp: 150 + (s % 120 === 0 ? 5 : -5) })),
      { at: 7200, signals: { exhaustTemp: 167 } },
    ],
    at: 7200,
    almost: [
      ...readings(0, 7200, 60, (s) => ({ exhaustTemp: 150 + (s % 120 === 0 ? 5 : -5) })),
      { at: 7200, signals: { exhaustTemp: 164 } },
    ],
  },
  {
    name: 'a baseline learnt only while a condition is true',
    raise: 'exhaustTemp < baseline(when(fuelValve, exhaustTemp), 1h) - 20 and fuelValve',
    kind: 'boiler',
    fires: [
      ...readings(0, 3600, 60, { exhaustTemp: 150, fuelValve: true }),
      ...readings(3600, 7200, 60, { exhaustTemp: 30, fuelValve: false }),
      { at: 7200, signals: { exhaustTemp: 125, fuelValve: true } },
    ],
    at: 7200,
    almost: [
      ...readings(0, 3600, 60, { exhaustTemp: 150, fuelValve: true }),
      ...readings(3600, 7200, 60, { exhaustTemp: 30, fuelValve: false }),
      { at: 7200, signals: { exhaustTemp: 135, fuelValve: true } },
    ],
  },
]

describe.each(CONSTRUCTS)('$name: $raise', ({ raise, kind, attributes, fires, at, almost, until }) => {
  const text = ruleText({ raise }, kind)
  const options = { attributes: attributes ?? {}, ...(until ? { until } : {}) }

  test('fires', () => {
    expect(play(text, fires, options).turns[0]).toEqual([at, true])
  })
  test('almost fires', () => {
    expect(play(text, almost, { attributes: attributes ?? {} }).turns).toEqual([])
  })
  test('says nothing where nothing is known', () => {
    expect(play(text, [{ at: 0, signals: { noSuchSignal: 1 } }]).turns).toEqual([])
  })
})

describe('unknown', () => {
  const NONE = Number.NaN
  test.each([
    ['machineRoomTemp > 40 or overload', { machineRoomTemp: 41, overload: NONE }, true],
    ['machineRoomTemp > 40 or overload', { machineRoomTemp: 39, overload: NONE }, false],
    ['machineRoomTemp > 40 and overload', { machineRoomTemp: 41, overload: NONE }, false],
    ['not (machineRoomTemp > 40 and overload)', { machineRoomTemp: 39, overload: NONE }, true],
    ['not (machineRoomTemp > 40 and overload)', { machineRoomTemp: 41, overload: NONE }, false],
    ['not (machineRoomTemp > 40)', { machineRoomTemp: NONE }, false],
    ['machineRoomTemp != 40', { machineRoomTemp: NONE }, false],
    ['door != "open"', { door: NONE }, false],
  ])('%s with %j', (raise, signals, raised) => {
    expect(play(ruleText({ raise }), [{ at: 0, signals }]).turns.length > 0).toBe(raised)
  })

  test('does not end a finding either', () => {
    const text = ruleText({ raise: 'machineRoomTemp > 40' })
    const lost = [temp(0, 41), temp(10, NONE), temp(60, NONE)]
    expect(play(text, lost).stages).toEqual(['shown@0'])
    expect(play(text, [...lost, temp(70, 39)]).stages).toEqual(['shown@0', 'cleared@70'])
  })
})

test('a rule whose first look is a tick knows of no silence before it', () => {
  const pattern = compileRule(ruleOf(ruleText({ raise: 'silent(5m) or absent(door, 5m)' })))
  const facts = CATALOGUE.elevator.createFacts()
  const state = pattern.createState()
  const raisedAt = (now: number) => {
    facts.now = now
    return pattern.condition(facts, pattern.defaults, [], state, null) !== false
  }
  expect(raisedAt(1_000_000_000)).toBe(false)
  expect(state.dueAt).toBe(1_000_300_000)
  expect(raisedAt(1_000_299_999)).toBe(false)
  expect(raisedAt(1_000_300_000)).toBe(true)
})

describe('holds', () => {
  const parameters = [
    '',
    '  limit: {default: 40, unit: °C, min: 25, max: 60, source: test}',
    '  patience: {default: 10m, min: 1m, max: 1h, source: test}',
  ].join('\n')
  const text = ruleText({
    raise: 'machineRoomTemp > $limit',
    clear: 'machineRoomTemp < $limit - 3',
    for: '5m',
    order: '$patience',
    clearFor: '2m',
    parameters,
  })

  test('shown, ordered, and cleared on the other side of the margin', () => {
    const messages = [temp(0, 41), temp(900, 38), temp(1000, 36.9), temp(1300, 36)]
    expect(play(text, messages).stages).toEqual(['shown@300.9', 'ordered@600.9', 'cleared@1120.9'])
  })

  test('a break begins the hold anew', () => {
    expect(play(text, [temp(0, 41), temp(299, 40), temp(300, 41), temp(590, 41)]).stages).toEqual([])
  })
})

describe('evidence', () => {
  test('names what decided, with its values, and not what did not', () => {
    const text = ruleText({ raise: 'overload or machineRoomTemp > 40 and rate(machineRoomTemp, 1m) > 1' })
    const { evidence } = play(
      text,
      readings(0, 61, 10, (s) => ({ overload: false, machineRoomTemp: 40 + s / 10 })),
    )
    expect(evidence).toEqual([
      { key: 'signal-value', witness: 'machine', signal: 'machineRoomTemp', value: 46 },
      { key: 'computed-value', witness: 'machine', signal: 'rate(machineRoomTemp, 1m)', value: 6 },
    ])
  })

  test('a pressed button is a person', () => {
    const { evidence } = play(ruleText({ raise: 'alarmButton and event(90)' }), [
      code(0, 90),
      { at: 1, signals: { alarmButton: true } },
    ])
    expect(evidence.map(({ witness }) => witness)).toEqual(['person', 'person'])
  })
})

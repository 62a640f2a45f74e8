import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dataFile } from '../../../simulators/files.js'
import type { DeviceAction } from '../../../simulators/message.js'
import type { RecordedMessage } from '../../../simulators/replay/recorded-message.js'
import { recordedEquipment, recordedReadings } from '../../../simulators/replay/recordings.js'
import { createReplay, type Shift } from '../../../simulators/replay/replay.js'
import { isEquipmentId } from '../../../src/model/equipment.js'
import { signalAt, signalIndex } from '../../../src/model/signals.js'

const boiler = recordedReadings('boiler_coal_idaes')
const lifts = recordedReadings('db_elevator_status_2022')

function published(
  messages: readonly RecordedMessage[],
  options: { shift: Shift; speed: number; startMs: number },
) {
  const actions: DeviceAction[] = []
  const replay = createReplay({ messages, ...options, emit: (action) => actions.push(action) })
  const span = (messages.at(-1)?.ts ?? 0) - (messages[0]?.ts ?? 0)
  for (let elapsed = 0; !replay.finished; elapsed += span / options.speed / 50 + 1) replay.advance(elapsed)
  return actions
}
const readingsOf = (actions: readonly DeviceAction[]) =>
  actions.flatMap((action) =>
    action.type === 'publish' ? [{ device: action.device, ...JSON.parse(action.payload) }] : [],
  )

test('boiler: every row is one reading of all 24 columns, in order of time', () => {
  expect(boiler.length).toBe(1846)
  for (const message of boiler) {
    expect(message.type === 'reading' && Object.keys(message.values).length).toBe(24)
  }
  const times = boiler.map(({ ts }) => ts)
  expect([...times].sort((a, b) => a - b)).toEqual(times)
  expect(new Set(times).size).toBe(1846)
})

test('boiler: the first row, converted by hand', () => {
  expect(boiler[0]).toEqual({
    type: 'reading',
    equipment: 'IDAES-B-1',
    ts: Date.UTC(2019, 11, 16, 10, 20),
    values: {
      loadMw: 188.65,
      pressure: 11.909675,
      drumSteamTemp: 322.51,
      mainSteamPressure: 11.247675,
      steamTemp: 538.06,
      reheatSteamTemp: 534.16,
      feedwaterFlow: 543.49,
      steamFlow: 551.72,
      feedwaterPressure: 12.460675,
      economiserOutletTemp: 285.62,
      fuelFlow: 85_849,
      airFlow: 797.08,
      primaryAirFlow: 218.12,
      o2: 2.8314,
      o2B: 3.2953,
      airHeaterGasInletTempA: 389.26,
      airHeaterGasInletTempB: 401.13,
      exhaustTemp: 156.9,
      exhaustTempB: 160.43,
      economiserGasPressure: -329.83,
      forcedDraftPressureA: 1260.7,
      forcedDraftPressureB: 1254,
      condenserPressureInHg: 1.3165,
      millsInService: 3,
    },
  })
})

test('boiler: the stamps of the hour that a shifting US clock leaves out are an hour of ours, in steps of ten minutes', () => {
  const shifted = boiler.filter(
    ({ ts }) => ts >= Date.UTC(2020, 2, 8, 7, 0) && ts < Date.UTC(2020, 2, 8, 8, 0),
  )
  expect(shifted.map(({ ts }) => new Date(ts).toISOString().slice(11, 16))).toEqual([
    '07:00',
    '07:10',
    '07:20',
    '07:30',
    '07:40',
    '07:50',
  ])
})

test('boiler: every catalogue signal is within its range and below the working pressure', () => {
  const [equipment] = recordedEquipment('boiler_coal_idaes')
  const workingPressure = equipment?.attributes.workingPressure ?? 0
  for (const message of boiler) {
    if (message.type !== 'reading') continue
    for (const [name, value] of Object.entries(message.values)) {
      const index = signalIndex(name)
      if (index === undefined) continue
      const { min, max } = signalAt(index)
      expect(value >= min && value <= max, name).toBe(true)
    }
    expect(message.values.pressure).toBeLessThan(workingPressure)
  }
  expect(equipment?.attributes).not.toHaveProperty('levelSensor')
})

test('lifts: every change of state is a reading or a loss, with the counts of the file', () => {
  const rows = readFileSync(dataFile('recordings/db_elevator_status_2022/transitions.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  const count = (text: string) => rows.filter((row) => row.endsWith(text)).length
  const modes = (mode: number) =>
    lifts.filter((message) => message.type === 'reading' && message.values.serviceMode === mode).length
  expect(rows.length).toBe(9570)
  expect(modes(1)).toBe(count(',available'))
  expect(modes(1)).toBe(5593)
  expect(modes(0)).toBe(count(',not available') + count(',under construction'))
  expect(modes(2)).toBe(1119)
  const lost = lifts.filter((message) => message.type === 'status' && !message.online)
  expect(lost.length).toBeGreaterThan(600)
  expect(lost.length).toBeLessThanOrEqual(620 + 14 + 18)
})

test('lifts: while monitoring is lost nothing is published', () => {
  const online = new Map<string, boolean>()
  for (const message of lifts) {
    if (message.type === 'status') online.set(message.equipment, message.online)
    else expect(online.get(message.equipment)).toBe(true)
  }
  expect(online.size).toBe(2467)
})

test('registrations: one for each device, with ids that the service takes; a limit takes the same devices of both', () => {
  const all = recordedEquipment('db_elevator_status_2022')
  expect(all.length).toBe(2467)
  expect(all.every(({ id }) => isEquipmentId(id))).toBe(true)
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set(lifts.map(({ equipment }) => equipment)))
  expect(all.find(({ id }) => id === 'DB-10500663')).toMatchObject({
    address: 'Deutsche Bahn station 1059, Hausbahnsteig, Gleis 1',
    location: { lat: 50.2628138, lon: 10.9577358 },
  })
  const few = recordedEquipment('db_elevator_status_2022', { limit: 40 }).map(({ id }) => id)
  const said = recordedReadings('db_elevator_status_2022', { limit: 40 }).map(({ equipment }) => equipment)
  expect(few.length).toBe(40)
  expect(new Set(said)).toEqual(new Set(few))
})

test('replay without a shift publishes exactly the recorded readings', () => {
  const actions = published(boiler, { shift: 'none', speed: 1000, startMs: 0 })
  const expected = boiler.map((message) =>
    message.type === 'reading' ? { device: message.equipment, ts: message.ts, ...message.values } : null,
  )
  expect(readingsOf(actions)).toEqual(expected)
})

test('replay of lifts: a lost device drops and connects again before its next reading', () => {
  const actions = published(recordedReadings('db_elevator_status_2022', { limit: 300 }), {
    shift: 'none',
    speed: 10_000,
    startMs: 0,
  })
  const connected = new Set<string>()
  let drops = 0
  for (const action of actions) {
    if (action.type === 'connect') connected.add(action.device)
    else if (action.type === 'drop') drops += Number(connected.delete(action.device))
    else expect(connected.has(action.device)).toBe(true)
  }
  expect(drops).toBeGreaterThan(10)
})

test('shift now: each reading carries the moment at which it is sent, at any speed', () => {
  for (const speed of [1, 600, 100_000]) {
    const actions: DeviceAction[] = []
    const startMs = Date.UTC(2026, 10, 22)
    const replay = createReplay({
      messages: boiler.slice(0, 200),
      shift: 'now',
      speed,
      startMs,
      emit: (a) => actions.push(a),
    })
    replay.advance(600_000 / speed)
    replay.advance(1_200_000 / speed)
    const [first, second] = readingsOf(actions)
    expect(first?.ts).toBe(startMs)
    expect(second?.ts).toBe(startMs + Math.round(1_200_000 / speed))
    expect(replay.sent).toBe(2)
  }
})

test('shift end-now: recorded distances, the last reading at the start of the replay', () => {
  const startMs = Date.UTC(2026, 10, 22)
  const readings = readingsOf(published(boiler, { shift: 'end-now', speed: 100_000, startMs }))
  expect(readings.at(-1)?.ts).toBe(startMs)
  expect((readings[1]?.ts ?? 0) - (readings[0]?.ts ?? 0)).toBe(1_200_000)
})

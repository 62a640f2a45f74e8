/** Real recordings through the whole service: what was published is read back value for value, and nobody is alarmed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RecordedMessage } from '../../simulators/replay/recorded-message.js'
import { recordedEquipment, recordedReadings } from '../../simulators/replay/recordings.js'
import { PRIORITIES } from '../../src/model/incident.js'
import { waitFor } from '../helpers/wait-for.js'
import { type Signed, signIn } from '../service/sign-in.js'
import { connectDevice, DESK, type Device, type House, openHouse, PATIENCE } from './house.js'

/** The first so many of the recorded lifts; each has a connection of its own. */
const LIFTS = 200
const BOILER = 'boiler_coal_idaes'
const LIFT = 'db_elevator_status_2022'

type Point = [ms: number, value: number]

let house: House
let desk: Signed
beforeAll(async () => {
  house = await openHouse({
    equipment: [...recordedEquipment(BOILER), ...recordedEquipment(LIFT, { limit: LIFTS })],
    // Recorded years ago: by default only hours would be left of it as soon as the history is looked after.
    env: { TESHE_HISTORY_RAW_DAYS: '36500' },
  })
  desk = await signIn(house.service.http, DESK.username, DESK.password)
})
afterAll(() => house?.service.stop())

function byEquipment(messages: readonly RecordedMessage[]): Map<string, RecordedMessage[]> {
  const groups = new Map<string, RecordedMessage[]>()
  for (const message of messages) {
    const group = groups.get(message.equipment)
    if (group) group.push(message)
    else groups.set(message.equipment, [message])
  }
  return groups
}

/** Says all that one device has recorded, with the recorded times; where monitoring was lost its connection breaks. */
async function replay(id: string, messages: readonly RecordedMessage[]): Promise<void> {
  let device: Device | null = null
  const waiting: Promise<void>[] = []
  for (const message of messages) {
    if (message.type === 'reading') {
      device ??= await connectWithWill(id)
      waiting.push(device.say('telemetry', { ts: message.ts, values: message.values }))
    } else if (!message.online) {
      await Promise.all(waiting)
      // Cut without DISCONNECT, so that the service raises the last will.
      device?.client.end(true)
      device = null
    }
  }
  await Promise.all(waiting)
  await device?.close()
}

function connectWithWill(id: string): Promise<Device> {
  const payload = Buffer.from('{"online": false}')
  return connectDevice(house, id, {
    will: { topic: `teshe/v1/${id}/status`, payload, qos: 1, retain: false },
  })
}

/** What the history should hold, by signal. */
function recordedSeries(messages: readonly RecordedMessage[]): Record<string, Point[]> {
  const series: Record<string, Point[]> = {}
  for (const message of messages) {
    if (message.type !== 'reading') continue
    for (const [signal, value] of Object.entries(message.values)) {
      series[signal] ??= []
      series[signal].push([message.ts, value])
    }
  }
  return series
}

/** Reads until as many values are there as were published, and gives them all. */
function storedSeries(id: string, recorded: Record<string, Point[]>): Promise<Record<string, Point[]>> {
  const times = Object.values(recorded).flatMap((points) => points.map(([ms]) => ms))
  const [from, to] = [Math.min(...times), Math.max(...times) + 1]
  const path = `/api/equipment/${id}/history?signals=${Object.keys(recorded)}&from=${from}&to=${to}&points=raw`
  let stored: Record<string, Point[]> = {}
  const complete = async () => {
    stored = (await desk.get<{ signals: Record<string, Point[]> }>(path)).signals
    return countOf(stored) >= countOf(recorded) && stored
  }
  return waitFor(`the ${countOf(recorded)} values of ${id}`, complete, { ...PATIENCE, everyMs: 500 }).catch(
    // The comparison shows what is missing.
    () => stored,
  )
}

function countOf(series: Record<string, Point[]>): number {
  return Object.values(series).reduce((sum, points) => sum + points.length, 0)
}

test('the boiler: every value and time reads back as recorded, in gauge pressure', async () => {
  const messages = recordedReadings(BOILER)
  const recorded = recordedSeries(messages)
  const [first] = messages
  if (first?.type !== 'reading') throw new Error('the recording begins with a reading')
  // 12.011 MPa absolute at 05:20 US Eastern standard time in the file.
  expect([first.ts, first.values.pressure]).toEqual([Date.parse('2019-12-16T05:20:00-05:00'), 11.909675])

  const began = performance.now()
  await replay(first.equipment, messages)
  const seconds = (performance.now() - began) / 1000
  const stored = await storedSeries(first.equipment, recorded)
  expect(stored).toEqual(recorded)
  console.log(
    `boiler: ${messages.length} readings acknowledged in ${seconds.toFixed(1)} s, ${countOf(recorded)} values of ` +
      `${Object.keys(recorded).length} signals read back equal`,
  )
})

test('the boiler: nothing above P3 is found, and each pattern says whether it could look', async () => {
  const [boiler] = recordedEquipment(BOILER)
  if (!boiler) throw new Error('the recording has its boiler')
  const { patterns } = await desk.get<{
    patterns: { pattern: string; evaluated: number; missing: string[] }[] | null
  }>(`/api/equipment/${boiler.id}/state`)
  const { workingPressure, safetyValveSet, capacity } = boiler.attributes
  console.log(
    [
      `${boiler.id}: working pressure ${workingPressure} MPa (5 % over the highest recorded drum pressure, because the ` +
        `recording has no nameplate), safety valve ${safetyValveSet} MPa, ${capacity} t/h`,
      ...(patterns ?? []).map(
        ({ pattern, evaluated, missing }) =>
          `  ${pattern}: ${missing.length === 0 ? `evaluated ${evaluated} times` : `not observable: ${missing.join(', ')}`}`,
      ),
    ].join('\n'),
  )
  const overPressure = patterns?.find(({ pattern }) => pattern === 'B-OVP')
  expect(overPressure?.missing).toEqual([])
  expect(overPressure?.evaluated).toBeGreaterThanOrEqual(recordedReadings(BOILER).length)
  // Drum level and flame are not recorded: the patterns that need them must say so, not stay silent.
  for (const blind of ['B-LLW', 'B-FFL'])
    expect(patterns?.find(({ pattern }) => pattern === blind)?.missing).not.toEqual([])

  const { items } = await desk.get<{ items: { pattern: string; priority: (typeof PRIORITIES)[number] }[] }>(
    `/api/findings?equipment=${boiler.id}&limit=200`,
  )
  expect(items.filter(({ priority }) => PRIORITIES.indexOf(priority) < PRIORITIES.indexOf('P3'))).toEqual([])
  const incidents = await desk.get<{ items: unknown[] }>(`/api/incidents?equipment=${boiler.id}`)
  expect(incidents.items).toEqual([])
})

test(`${LIFTS} lifts: every change of state reads back as recorded`, async () => {
  const groups = byEquipment(recordedReadings(LIFT, { limit: LIFTS }))
  const began = performance.now()
  await Promise.all([...groups].map(([id, messages]) => replay(id, messages)))
  const seconds = (performance.now() - began) / 1000
  let values = 0
  for (const [id, messages] of groups) {
    const recorded = recordedSeries(messages)
    if (countOf(recorded) === 0) continue
    const stored = await storedSeries(id, recorded)
    expect([id, stored]).toEqual([id, recorded])
    values += countOf(recorded)
  }
  expect(values).toBeGreaterThan(LIFTS / 2)
  console.log(
    `lifts: ${values} readings of ${groups.size} devices in ${seconds.toFixed(1)} s, read back equal`,
  )
  const { items } = await desk.get<{ items: { equipmentId: string; priority: string }[] }>(
    '/api/incidents?limit=200',
  )
  expect(items).toEqual([])
})

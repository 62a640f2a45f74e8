/** Whatever a device sends, it has its outcome and its counter, and the next good message is stored. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import mqtt from 'mqtt'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RejectionReason } from '../../src/model/reading.js'
import { waitFor } from '../helpers/wait-for.js'
import { lifts } from '../service/seed.js'
import { type Signed, signIn } from '../service/sign-in.js'
import { connectDevice, DESK, type Device, type House, openHouse, PATIENCE, waitForMetric } from './house.js'

const GOOD = 'E00001'
const OTHER = 'E00002'
const REFUSED = 'teshe_broker_refused_total'
const REJECTED = 'teshe_rules_rejected_total'

let house: House
let desk: Signed
let device: Device
let floor = 0

beforeAll(async () => {
  house = await openHouse({ equipment: lifts(2) })
  desk = await signIn(house.service.http, DESK.username, DESK.password)
})
beforeEach(async () => {
  device = await connectDevice(house, GOOD)
})
afterAll(async () => {
  device?.client.end(true)
  await house?.service.stop()
})

async function latest(signal: string): Promise<unknown> {
  const state = await desk.get<{ signals: Record<string, { value: unknown }> }>(
    `/api/equipment/${GOOD}/state`,
  )
  return state.signals[signal]?.value
}

async function stored(signal: string): Promise<unknown[]> {
  const path = `/api/equipment/${GOOD}/history?signals=${signal}&points=raw`
  const { signals } = await desk.get<{ signals: Record<string, [number, unknown][]> }>(path)
  return (signals[signal] ?? []).map(([, value]) => value)
}

/** Sends one more reading and waits until it can be read. Its connection may be a new one. */
async function nextGoodMessageIsStored(): Promise<void> {
  floor++
  if (!device.client.connected) device = await connectDevice(house, GOOD)
  await device.say('telemetry', { floor, speed: 0 })
  await waitFor('in the state', async () => (await latest('floor')) === floor, PATIENCE)
  await waitFor('in the history', async () => (await stored('floor')).includes(floor), PATIENCE)
}

const closed = (who: Device) => waitFor('connection closed', () => !who.client.connected, PATIENCE)

/** Counted since the service started: cases with the same reason add up. */
const rejections = new Map<RejectionReason, number>()

test.each<[name: string, topic: string, payload: string, reason: RejectionReason]>([
  ['half a JSON text', 'telemetry', '{"speed": 1.5, "floor"', 'not-json'],
  ['no JSON at all', 'telemetry', 'speed=1.5', 'not-json'],
  ['a number', 'telemetry', '42', 'not-an-object'],
  ['a list of numbers', 'telemetry', '[1, 2, 3]', 'not-an-object'],
  ['nothing but values of wrong types', 'telemetry', '{"speed": "fast", "door": {"open": 1}}', 'empty'],
  ['a time that is none', 'telemetry', '{"ts": "yesterday", "speed": 1}', 'bad-ts'],
  ['a code in words', 'event', '{"code": "ninety", "active": true}', 'bad-code'],
])('%s is acknowledged, counted as rejected, and its head is shown to the operator', async (...of) => {
  const [, topic, payload, reason] = of
  const expected = (rejections.get(reason) ?? 0) + 1
  rejections.set(reason, expected)
  await device.publish(`teshe/v1/${GOOD}/${topic}`, payload)
  await waitForMetric(house.service, REJECTED, { reason }, expected)
  const line = await waitFor(
    'a line in the log',
    () => house.service.lines.findLast((one) => one.includes('payload could not be read')),
    PATIENCE,
  )
  expect(JSON.parse(line)).toMatchObject({ equipment: GOOD, reason, head: payload })
  expect(device.client.connected).toBe(true)
  await nextGoodMessageIsStored()
})

test('bytes that are not UTF-8 are acknowledged and counted', async () => {
  await device.publish(`teshe/v1/${GOOD}/telemetry`, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))
  await waitForMetric(house.service, REJECTED, { reason: 'not-utf8' }, 1)
  await nextGoodMessageIsStored()
})

test('one wrong value takes nothing else with it', async () => {
  floor++
  await device.say('telemetry', { speed: 'fast', floor, motorTemp: 41 })
  await waitFor('the right values are there', async () => (await latest('floor')) === floor, PATIENCE)
  expect(await latest('motorTemp')).toBe(41)
  expect(await latest('speed')).not.toBe('fast')
  await nextGoodMessageIsStored()
})

test('a payload of 10 MB closes its connection unacknowledged', async () => {
  const sent = device.publish(`teshe/v1/${GOOD}/telemetry`, Buffer.alloc(10 * 1024 * 1024, 'x')).then(
    () => 'acknowledged',
    () => 'not acknowledged',
  )
  await closed(device)
  // A publish that was on its way is failed by the client when it ends.
  device.client.end(true)
  expect(await Promise.race([sent, Promise.resolve('not acknowledged')])).toBe('not acknowledged')
  await waitForMetric(house.service, REFUSED, { what: 'packet-too-large' }, 1)
  await nextGoodMessageIsStored()
})

test('a foreign topic closes the connection, stores nothing, and stands in the audit', async () => {
  const sent = device.publish(`teshe/v1/${OTHER}/telemetry`, '{"floor": 99}').catch(() => {})
  await closed(device)
  device.client.end(true)
  await sent
  await waitForMetric(house.service, REFUSED, { what: 'publish-foreign' }, 1)
  await nextGoodMessageIsStored()
  const other = await desk.get<{ signals: object }>(`/api/equipment/${OTHER}/state`)
  expect(other.signals).toEqual({})
  const audit = await waitFor('an audit entry', () => audited('device.publish-foreign'), PATIENCE)
  expect(audit).toMatchObject({ actor: GOOD })
  expect(audit.detail_json).toContain(`teshe/v1/${OTHER}/telemetry`)
})

function audited(action: string): { actor: string; detail_json: string } | undefined {
  const database = new Sqlite(join(house.dir, 'teshe.sqlite'), { readonly: true })
  try {
    return database.prepare('select * from audit where action = ?').get(action) as never
  } finally {
    database.close()
  }
}

test('a topic of its own that means nothing is acknowledged and counted', async () => {
  await device.publish(`teshe/v1/${GOOD}/firmware`, 'v2')
  await waitForMetric(house.service, 'teshe_broker_unreadable_topic_total', {}, 1)
  await nextGoodMessageIsStored()
})

test('a wrong password is answered CONNACK 4 and counted', async () => {
  const refused = connectDevice(house, GOOD, { clientId: 'thief', password: 'guessed' })
  await expect(refused).rejects.toMatchObject({ code: 4 })
  await waitForMetric(house.service, REFUSED, { what: 'login-wrong' }, 1)
  await nextGoodMessageIsStored()
})

test('1,000 unknown devices at once are all refused and counted, and the known one goes on', async () => {
  const strangers = Array.from({ length: 1000 }, (_, i) => answerTo(`UNKNOWN-${i}`))
  await device.say('telemetry', { floor: ++floor })
  const answers = await Promise.all(strangers)
  expect(new Set(answers)).toEqual(new Set([4]))
  await waitForMetric(house.service, REFUSED, { what: 'login-unknown' }, 1000)
  expect(device.client.connected).toBe(true)
  await nextGoodMessageIsStored()
})

/** What the broker answers to this log-in: its CONNACK code, or why there was none. */
function answerTo(username: string): Promise<unknown> {
  const client = mqtt.connect({
    host: '127.0.0.1',
    port: house.service.mqttPort,
    username,
    password: 'nobody knows me',
    reconnectPeriod: 0,
    connectTimeout: PATIENCE.timeoutMs,
  })
  return new Promise((resolve) => {
    client.once('connect', () => resolve(0))
    client.once('error', (error) => resolve('code' in error ? error.code : error.message))
    client.once('close', () => resolve('closed without an answer'))
  }).finally(() => client.end(true))
}

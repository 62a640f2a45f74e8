import { createServer, type Server } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPublisher, type Publisher } from '../../simulators/publisher.js'
import { startFleet } from '../../simulators/start-fleet.js'
import { waitFor } from '../helpers/wait-for.js'
import { boiler, lift, scheduled } from './play.js'

interface Arrived {
  topic: string
  payload: string
  qos: number
  user: string
}

let broker: Aedes
let server: Server
let url: string
let arrived: Arrived[]
const userByClient = new Map<string, string>()

beforeEach(async () => {
  arrived = []
  broker = await Aedes.createBroker()
  broker.authenticate = (client, username, password, done) => {
    userByClient.set(client.id, username ?? '')
    done(null, password?.toString() === `secret of ${username}`)
  }
  broker.authorizePublish = (client, packet, done) => {
    const user = client ? (userByClient.get(client.id) ?? '') : ''
    arrived.push({ topic: packet.topic, payload: packet.payload.toString(), qos: packet.qos, user })
    done(null)
  }
  server = createServer((socket) => broker.handle(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `mqtt://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})

afterEach(async () => {
  await new Promise<void>((resolve) => broker.close(() => resolve()))
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

const password = (device: string) => `secret of ${device}`
const on = (topic: string) => arrived.filter((message) => message.topic === topic)

test('each device has a connection of its own, says online, and publishes with QoS 1 on its own topics', async () => {
  const fleet = await startFleet({
    url,
    password,
    devices: [lift('E1'), lift('E2'), boiler('B1')],
    seed: 's',
    periodMs: 100,
  })
  await waitFor('readings of all', () =>
    ['E1', 'E2', 'B1'].every((id) => on(`teshe/v1/${id}/telemetry`).length > 3),
  )
  expect(broker.connectedClients).toBe(3)
  await fleet.close()
  for (const { topic, qos, user } of arrived) {
    expect(qos).toBe(1)
    expect(topic.split('/')[2]).toBe(user)
  }
  for (const id of ['E1', 'E2', 'B1']) expect(on(`teshe/v1/${id}/status`)[0]?.payload).toBe('{"online":true}')
  expect(fleet.stats).toMatchObject({ refused: 0, skipped: 0 })
  expect(fleet.stats.acknowledged).toBe(fleet.stats.published)
})

test('network-loss over a real connection: the will says offline, then the backlog arrives whole and in order', async () => {
  const fleet = await startFleet({
    url,
    password,
    devices: [lift('E1')],
    seed: 's',
    periodMs: 100,
    faults: [scheduled('network-loss@500ms+1s:E1')],
  })
  const status = () => on('teshe/v1/E1/status').map(({ payload }) => payload)
  await waitFor('back online', () => status().length >= 3)
  expect(status()).toEqual(['{"online":true}', '{"online":false}', '{"online":true}'])
  await waitFor('three seconds of readings', () => on('teshe/v1/E1/telemetry').length > 30)
  await fleet.close()
  // Unacknowledged messages of the lost connection come again: order is judged by first arrival.
  const times = [
    ...new Set(on('teshe/v1/E1/telemetry').map(({ payload }) => JSON.parse(payload).ts as number)),
  ]
  expect(times.slice(1).every((ts, i) => ts - (times[i] ?? 0) === 100)).toBe(true)
})

test('a wrong password is counted and named, and does not hold up the others', async () => {
  const fleet = await startFleet({
    url,
    password: (device) => (device === 'E1' ? 'wrong' : password(device)),
    devices: [lift('E1'), lift('E2')],
    seed: 's',
    periodMs: 100,
  })
  await waitFor('readings of the other', () => on('teshe/v1/E2/telemetry').length > 2)
  expect(fleet.stats).toMatchObject({ connected: 1, refused: 1 })
  expect(fleet.lastRefusal).toMatch(/^E1: /)
  await fleet.close()
  expect(on('teshe/v1/E1/telemetry')).toEqual([])
})

test('what was not acknowledged when the connection broke is sent again on the next', async () => {
  const publisher: Publisher = openPublisher({ url, password })
  await publisher.connectAll(['E1'])
  const acknowledge = broker.authorizePublish
  broker.authorizePublish = () => undefined
  publisher.act({ type: 'publish', device: 'E1', topic: 'telemetry', payload: '{"ts":1,"speed":0}' })
  publisher.act({ type: 'drop', device: 'E1' })
  broker.authorizePublish = acknowledge
  publisher.act({ type: 'connect', device: 'E1' })
  await waitFor('acknowledged', () => publisher.stats.acknowledged === 1)
  expect(on('teshe/v1/E1/telemetry').map(({ payload }) => payload)).toContain('{"ts":1,"speed":0}')
  await publisher.close()
})

test('a fault can be begun while the fleet runs, and what cannot be is said', async () => {
  const notices: string[] = []
  const fleet = await startFleet({
    url,
    password,
    devices: [lift('E1')],
    seed: 's',
    periodMs: 100,
    onFault: ({ fault, phase }) => notices.push(`${fault} ${phase}`),
  })
  expect(fleet.inject(scheduled('low-water:E1'))).toMatch(/happens to a steam-boiler/)
  expect(fleet.inject(scheduled('alarm-button+500ms:E1'))).toBeNull()
  await waitFor('both events', () => on('teshe/v1/E1/event').length >= 2)
  expect(on('teshe/v1/E1/event').map(({ payload }) => JSON.parse(payload))).toMatchObject([
    { code: 90, active: true },
    { code: 90, active: false },
  ])
  await waitFor('end of the fault', () => notices.includes('alarm-button over'))
  await fleet.close()
})

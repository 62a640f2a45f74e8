import type { Socket as TcpSocket } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi } from '../../src/api/api.js'
import type { ClientToServer, ServerToClient } from '../../src/live/events.js'
import { createLatest } from '../../src/live/latest.js'
import { type Live, startLive } from '../../src/live/live.js'
import { silentLog } from '../../src/runtime/log.js'
import { createMetrics } from '../../src/runtime/metrics.js'
import { apiOptions } from '../api/api-of.js'
import { createWorld, type World } from '../api/world.js'
import { waitFor } from '../helpers/wait-for.js'
import { frameOf } from './frames.js'

const FLEET = 400
const SIGNALS = ['floor', 'door', 'speed', 'load', 'motorTemp', 'runs', 'vibrationX', 'vibrationY']
const ids = Array.from({ length: FLEET }, (_, i) => `SLOW-${i}`)

let world: World
let api: Awaited<ReturnType<typeof startApi>>
let live: Live
let clock = 1_795_290_000_000
const metrics = createMetrics().live
const clients: Socket[] = []

beforeAll(async () => {
  world = await createWorld()
  await world.registry.equipment.createAll(
    ids.map((id) => ({ id, kind: 'elevator', name: id, district: '老城区' })),
    world.admin,
  )
  const latest = createLatest()
  api = await startApi({ ...apiOptions(world, { latest }), host: '127.0.0.1', port: 0 })
  live = startLive({
    server: api.server,
    latest,
    bus: world.bus,
    sessions: world.registry.sessions,
    equipment: world.registry.equipment,
    incidents: world.incidents,
    publishedOrigins: [],
    metrics,
    log: silentLog,
    now: () => clock,
  })
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await live.close()
  await api.close()
  await world.close()
})

/** A client whose network can be stopped, as a frozen laptop's. */
async function slowClient() {
  const client: Socket<ServerToClient, ClientToServer> = io(`http://127.0.0.1:${api.port}`, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth: { token: world.tokens.dispatcher },
  })
  clients.push(client as unknown as Socket)
  let floor: unknown
  client.on('equipment', ({ rows }) => {
    for (const [id, , , signals] of rows) if (id === 'SLOW-0' && signals.floor) floor = signals.floor[0]
  })
  await waitFor('connected', () => client.connected)
  await client.timeout(5000).emitWithAck('watch', { district: '老城区' })
  const transport = client.io.engine.transport as unknown as { ws: { _socket: TcpSocket } }
  return { client, tcp: transport.ws._socket, floor: () => floor }
}

let step = 0
function pushAll(): void {
  clock += 200
  step++
  live.push(
    frameOf(
      ids.map((id) => ({
        id,
        ts: clock,
        values: Object.fromEntries(SIGNALS.map((name, i) => [name, step + i / 7])),
      })),
      clock,
    ),
  )
}

const skipped = async () => (await metrics.skipped.get()).values[0]?.value ?? 0

async function pushUntilSkipped(): Promise<void> {
  const before = await skipped()
  await waitFor(
    'the client cannot take more',
    async () => {
      pushAll()
      return (await skipped()) > before
    },
    { everyMs: 1, timeoutMs: 30_000 },
  )
}

test('stopped => passed over => resumed: the newest values arrive, nothing was queued in between', async () => {
  const { tcp, floor } = await slowClient()
  tcp.pause()
  await pushUntilSkipped()
  const framesBefore = (await metrics.frames.get()).values[0]?.value
  for (let i = 0; i < 20; i++) {
    pushAll()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect((await metrics.frames.get()).values[0]?.value).toBe(framesBefore)
  const newest = step
  tcp.resume()
  await waitFor('the newest value', () => floor() === newest)
})

test('stopped for more than 30 s => cut', async () => {
  const { client, tcp } = await slowClient()
  const connected = async () => (await metrics.clients.get()).values[0]?.value
  const before = (await connected()) ?? 0
  tcp.pause()
  await pushUntilSkipped()
  clock += 30_000
  pushAll()
  await waitFor('cut', async () => (await connected()) === before - 1)
  tcp.resume()
  await waitFor('the client learns of it', () => !client.connected)
})

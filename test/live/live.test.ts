import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startApi } from '../../src/api/api.js'
import type {
  ClientToServer,
  EquipmentRow,
  ServerToClient,
  Watch,
  WatchReply,
} from '../../src/live/events.js'
import { createLatest } from '../../src/live/latest.js'
import { type Live, startLive } from '../../src/live/live.js'
import type { Role } from '../../src/model/incident.js'
import { silentLog } from '../../src/runtime/log.js'
import { createMetrics } from '../../src/runtime/metrics.js'
import { apiOptions } from '../api/api-of.js'
import { createWorld, FOREIGN, OWN, OWN_DISTRICT, type World } from '../api/world.js'
import { waitFor } from '../helpers/wait-for.js'
import { frameOf } from './frames.js'

type Client = Socket<ServerToClient, ClientToServer>
const T = 1_795_290_000_000

let world: World
let api: Awaited<ReturnType<typeof startApi>>
let live: Live
const latest = createLatest()
const clients: Client[] = []

beforeAll(async () => {
  world = await createWorld()
  api = await startApi({ ...apiOptions(world, { latest }), host: '127.0.0.1', port: 0 })
  live = startLive({
    server: api.server,
    latest,
    bus: world.bus,
    sessions: world.registry.sessions,
    equipment: world.registry.equipment,
    incidents: world.incidents,
    notices: {
      notice: (id) =>
        Promise.resolve({
          id,
          incidentId: 'I1',
          assignmentId: null,
          kind: 'attend',
          role: null,
          party: id === 'for-desk' ? null : world.organisations.maintainerA,
          status: 'skipped',
          attempts: 0,
          lastError: null,
          createdAt: T,
          sentAt: null,
          deliveries: [],
          payload: { number: '20261121-0001' },
        }),
    },
    publishedOrigins: ['https://desk.example'],
    metrics: createMetrics().live,
    log: silentLog,
    now: Date.now,
  })
})
afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect()
})
afterAll(async () => {
  await live.close()
  await api.close()
  await world.close()
})

function open(options: { token?: string; headers?: Record<string, string>; transports?: string[] }): Client {
  const client: Client = io(`http://127.0.0.1:${api.port}`, {
    transports: options.transports ?? ['websocket'],
    forceNew: true,
    reconnection: false,
    ...(options.token && { auth: { token: options.token } }),
    ...(options.headers && { extraHeaders: options.headers }),
  })
  clients.push(client)
  return client
}

async function connected(role: Role): Promise<Client> {
  const client = open({ token: world.tokens[role] })
  await waitFor(`${role} connected`, () => client.connected)
  return client
}

async function refusal(client: Client): Promise<string> {
  let message = ''
  client.on('connect_error', (error) => {
    message = error.message
  })
  await waitFor('refused', () => message)
  return message
}

async function watch(client: Client, asked: Watch): Promise<Extract<WatchReply, { ok: true }>> {
  const reply = await client.timeout(5000).emitWithAck('watch', asked)
  if (!reply.ok) throw new Error(reply.error.code)
  return reply
}

/** Merges every frame as a browser does. */
function collect(client: Client): {
  frames: number
  rows: EquipmentRow[]
  value: (id: string, signal: string) => unknown
} {
  const known: Record<string, Record<string, unknown>> = {}
  const seen = {
    frames: 0,
    rows: [] as EquipmentRow[],
    value: (id: string, signal: string) => known[id]?.[signal],
  }
  client.on('equipment', ({ rows }) => {
    seen.frames++
    seen.rows.push(...rows)
    for (const [id, , , signals] of rows)
      for (const [name, [value]] of Object.entries(signals)) known[id] = { ...known[id], [name]: value }
  })
  return seen
}

let ts = T
function push(id: string, values: Record<string, number>): void {
  ts += 1000
  live.push(frameOf([{ id, ts, arrival: ts + 20, values }]))
}

describe('handshake', () => {
  const host = () => `http://127.0.0.1:${api.port}`
  const cookie = () => `teshe_session=${world.tokens.dispatcher}`

  test.each([
    { name: 'nothing', options: () => ({}), code: 'SESSION_REQUIRED' },
    { name: 'a wrong token', options: () => ({ token: 'x'.repeat(43) }), code: 'SESSION_REQUIRED' },
    {
      name: 'a cookie without Origin',
      options: () => ({ headers: { cookie: cookie() } }),
      code: 'ORIGIN_FORBIDDEN',
    },
    {
      name: 'a cookie from a foreign page',
      options: () => ({ headers: { cookie: cookie(), origin: 'http://evil.example' } }),
      code: 'ORIGIN_FORBIDDEN',
    },
  ])('$name is refused with $code', async ({ options, code }) => {
    expect(await refusal(open(options()))).toBe(code)
  })

  test.each([
    { name: 'a token', options: () => ({ token: world.tokens.dispatcher }) },
    {
      name: 'a cookie from our own page',
      options: () => ({ headers: { cookie: cookie(), origin: host() } }),
    },
    {
      name: 'a cookie from where we are published',
      options: () => ({ headers: { cookie: cookie(), origin: 'https://desk.example' } }),
    },
    {
      name: 'a cookie and the word of the browser that the page is ours',
      options: () => ({ headers: { cookie: cookie(), 'sec-fetch-site': 'same-origin' } }),
    },
    { name: 'long polling', options: () => ({ token: world.tokens.dispatcher, transports: ['polling'] }) },
  ])('$name is let in', async ({ options }) => {
    const client = open(options())
    await waitFor('connected', () => client.connected)
  })

  test('the API still answers beside the sockets', async () => {
    expect((await fetch(`${host()}/healthz`)).status).toBe(200)
  })
})

describe('equipment', () => {
  test('watch => state in the acknowledgement => changes in frames', async () => {
    push(OWN, { floor: 3, speed: 0, doorZone: 1 })
    const client = await connected('maintainer')
    const frames = collect(client)
    const { equipment } = await watch(client, { equipment: [OWN] })
    expect(equipment).toEqual([[OWN, 1, ts + 20, { floor: [3, ts], speed: [0, ts], doorZone: [true, ts] }]])
    push(OWN, { floor: 4, speed: 0 })
    await waitFor('floor 4', () => frames.value(OWN, 'floor') === 4)
    expect(frames.rows.at(-1)?.[3]).toEqual({ floor: [4, ts], speed: [0, ts] })
  })

  test('foreign equipment is not there, and asking for it changes nothing', async () => {
    const client = await connected('technician')
    await expect(watch(client, { equipment: [OWN, FOREIGN] })).rejects.toThrow('EQUIPMENT_UNKNOWN')
  })

  test.each([
    { name: 'no object', asked: 'everything' },
    { name: 'ids that are none', asked: { equipment: ['../x'] } },
    { name: 'ids that are no texts', asked: { equipment: [7] } },
    { name: 'too many ids', asked: { equipment: Array.from({ length: 2001 }, (_, i) => `E${i}`) } },
    { name: 'an unknown signal', asked: { district: '*', signals: ['colour'] } },
    { name: 'a district that is no text', asked: { district: {} } },
  ])('$name is answered with REQUEST_INVALID', async ({ asked }) => {
    const client = await connected('dispatcher')
    await expect(watch(client, asked as Watch)).rejects.toThrow('REQUEST_INVALID')
  })

  test('a message without an acknowledgement harms nobody', async () => {
    const client = await connected('dispatcher')
    client.emit('watch', { equipment: [OWN] }, undefined as never)
    await watch(client, {})
    expect(client.connected).toBe(true)
  })

  test('many changes between two frames arrive as one, with the newest value', async () => {
    const client = await connected('dispatcher')
    const frames = collect(client)
    await watch(client, { equipment: [OWN] })
    const started = Date.now()
    for (let floor = 1; floor <= 500; floor++) {
      push(OWN, { floor })
      if (floor % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await waitFor('floor 500', () => frames.value(OWN, 'floor') === 500)
    expect(frames.frames).toBeLessThanOrEqual(2 + Math.ceil((Date.now() - started) / 200))
  })

  test('unwatch => silence', async () => {
    const client = await connected('dispatcher')
    const frames = collect(client)
    await watch(client, { equipment: [OWN], district: OWN_DISTRICT })
    await client.timeout(5000).emitWithAck('unwatch', {})
    const other = await connected('dispatcher')
    const seen = collect(other)
    await watch(other, { equipment: [OWN] })
    push(OWN, { floor: 11 })
    await waitFor('the other one sees it', () => seen.value(OWN, 'floor') === 11)
    expect(frames.value(OWN, 'floor')).toBeUndefined()
  })
})

describe('district', () => {
  test('holds what the user may see, narrowed to the signals asked for, and only values that changed', async () => {
    push(OWN, { floor: 5, speed: 1 })
    push(FOREIGN, { pressure: 0.8 })
    const client = await connected('use-unit')
    const frames = collect(client)
    const { equipment } = await watch(client, { district: '*', signals: ['floor', 'pressure'] })
    expect(equipment.map(([id]) => id)).toEqual([OWN])
    expect(equipment[0]?.[3]).toEqual({ floor: [5, ts - 1000] })
    push(FOREIGN, { pressure: 0.9 })
    push(OWN, { floor: 5, speed: 2 })
    push(OWN, { floor: 6, speed: 2 })
    await waitFor('floor 6', () => frames.value(OWN, 'floor') === 6)
    expect(frames.value(OWN, 'speed')).toBeUndefined()
    expect(frames.rows.map(([id]) => id)).not.toContain(FOREIGN)
  })

  test('equipment that is registered later joins, and that which changes hands leaves', async () => {
    const client = await connected('dispatcher')
    const frames = collect(client)
    await watch(client, { district: OWN_DISTRICT })
    latest.push(frameOf([{ id: 'EL-LATER', ts: T, values: { floor: 9 } }]))
    await world.registry.equipment.create(
      { id: 'EL-LATER', kind: 'elevator', name: 'later', district: OWN_DISTRICT },
      world.admin,
    )
    await waitFor('it is sent whole', () => frames.value('EL-LATER', 'floor') === 9)
    await world.registry.equipment.update('EL-LATER', { district: '伊滨区' }, world.admin)
    await waitFor('it is no longer sent', async () => {
      const before = frames.rows.length
      push('EL-LATER', { floor: Math.floor(performance.now()) })
      push(OWN, { floor: Math.floor(performance.now()) })
      await waitFor('a frame', () => frames.rows.length > before)
      return !frames.rows.slice(before).some(([id]) => id === 'EL-LATER')
    })
  })
})

describe('incidents', () => {
  test('opened => acted => every version reaches those who may know, in time order, and nobody else', async () => {
    const desk = await connected('dispatcher')
    const own = await connected('maintainer')
    const inspector = await connected('inspection-body')
    const seen = { desk: [] as number[], own: [] as string[], inspector: [] as string[] }
    desk.on('incident', (summary) => seen.desk.push(summary.version))
    own.on('incident', (summary) => seen.own.push(`${summary.equipmentId} ${summary.takenBy}`))
    inspector.on('incident', (summary) => seen.inspector.push(String(summary.equipmentId)))
    for (const client of [desk, own, inspector]) await watch(client, { incidents: true })

    const { incident } = await world.incidents.report({ channel: 'phone', equipmentId: OWN }, world.admin)
    await waitFor('the desk sees it', () => seen.desk.length > 0)
    const acted = await world.incidents.act(incident.id, { action: 'take' }, world.admin)
    await waitFor('the desk sees the newest version', () => seen.desk.at(-1) === acted.version)
    expect(seen.desk).toEqual([...seen.desk].sort((a, b) => a - b))
    await waitFor('the keeper sees it', () => seen.own.length > 0)
    await waitFor('the district sees it', () => seen.inspector.length > 0)
    expect(seen.own.every((line) => line === `${OWN} null`)).toBe(true)

    await world.incidents.report({ channel: 'phone', equipmentId: FOREIGN, class: 'water' }, world.admin)
    await waitFor('the desk sees the foreign one', () => seen.desk.at(-1) !== acted.version)
    const last = await world.incidents.report(
      { channel: 'phone', equipmentId: OWN, class: 'speed' },
      world.admin,
    )
    await waitFor('the keeper is told of its own', () => seen.own.length > 1 || last.joined)
    expect(seen.own.join()).not.toContain(FOREIGN)
    expect(seen.inspector.join()).not.toContain(FOREIGN)
  })

  test('the acknowledgement carries the open incidents that the user may see', async () => {
    const desk = await watch(await connected('dispatcher'), { incidents: true })
    const own = await watch(await connected('technician'), { incidents: true })
    expect(desk.incidents.map((incident) => incident.equipmentId)).toContain(FOREIGN)
    expect(own.incidents.map((incident) => incident.equipmentId)).not.toContain(FOREIGN)
    expect(own.incidents.length).toBeGreaterThan(0)
  })
})

describe('revocation', () => {
  test('logged out => the socket is cut; the others of the same person stay', async () => {
    const logIn = () =>
      world.registry.sessions.logIn({
        username: 'regulator',
        password: 'correct horse battery staple',
        address: '::1',
      })
    const [ended, kept] = [await logIn(), await logIn()]
    const first = open({ token: ended.token })
    const second = open({ token: kept.token })
    let reason = ''
    first.on('disconnect', (why) => {
      reason = why
    })
    await waitFor('both connected', () => first.connected && second.connected)
    await world.registry.sessions.end(ended.token)
    await waitFor('cut', () => reason)
    expect(reason).toBe('io server disconnect')
    await watch(second, {})
    expect(second.connected).toBe(true)
  })
})

describe('backlog and notices', () => {
  test('everybody learns that we are behind, only the desk learns why', async () => {
    const desk = await connected('dispatcher')
    const keeper = await connected('maintainer')
    const reasons: Record<string, string | null | undefined> = {}
    desk.on('backlog', ({ reason }) => {
      reasons.desk = reason
    })
    keeper.on('backlog', ({ reason }) => {
      reasons.keeper = reason
    })
    live.backlog({
      at: Date.now(),
      journal: 'refusing',
      reason: 'disk full',
      rulesLagMs: 0,
      historyLagMs: 0,
      historyBehind: 0,
      historyDrainSeconds: 0,
    })
    await waitFor('both told', () => 'desk' in reasons && 'keeper' in reasons)
    expect(reasons).toEqual({ desk: 'disk full', keeper: null })
  })

  test('a notice reaches the desk or the company it is for', async () => {
    const desk = await connected('dispatcher')
    const keeper = await connected('maintainer')
    const told: string[] = []
    desk.on('notice', ({ id, key, values }) => told.push(`desk ${id} ${key} ${values.number}`))
    keeper.on('notice', ({ id }) => told.push(`keeper ${id}`))
    world.bus.publish('notice', { id: 'for-desk' })
    world.bus.publish('notice', { id: 'for-keeper' })
    await waitFor('both told', () => told.includes('keeper for-keeper') && told.length >= 2)
    expect(told.sort()).toEqual(['desk for-desk attend 20261121-0001', 'keeper for-keeper'])
  })
})

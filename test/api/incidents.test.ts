import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/model/finding.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, OWN, type World } from './world.js'

let world: World
let app: FastifyInstance
beforeAll(async () => {
  world = await createWorld()
  app = await apiOf(world)
})
afterAll(async () => {
  await app.close()
  await world.close()
})

type Role = keyof World['tokens']

async function get(url: string, role: Role = 'dispatcher') {
  const reply = await app.inject({ url, headers: bearer(world.tokens[role]) })
  return { status: reply.statusCode, body: reply.json() }
}
async function post(url: string, payload: object, role: Role = 'dispatcher', headers = {}) {
  const reply = await app.inject({
    method: 'POST',
    url,
    payload,
    headers: { ...bearer(world.tokens[role]), ...headers },
  })
  return { status: reply.statusCode, body: reply.json() }
}

describe('a rescue over HTTP', () => {
  test('call => dispatch => accept => depart => arrive => release => resolve => review => close, each step in the timeline', async () => {
    const called = await post('/api/incidents', {
      rescueCode: '102334',
      channel: 'phone',
      people: 2,
      callers: [{ name: '张三', phone: '13800000000', at: '2026-11-21T14:00:00+08:00' }],
      car: { light: true, floorShown: '7' },
    })
    expect(called.status).toBe(201)
    const { id } = called.body
    expect(called.body).toMatchObject({ equipmentId: OWN, class: 'trapped', people: 2, source: 'call' })
    expect(called.body.callers[0].at).toBe('2026-11-21T06:00:00.000Z')
    const act = (payload: object, role: Role) => post(`/api/incidents/${id}/actions`, payload, role)
    const sent = await act({ action: 'dispatch', version: called.body.version }, 'dispatcher')
    expect(sent.body.status).toBe('dispatched')
    expect(sent.body.assignments[0]).toMatchObject({
      level: 1,
      party: world.organisations.maintainerA,
      status: 'offered',
    })
    expect(sent.body.deadlines.map((deadline: { kind: string }) => deadline.kind)).toContain('accept-by')
    const steps: [object, Role, string][] = [
      [{ action: 'accept', person: '李工', via: 'app' }, 'technician', 'accepted'],
      [{ action: 'depart', via: 'app' }, 'technician', 'accepted'],
      [{ action: 'arrive', via: 'app' }, 'technician', 'on-site'],
      [{ action: 'release', outcome: 'freed-by-level-1', people: 2, via: 'app' }, 'technician', 'released'],
      [{ action: 'resolve', outcome: 'fixed', cause: '停电', via: 'app' }, 'technician', 'resolved'],
      [{ action: 'review' }, 'dispatcher', 'resolved'],
      [{ action: 'close' }, 'dispatcher', 'closed'],
    ]
    for (const [payload, role, status] of steps) {
      world.clock.now += 60_000
      const reply = await act(payload, role)
      expect([payload, reply.status, reply.body.status ?? reply.body.error]).toEqual([payload, 200, status])
    }
    const closed = (await get(`/api/incidents/${id}`)).body
    const { reportedAt, dispatchedAt, acceptedAt, departedAt, arrivedAt, releasedAt, closedAt } = closed.times
    const times = [reportedAt, dispatchedAt, acceptedAt, departedAt, arrivedAt, releasedAt, closedAt].map(
      Date.parse,
    )
    expect(times.every(Number.isFinite)).toBe(true)
    expect(times).toEqual([...times].sort((a, b) => a - b))

    const { items } = (await get(`/api/incidents/${id}/timeline?limit=500`)).body
    const kinds = items.map((entry: { kind: string }) => entry.kind)
    for (const [payload] of steps) expect(kinds).toContain((payload as { action: string }).action)
    for (const entry of items) expect(entry.at).toMatch(/Z$/)
  })

  test('a move that the state does not allow is 409 and changes nothing', async () => {
    const { body } = await post('/api/incidents', { equipmentId: OWN, channel: 'phone', class: 'water' })
    const refused = await post(`/api/incidents/${body.id}/actions`, { action: 'reopen', reason: 'x' })
    expect([refused.status, refused.body.error.code]).toEqual([409, 'ACTION_NOT_ALLOWED'])
    expect((await get(`/api/incidents/${body.id}`)).body).toEqual(body)
  })

  test('the same key gets the same reply, from the body or the header', async () => {
    const { body } = await post('/api/incidents', { equipmentId: OWN, channel: 'phone', class: 'gas' })
    const url = `/api/incidents/${body.id}/actions`
    const note = { action: 'note', note: 'keys at the gate' }
    const first = await post(url, { ...note, key: 'n1' })
    expect((await post(url, { ...note, key: 'n1' })).body).toEqual(first.body)
    const second = await post(url, note, 'dispatcher', { 'idempotency-key': 'n2' })
    expect((await post(url, note, 'dispatcher', { 'idempotency-key': 'n2' })).body).toEqual(second.body)
    const { items } = (await get(`/api/incidents/${body.id}/timeline`)).body
    expect(items.filter((entry: { kind: string }) => entry.kind === 'note')).toHaveLength(2)
  })

  test('a second call of the same lift joins: 200 and the same incident', async () => {
    const first = await post('/api/incidents', { equipmentId: OWN, channel: 'phone', class: 'trapped' })
    const second = await post('/api/incidents', { rescueCode: '102334', channel: 'phone', class: 'trapped' })
    expect([second.status, second.body.id]).toEqual([200, first.body.id])
  })

  test('a call without equipment waits with its place', async () => {
    const { status, body } = await post('/api/incidents', {
      channel: 'transfer',
      place: { text: '上海市场 2号楼', lat: 34.66, lon: 112.43 },
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ equipmentId: null, place: { text: '上海市场 2号楼' } })
  })

  test('an action at a time without a zone is refused', async () => {
    const { body } = await post('/api/incidents', { equipmentId: OWN, channel: 'phone', class: 'gas' })
    const reply = await post(`/api/incidents/${body.id}/actions`, {
      action: 'note',
      note: 'x',
      at: '2026-11-21 14:00',
    })
    expect([reply.status, reply.body.error.code]).toEqual([400, 'TIME_INVALID'])
  })
})

describe('lists', () => {
  test.each([
    ['status=closed', (incident: { status: string }) => incident.status === 'closed'],
    ['class=gas,water', (incident: { class: string }) => ['gas', 'water'].includes(incident.class)],
    [`equipment=${OWN}`, (incident: { equipmentId: string }) => incident.equipmentId === OWN],
  ] as const)('incidents by %s', async (query, fits) => {
    const { body } = await get(`/api/incidents?${query}`)
    expect(body.items.length).toBeGreaterThan(0)
    expect(body.items.every((incident: never) => fits(incident))).toBe(true)
  })

  test('from and to bound the opening', async () => {
    const { body } = await get(`/api/incidents?from=${world.clock.now + 1}`)
    expect(body).toEqual({ items: [], next: null })
  })

  test('findings, suppressed ones with the reason', async () => {
    const finding = (id: string, suppressed: Finding['suppressed']): Finding => ({
      id: `${OWN}/L-DOR/${id}`,
      equipment: OWN,
      pattern: 'L-DOR',
      class: 'door',
      priority: 'P2',
      stage: 'ordered',
      position: Number(id),
      shard: 3,
      since: world.clock.now - 5_000,
      at: world.clock.now,
      confidence: 0.9,
      evidence: [{ key: 'door-open-run', witness: 'machine', signal: 'door', value: 4, at: world.clock.now }],
      suppressed,
      needsConfirmation: false,
      rulesVersion: 0,
    })
    await world.incidents.receiveFindings([finding('1', null), finding('2', 'inspection')])
    const all = (await get('/api/findings', 'maintainer')).body.items
    expect(all).toHaveLength(2)
    const [quiet] = (await get('/api/findings?suppressed=true', 'regulator')).body.items
    expect(quiet).toMatchObject({ suppressed: 'inspection', pattern: 'L-DOR', equipmentId: OWN })
    expect(quiet.since).toMatch(/Z$/)
  })
})

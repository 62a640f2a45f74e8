import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLatest } from '../../src/live/latest.js'
import { frameOf } from '../live/frames.js'
import { apiOf, bearer, historyOf } from './api-of.js'
import { createWorld, FOREIGN, OWN, type World } from './world.js'

const T = 1_795_290_000_000
let world: World
let app: FastifyInstance
const latest = createLatest()
const history = historyOf({
  values: { speed: Array.from({ length: 50 }, (_, i) => [T + i * 60_000, i]) },
  events: [
    { ts: T, code: 90, active: true, key: 'a' },
    { ts: T + 1, code: 90, active: false, key: 'a' },
    { ts: T + 1, code: 1, active: true, key: null },
    { ts: T + 1, code: 1, active: false, key: null },
    { ts: T + 2, code: 41, active: true, key: null },
  ],
})
beforeAll(async () => {
  world = await createWorld()
  app = await apiOf(world, {
    latest,
    history,
    observability: () => Promise.resolve([{ pattern: 'L-TRAP-1', evaluated: 12, missing: ['passenger'] }]),
  })
})
afterAll(async () => {
  await app.close()
  await world.close()
})

async function get(url: string, role: keyof World['tokens'] = 'dispatcher') {
  const reply = await app.inject({ url, headers: bearer(world.tokens[role]) })
  return { status: reply.statusCode, body: reply.json() }
}
async function send(method: 'POST' | 'PATCH', url: string, payload?: object, headers = {}) {
  const reply = await app.inject({
    method,
    url,
    ...(payload && { payload }),
    headers: { ...bearer(world.tokens.dispatcher), ...headers },
  })
  return { status: reply.statusCode, body: reply.json() }
}

describe('equipment', () => {
  test('create => get => patch => get, times in ISO 8601 with zone', async () => {
    const made = await send('POST', '/api/equipment', {
      id: 'EL1',
      kind: 'elevator',
      name: 'one',
      rescueCode: '123456',
      attributes: { ratedSpeed: 1.75 },
    })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ id: 'EL1', profile: 'plain', rescueCode: '123456' })
    expect(made.body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const changed = await send('PATCH', '/api/equipment/EL1', { name: 'two', rescueCode: null })
    expect(changed.body).toMatchObject({ name: 'two', rescueCode: null, attributes: { ratedSpeed: 1.75 } })
    expect((await get('/api/equipment/EL1')).body).toEqual(changed.body)
    expect(changed.body.version).toBeGreaterThan(made.body.version)
  })

  test('the same Idempotency-Key makes one equipment; another body under it is refused', async () => {
    const key = { 'idempotency-key': 'k1' }
    const first = await send('POST', '/api/equipment', { kind: 'boiler', name: 'b' }, key)
    const again = await send('POST', '/api/equipment', { kind: 'boiler', name: 'b' }, key)
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    const other = await send('POST', '/api/equipment', { kind: 'boiler', name: 'c' }, key)
    expect([other.status, other.body.error.code]).toEqual([409, 'KEY_REUSED'])
  })

  test('a taken id is 409', async () => {
    const taken = await send('POST', '/api/equipment', { id: OWN, kind: 'elevator', name: 'x' })
    expect([taken.status, taken.body.error.code]).toEqual([409, 'EQUIPMENT_EXISTS'])
  })

  test('lists page by cursor without loss or repetition', async () => {
    for (let i = 0; i < 7; i++)
      await send('POST', '/api/equipment', { id: `PG-${i}`, kind: 'elevator', name: 'page' })
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await get(`/api/equipment?text=page&limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map((item: { id: string }) => item.id))
      cursor = body.next ? encodeURIComponent(body.next) : ''
    } while (cursor)
    expect(seen).toEqual(Array.from({ length: 7 }, (_, i) => `PG-${i}`))
  })

  test.each(['102334', OWN])('lookup by %s', async (code) => {
    expect((await get(`/api/equipment/lookup?code=${code}`)).body.id).toBe(OWN)
  })

  test('credentials are exactly user name and password, and each call makes new ones', async () => {
    const first = await send('POST', `/api/equipment/${OWN}/credentials`)
    const second = await send('POST', `/api/equipment/${OWN}/credentials`)
    expect(first.status).toBe(201)
    expect(Object.keys(first.body)).toEqual(['username', 'password', 'previousUntil'])
    expect(first.body.username).toBe(OWN)
    expect(second.body.password).not.toBe(first.body.password)
  })

  test('a keeper changes its rescue card and nothing technical', async () => {
    const change = (payload: object) =>
      app.inject({
        method: 'PATCH',
        url: `/api/equipment/${OWN}`,
        payload,
        headers: bearer(world.tokens['use-unit']),
      })
    expect((await change({ rescueCard: { dutyRoom: '0379-2' } })).statusCode).toBe(200)
    expect((await change({ attributes: { floors: 3 } })).statusCode).toBe(403)
  })

  test('a regulator reads its district and changes nothing', async () => {
    expect((await get(`/api/equipment/${OWN}`, 'regulator')).status).toBe(200)
    expect((await get(`/api/equipment/${FOREIGN}`, 'regulator')).status).toBe(404)
  })
})

describe('state', () => {
  test('an equipment that was never heard is offline and empty', async () => {
    const { body } = await get(`/api/equipment/${FOREIGN}/state`)
    expect(body).toMatchObject({
      id: FOREIGN,
      kind: 'boiler',
      online: false,
      lastMessageAt: null,
      signals: {},
    })
  })

  test('latest values with their times, open incidents and observable patterns', async () => {
    latest.push(frameOf([{ id: OWN, arrival: T + 50, ts: T, values: { speed: 1.5, doorZone: 0 } }]))
    const report = await send('POST', '/api/incidents', { equipmentId: OWN, channel: 'phone', people: 2 })
    expect(report.status).toBe(201)
    const { body } = await get(`/api/equipment/${OWN}/state`, 'maintainer')
    expect(body).toMatchObject({
      id: OWN,
      kind: 'elevator',
      online: true,
      lastMessageAt: '2026-11-21T19:40:00.050Z',
      signals: {
        speed: { value: 1.5, at: '2026-11-21T19:40:00.000Z' },
        doorZone: { value: false, at: '2026-11-21T19:40:00.000Z' },
      },
      patterns: [{ pattern: 'L-TRAP-1', evaluated: 12, missing: ['passenger'] }],
    })
    expect(body.openIncidents.map((incident: { id: string }) => incident.id)).toEqual([report.body.id])
  })
})

describe('history', () => {
  const last = <T>(list: T[]) => list.at(-1)

  test('points and range reach the store, from and to in ISO or ms', async () => {
    const from = encodeURIComponent('2026-11-22T03:40:00+08:00')
    const { body } = await get(
      `/api/equipment/${OWN}/history?signals=speed,floor&from=${from}&to=${T + 120_000}&points=9`,
    )
    expect(body).toEqual({
      signals: {
        speed: [
          [T, 0],
          [T + 60_000, 1],
        ],
        floor: [],
      },
    })
    expect(last(history.queries)).toEqual({
      kind: 'elevator',
      equipment: OWN,
      signals: ['speed', 'floor'],
      from: T,
      to: T + 120_000,
      points: 9,
    })
  })

  test('without anything: all signals of the kind over the last hour, 500 points each', async () => {
    await get(`/api/equipment/${OWN}/history`)
    expect(last(history.queries)).toMatchObject({
      points: 500,
      to: world.clock.now,
      from: world.clock.now - 3_600_000,
    })
    expect((last(history.queries) as { signals: string[] }).signals).toContain('levelError')
  })

  test('raw joins its pieces without loss or repetition', async () => {
    const { body } = await get(
      `/api/equipment/${OWN}/history?signals=speed&from=${T}&to=${T + 40 * 86_400_000}&points=raw`,
    )
    expect(body.signals.speed).toEqual(Array.from({ length: 50 }, (_, i) => [T + i * 60_000, i]))
  })

  test('raw beyond a million values says so instead of running out of memory', async () => {
    const flood = await apiOf(world, {
      history: {
        ...history,
        series: ({ from }) =>
          Promise.resolve({
            speed: Array.from({ length: 300_000 }, (_, i): [number, number] => [from + i, i]),
          }),
      },
    })
    const reply = await flood.inject({
      url: `/api/equipment/${OWN}/history?signals=speed&from=0&to=${T}&points=raw`,
      headers: bearer(world.tokens.admin),
    })
    expect([reply.statusCode, reply.json().error.code]).toEqual([400, 'REQUEST_INVALID'])
    await flood.close()
  })

  test.each([
    ['points=0', 'points'],
    ['points=99999', 'points'],
    ['points=many', 'points'],
    ['signals=a%20b', 'signals'],
    ['from=2000&to=1000', 'from'],
  ])('%s is refused, naming %s', async (query, field) => {
    const { status, body } = await get(`/api/equipment/${OWN}/history?${query}`)
    expect(status).toBe(400)
    expect(body.error.fields[0].field).toBe(field)
  })

  test('events page newest first, also where several share a millisecond', async () => {
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await get(`/api/equipment/${OWN}/events?from=${T}&to=${T + 10}&limit=2${cursor}`)
      for (const event of body.items) seen.push(`${event.at} ${event.code} ${event.active}`)
      cursor = body.next ? `&cursor=${body.next}` : ''
    } while (cursor)
    expect(seen).toHaveLength(5)
    expect(new Set(seen).size).toBe(5)
    expect(seen[0]).toBe('2026-11-21T19:40:00.002Z 41 true')
  })
})

import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TesheError } from '../../src/errors.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, FOREIGN, OWN, type World } from './world.js'

let world: World
let app: FastifyInstance
let stored: { id: string; text: string }[]
let waits: number[]
let refused: string[]
let journal: () => Promise<unknown> | null
beforeEach(async () => {
  world = await createWorld()
  stored = []
  waits = []
  refused = []
  journal = () => Promise.resolve(1)
  app = await apiOf(world, {
    devices: {
      append(id, payload) {
        const keep = () => stored.push({ id, text: Buffer.from(payload).toString() })
        return journal()?.then(keep) ?? null
      },
      brake: { failed: () => 4_000, succeeded: () => 0 },
      requestsPerSecond: { device: 1, gateway: 0 },
      maxBytes: 100_000,
      onRefused: (username) => refused.push(username),
      sleep: (until) => {
        waits.push(until - world.clock.now)
        return Promise.resolve()
      },
    },
  })
})
afterEach(async () => {
  await app.close()
  await world.close()
})

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
async function ask(method: Method, url: string, payload?: object, role: keyof World['tokens'] = 'admin') {
  const reply = await app.inject({
    method,
    url,
    headers: bearer(world.tokens[role]),
    ...(payload && { payload }),
  })
  return { status: reply.statusCode, headers: reply.headers, text: reply.body, body: parsed(reply.body) }
}

function parsed(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

describe('credentials', () => {
  test('made, rotated with an overlap, revoked', async () => {
    const url = `/api/equipment/${OWN}/credentials`
    const first = await ask('POST', url)
    expect(first).toMatchObject({ status: 201, body: { username: OWN, previousUntil: null } })
    expect(first.headers['cache-control']).toBe('no-store')
    const second = await ask('POST', url, { overlapMinutes: 60 })
    expect(Date.parse(second.body.previousUntil)).toBe(world.clock.now + 3_600_000)
    expect((await world.registry.credentials.get(OWN))?.secrets).toHaveLength(2)
    expect((await ask('POST', url, { overlapMinutes: 10_081 })).status).toBe(400)
    expect(await ask('DELETE', url)).toMatchObject({ status: 200, body: {} })
    expect(await world.registry.credentials.get(OWN)).toBeNull()
    expect((await ask('DELETE', '/api/equipment/none/credentials')).body.error.code).toBe('EQUIPMENT_UNKNOWN')
  })

  test('in bulk, as JSON and as a file; administrators only', async () => {
    const url = '/api/equipment/credentials'
    const made = await ask('POST', url, { ids: [OWN, FOREIGN] })
    expect(made.status).toBe(201)
    expect(made.body.items.map((one: { username: string }) => one.username)).toEqual([OWN, FOREIGN])
    const file = await ask('POST', `${url}?format=csv`, { ids: [OWN], overlapMinutes: 5 })
    expect(file.status).toBe(201)
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="teshe-credentials.csv"',
      'cache-control': 'no-store',
    })
    expect(file.text).toMatch(/^username,password,previousUntil\r\nEL-OWN\.1,[\w-]{43},\d{4}-[\d:.T-]+Z\r\n$/)
    expect((await ask('POST', url, { ids: [OWN] }, 'dispatcher')).status).toBe(403)
    expect((await ask('POST', url, { ids: [OWN, 'none'] })).body.error.code).toBe('EQUIPMENT_UNKNOWN')
    const many = Array.from({ length: 1001 }, (_, i) => `X${i}`)
    expect((await ask('POST', url, { ids: many })).body.error.code).toBe('REQUEST_INVALID')
  })
})

describe('gateways and claims', () => {
  test('a gateway: made, bound, given a secret, seen by its company, removed', async () => {
    const made = await ask('POST', '/api/gateways', {
      username: 'GW-1',
      name: '机房网关',
      organisationId: world.organisations.maintainerA,
      equipment: [OWN],
    })
    expect(made).toMatchObject({ status: 201, body: { username: 'GW-1', equipment: [OWN], revoked: false } })
    const url = '/api/gateways/GW-1'
    expect((await ask('POST', `${url}/credentials`)).body.password).toMatch(/^[\w-]{43}$/)
    expect((await ask('PATCH', url, { add: [FOREIGN] })).body.equipment).toEqual([FOREIGN, OWN])
    expect((await ask('GET', url, undefined, 'maintainer')).body.equipment).toEqual([OWN])
    expect((await ask('GET', '/api/gateways', undefined, 'maintainer')).body.items).toMatchObject([
      { username: 'GW-1' },
    ])
    expect((await ask('GET', '/api/gateways', undefined, 'use-unit')).body.items).toEqual([])
    await ask('DELETE', `${url}/credentials`)
    expect((await ask('GET', url)).body.revoked).toBe(true)
    expect((await ask('POST', '/api/gateways', { username: OWN, name: 'x' })).body.error).toMatchObject({
      code: 'LOGIN_NAME_TAKEN',
      message: expect.stringContaining('equipment'),
    })
    expect((await ask('DELETE', url)).status).toBe(200)
    expect((await ask('GET', url)).status).toBe(404)
  })

  test('a claim: listed, admitted, forgotten', async () => {
    await world.registry.claims.record({ username: 'NEW', hmac: 'h', address: '10.0.0.1' })
    await world.registry.claims.record({ username: 'BAD', hmac: 'h', address: '10.0.0.1' })
    const { items } = (await ask('GET', '/api/claims', undefined, 'dispatcher')).body
    expect(items).toMatchObject([{ username: 'NEW', contested: false }, { username: 'BAD' }])
    expect(Object.keys(items[0])).not.toContain('hmac')
    const admitted = await ask('POST', '/api/claims/NEW/admit', { kind: 'elevator', name: '新梯' })
    expect(admitted).toMatchObject({ status: 201, body: { id: 'NEW', name: '新梯' } })
    expect((await ask('DELETE', '/api/claims/BAD')).status).toBe(200)
    expect((await ask('GET', '/api/claims')).body.items).toEqual([])
    expect((await ask('DELETE', '/api/claims/BAD')).body.error.code).toBe('CLAIM_UNKNOWN')
  })
})

describe('telemetry by HTTP', () => {
  const READING = '{"ts": 1795290000000, "speed": 1.50}'
  let secret: string
  beforeEach(async () => {
    secret = (await world.registry.credentials.create(OWN, world.admin)).password
  })

  async function post(payload: string | Buffer, headers: Record<string, string> = bearer(secret), id = OWN) {
    const reply = await app.inject({ method: 'POST', url: `/api/telemetry/${id}`, payload, headers })
    return { status: reply.statusCode, body: reply.json() }
  }
  const basic = (username: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  })

  test('is in the journal, as it came, when it is answered', async () => {
    expect(await post(READING)).toEqual({ status: 202, body: { readings: 1, setAside: 0 } })
    const form = { ...basic(OWN, secret), 'content-type': 'application/x-www-form-urlencoded' }
    expect((await post('[{"ts":1,"values":{"speed":1}},{"floor":{}}]', form)).body).toEqual({
      readings: 1,
      setAside: 2,
    })
    expect(stored.map(({ text }) => text)).toEqual([READING, '[{"ts":1,"values":{"speed":1}},{"floor":{}}]'])
  })

  test.each([
    ['no JSON', '{"speed', 'not-json'],
    ['nothing', '', 'not-json'],
    ['no reading', '7', 'not-an-object'],
    ['no time', '{"ts":"soon","speed":1}', 'bad-ts'],
  ])('%s is 400 with the reason, and nothing is stored', async (_name, payload, reason) => {
    const reply = await post(payload)
    expect(reply.status).toBe(400)
    expect(reply.body.error).toMatchObject({
      code: 'TELEMETRY_UNREADABLE',
      message: expect.stringContaining(reason),
    })
    expect(stored).toEqual([])
  })

  test('a secret that is wrong, of another, or of before is 401 after a while', async () => {
    const wrong = [bearer('guess'), basic(OWN, 'guess'), basic(FOREIGN, secret), basic(OWN, '')]
    for (const headers of wrong) expect((await post(READING, headers)).status).toBe(401)
    expect(waits).toEqual([4_000, 4_000, 4_000])
    expect(refused).toEqual(['', OWN, FOREIGN])
    await world.registry.credentials.revoke(OWN, world.admin)
    await expect.poll(async () => (await post(READING)).status).toBe(401)
    expect(stored).toEqual([])
  })

  test('a gateway speaks for what is bound to it', async () => {
    const { gateways } = world.registry
    await gateways.create({ username: 'GW', name: 'x', equipment: [FOREIGN] }, world.admin)
    const { password } = await gateways.createCredentials('GW', world.admin)
    expect((await post(READING, basic('GW', password), FOREIGN)).status).toBe(202)
    expect((await post(READING, basic('GW', password), OWN)).status).toBe(404)
    expect(stored.map(({ id }) => id)).toEqual([FOREIGN])
  })

  test('the journal cannot write: 503 with its code, and nothing counts as stored', async () => {
    journal = () => Promise.reject(new TesheError('JOURNAL_UNWRITABLE', ['/data', 'disk full']))
    expect(await post(READING, { ...bearer(secret), 'idempotency-key': 'k' })).toMatchObject({
      status: 503,
      body: { error: { code: 'JOURNAL_UNWRITABLE' } },
    })
    journal = () => null
    expect((await post(READING)).body.error.code).toBe('JOURNAL_CLOSED')
    journal = () => Promise.resolve(1)
    expect((await post(READING, { ...bearer(secret), 'idempotency-key': 'k' })).status).toBe(202)
  })

  test('the same key is stored once, another body under it is refused', async () => {
    const keyed = { ...bearer(secret), 'idempotency-key': 'k-1' }
    const both = await Promise.all([post(READING, keyed), post(READING, keyed)])
    expect(both.map(({ status }) => status)).toEqual([202, 202])
    expect(stored).toHaveLength(1)
    expect((await post('{"speed":2}', keyed)).body.error.code).toBe('KEY_REUSED')
    world.clock.now += 15 * 60_000
    expect((await post('{"speed":2}', keyed)).status).toBe(202)
  })

  test('a body above the limit of a packet is 413; more than the rate is 429', async () => {
    expect((await post(Buffer.alloc(100_001, 32))).status).toBe(413)
    for (let i = 1; i < 60; i++) expect((await post(READING)).status).toBe(202)
    expect((await post(READING)).body.error.code).toBe('REQUESTS_TOO_MANY')
  })
})

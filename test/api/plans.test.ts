import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf, bearer } from './api-of.js'
import { createWorld, type World } from './world.js'

const HOUR_MS = 3_600_000

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

async function ask(role: keyof World['tokens'], method: 'GET' | 'PUT', url: string, payload?: object) {
  const headers = bearer(world.tokens[role])
  const reply = await app.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: reply.statusCode, body: reply.json() }
}

test('a district gets an hour: a version with author and reason, the rest as it was', async () => {
  expect((await ask('dispatcher', 'GET', '/api/plans')).body).toEqual({ version: 0, plans: [] })
  const hour = { kind: 'elevator', district: '嵩县', clocks: { arriveMs: HOUR_MS } }
  const body = { basedOn: 0, reason: '山区', plans: [hour] }
  expect((await ask('dispatcher', 'PUT', '/api/plans', body)).status).toBe(403)
  expect((await ask('admin', 'PUT', '/api/plans', body)).body).toEqual({ version: 1, plans: [hour] })

  const resolved = async (query: object) =>
    (await ask('regulator', 'GET', `/api/plans/resolved?${new URLSearchParams({ ...query })}`)).body
  const there = await resolved({ kind: 'elevator', district: '嵩县' })
  expect(there.clocks).toMatchObject({ arriveMs: HOUR_MS, departMs: 480_000, hearMs: 720_000 })
  expect(there.steps.map(({ send }: { send: string[] }) => send)).toEqual([
    ['maintainer'],
    ['nearest'],
    ['fire'],
  ])
  const elsewhere = await resolved({ kind: 'elevator', district: '西工区' })
  expect(elsewhere.clocks.arriveMs).toBe(HOUR_MS / 2)
  expect((await resolved({ kind: 'boiler' })).steps).toHaveLength(5)

  const { body: versions } = await ask('regulator', 'GET', '/api/plans/versions')
  expect(versions.items).toMatchObject([{ version: 1, reason: '山区' }])
  expect((await ask('admin', 'GET', '/api/plans?version=7')).body.error.code).toBe('PLAN_VERSION_UNKNOWN')
})

test('what could strand a rescue is refused with its place, and what was in force stays', async () => {
  const { version } = (await ask('admin', 'GET', '/api/plans')).body
  const change = (plans: object[], basedOn = version) =>
    ask('admin', 'PUT', '/api/plans', { basedOn, reason: 'x', plans })
  const steps = [{ level: 1, send: ['maintainer'], acceptMs: 60_000 }]
  const endless = await change([{ kind: null, district: null, steps }])
  expect(endless).toMatchObject({ status: 400, body: { error: { fields: [{ field: 'plans[0].steps' }] } } })
  const instant = await change([{ kind: null, district: null, clocks: { arriveMs: 5 } }])
  expect(instant).toMatchObject({ status: 400 })
  const stale = await change([], version - 1)
  expect(stale).toMatchObject({ status: 409, body: { error: { code: 'PLANS_CHANGED' } } })
  expect((await ask('admin', 'GET', '/api/plans')).body.version).toBe(version)
})

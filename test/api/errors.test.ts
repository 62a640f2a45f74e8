import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf, bearer } from './api-of.js'
import { createWorld, OWN, type World } from './world.js'

let world: World
let app: FastifyInstance
beforeAll(async () => {
  world = await createWorld()
  app = await apiOf(world, {
    observability: () => Promise.reject(new RangeError('inside matters')),
  })
})
afterAll(async () => {
  await app.close()
  await world.close()
})

const admin = () => bearer(world.tokens.admin)
const json = { 'content-type': 'application/json' }

describe('errors', () => {
  const cases = [
    {
      name: 'a body that is not JSON',
      request: { method: 'POST', url: '/api/equipment', headers: json, payload: '{"kind":' },
      status: 400,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'an empty body where one is needed',
      request: { method: 'POST', url: '/api/equipment', headers: {} },
      status: 400,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'a body of another type',
      request: {
        method: 'POST',
        url: '/api/equipment',
        headers: { 'content-type': 'text/csv' },
        payload: 'a,b',
      },
      status: 415,
      code: 'MEDIA_TYPE_UNKNOWN',
    },
    {
      name: 'a body beyond 1 MiB',
      request: {
        method: 'POST',
        url: '/api/equipment',
        headers: json,
        payload: `"${'x'.repeat(1_100_000)}"`,
      },
      status: 413,
      code: 'BODY_TOO_LARGE',
    },
    {
      name: 'a path that is not there',
      request: { method: 'GET', url: '/api/nothing' },
      status: 404,
      code: 'ROUTE_UNKNOWN',
    },
    {
      name: 'a method that is not there',
      request: { method: 'DELETE', url: '/api/equipment' },
      status: 404,
      code: 'ROUTE_UNKNOWN',
    },
    {
      name: 'an unknown query parameter',
      request: { method: 'GET', url: '/api/equipment?colour=red' },
      status: 400,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'a limit out of bounds',
      request: { method: 'GET', url: '/api/equipment?limit=100000' },
      status: 400,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'a cursor that is not ours',
      request: { method: 'GET', url: '/api/equipment?cursor=%7B%7D' },
      status: 400,
      code: 'CURSOR_INVALID',
    },
    {
      name: 'a time without a zone',
      request: { method: 'GET', url: '/api/incidents?from=2026-11-21T14:00:00' },
      status: 400,
      code: 'TIME_INVALID',
    },
    {
      name: 'an unknown status',
      request: { method: 'GET', url: '/api/incidents?status=open,asleep' },
      status: 400,
      code: 'REQUEST_INVALID',
    },
  ] as const

  test.each(cases)('$name is $status $code', async ({ request, status, code }) => {
    const headers = { ...('headers' in request ? request.headers : {}), ...admin() }
    const reply = await app.inject({ ...request, headers })
    expect([reply.statusCode, reply.json().error?.code]).toEqual([status, code])
    expect(Object.keys(reply.json())).toEqual(['error'])
    expect(Object.keys(reply.json().error)).toEqual(['code', 'message', 'fields'])
  })

  test.each([
    {
      name: 'a wrong value',
      payload: { kind: 'elevator', name: 'x', attributes: { ratedSpeed: -1 } },
      field: 'attributes.ratedSpeed',
    },
    { name: 'a missing value', payload: { kind: 'elevator' }, field: 'name' },
    { name: 'an unknown value', payload: { kind: 'elevator', name: 'x', colour: 'red' }, field: 'colour' },
    {
      name: 'text for a number',
      payload: { kind: 'elevator', name: 'x', attributes: { floors: '18' } },
      field: 'attributes.floors',
    },
  ])('$name is named by its field', async ({ payload, field }) => {
    const reply = await app.inject({ method: 'POST', url: '/api/equipment', headers: admin(), payload })
    expect(reply.statusCode).toBe(400)
    expect(reply.json().error.fields.map((fault: { field: string }) => fault.field)).toContain(field)
  })

  test('a value that may be one of many is told once, by what was meant', async () => {
    const payload = { scope: { level: 'company', model: 'x' }, values: { holdMs: 'long' } }
    const reply = await app.inject({ method: 'POST', url: '/api/rules/check', headers: admin(), payload })
    expect(reply.json().error.fields).toEqual([
      { field: 'scope.organisation', message: 'is missing' },
      { field: 'scope.model', message: 'is no field of this' },
      { field: 'values.holdMs', message: 'must be number or null' },
    ])
  })

  test('a failure of ours shows the request id and nothing of the inside', async () => {
    const reply = await app.inject({ url: `/api/equipment/${OWN}/state`, headers: admin() })
    expect(reply.statusCode).toBe(500)
    expect(reply.json().error).toMatchObject({ code: 'INTERNAL', fields: [] })
    expect(reply.body).not.toContain('inside matters')
  })

  test('every answer refuses what the dashboards do not need', async () => {
    const reply = await app.inject({ url: '/healthz' })
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("worker-src 'self' blob:")
    expect(policy).toContain("style-src 'self' 'unsafe-inline'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain("script-src 'self' 'unsafe")
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
    expect(reply.headers['strict-transport-security']).toBeUndefined()
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApi } from '../../src/api/api.js'
import { tempDir } from '../helpers/temp-dir.js'
import { apiOf, apiOptions, bearer } from './api-of.js'
import { createWorld, type World } from './world.js'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

describe('health', () => {
  test('readyz says no to everybody and why only to those who may know', async () => {
    const app = await apiOf(world, {
      readiness: () => [
        { part: 'database', ready: true },
        { part: 'journal', ready: false, detail: { status: 'refusing', reason: 'disk full' } },
      ],
      metricsToken: 'secret token',
      loopback: false,
    })
    const stranger = await app.inject({ url: '/readyz' })
    expect([stranger.statusCode, stranger.json()]).toEqual([503, { ready: false }])
    const operator = await app.inject({ url: '/readyz', headers: bearer('secret token') })
    expect(operator.json().parts[1]).toEqual({
      part: 'journal',
      ready: false,
      detail: { status: 'refusing', reason: 'disk full' },
    })
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200)
    await app.close()
  })

  test.each([
    { name: 'a loopback listener', loopback: true, headers: {}, status: 200 },
    {
      name: 'a loopback listener behind a proxy',
      loopback: true,
      headers: { 'x-forwarded-for': '1.2.3.4' },
      status: 401,
    },
    { name: 'an open listener', loopback: false, headers: {}, status: 401 },
    { name: 'an open listener with a wrong token', loopback: false, headers: bearer('wrong'), status: 401 },
    {
      name: 'an open listener with the token',
      loopback: false,
      headers: bearer('secret token'),
      status: 200,
    },
  ])('metrics at $name: $status', async ({ loopback, headers, status }) => {
    const app = await apiOf(world, { metricsToken: 'secret token', loopback })
    const reply = await app.inject({ url: '/metrics', headers })
    expect(reply.statusCode).toBe(status)
    await app.close()
  })

  test('every metric begins with teshe_ and requests are counted by route', async () => {
    const app = await apiOf(world)
    await app.inject({ url: '/api/equipment/NOPE', headers: bearer(world.tokens.admin) })
    const { body } = await app.inject({ url: '/metrics' })
    expect(body).toContain(
      'teshe_http_request_seconds_count{method="GET",route="/api/equipment/:id",status="404"} 1',
    )
    expect(body).toContain('teshe_http_errors_total{code="EQUIPMENT_UNKNOWN",remedy="reject"} 1')
    for (const line of body.split('\n')) expect(line === '' || /^(# \w+ )?teshe_/.test(line)).toBe(true)
    await app.close()
  })
})

describe('dashboards', () => {
  const dir = tempDir('dashboards')
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Teshe</title>')
  writeFileSync(join(dir, 'assets', 'index-B3x9Kq_2.js'), 'export {}')
  writeFileSync(join(dir, 'luoyang.geojson'), '{}')
  const page = { accept: 'text/html,application/xhtml+xml' }

  test.each([
    { url: '/', headers: page, status: 200, cache: 'no-cache', body: 'Teshe' },
    { url: '/equipment/EL.1?tab=history', headers: page, status: 200, cache: 'no-cache', body: 'Teshe' },
    {
      url: '/assets/index-B3x9Kq_2.js',
      headers: {},
      status: 200,
      cache: 'public, max-age=31536000, immutable',
      body: 'export',
    },
    { url: '/luoyang.geojson', headers: {}, status: 200, cache: 'public, max-age=3600', body: '{}' },
    {
      url: '/assets/index-gone1234.js',
      headers: { accept: '*/*' },
      status: 404,
      cache: 'no-store',
      body: 'ROUTE_UNKNOWN',
    },
    { url: '/api/gone', headers: page, status: 404, cache: 'no-store', body: 'ROUTE_UNKNOWN' },
    { url: '/../package.json', headers: {}, status: 404, cache: 'no-store', body: 'ROUTE_UNKNOWN' },
  ])('$url is $status, cached as $cache', async ({ url, headers, status, cache, body }) => {
    const app = await apiOf(world, { dashboardsDir: dir })
    const reply = await app.inject({ url, headers })
    expect([reply.statusCode, reply.headers['cache-control']]).toEqual([status, cache])
    expect(reply.body).toContain(body)
    await app.close()
  })

  test('without built dashboards the API still serves', async () => {
    const app = await apiOf(world, { dashboardsDir: join(dir, 'missing') })
    expect((await app.inject({ url: '/', headers: page })).statusCode).toBe(404)
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200)
    await app.close()
  })
})

describe('listening', () => {
  test('serves over a real socket and closes', async () => {
    const { port, close } = await startApi({ ...apiOptions(world), host: '127.0.0.1', port: 0 })
    const reply = await fetch(`http://127.0.0.1:${port}/api/session`, { headers: bearer(world.tokens.admin) })
    expect(reply.status).toBe(200)
    await close()
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()
  })
})

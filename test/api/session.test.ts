import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf, bearer } from './api-of.js'
import { createWorld, OWN, PASSWORD, type World } from './world.js'

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

async function logIn(username: string, password: string, headers: Record<string, string> = {}) {
  return await app.inject({ method: 'POST', url: '/api/session', payload: { username, password }, headers })
}

describe('session', () => {
  test('logging in answers token and user and sets a cookie that scripts and other sites cannot use', async () => {
    const reply = await logIn('dispatcher', PASSWORD)
    expect(reply.statusCode).toBe(200)
    expect(Object.keys(reply.json())).toEqual(['token', 'user'])
    expect(reply.json().user).toMatchObject({ username: 'dispatcher', role: 'dispatcher' })
    const [cookie] = reply.cookies
    expect(cookie).toMatchObject({ name: 'teshe_session', httpOnly: true, sameSite: 'Strict', path: '/' })
    expect(cookie?.secure).toBeUndefined()
  })

  test('behind HTTPS the cookie is Secure', async () => {
    const secureApp = await apiOf(world, { secure: true })
    const reply = await secureApp.inject({
      method: 'POST',
      url: '/api/session',
      payload: { username: 'dispatcher', password: PASSWORD },
    })
    expect(reply.cookies[0]?.secure).toBe(true)
    await secureApp.close()
  })

  test('a wrong password and an unknown name get the same answer', async () => {
    const wrong = await logIn('regulator', 'not the password')
    const unknown = await logIn('nobody', 'not the password')
    expect(wrong.statusCode).toBe(401)
    expect(wrong.json()).toEqual(unknown.json())
    expect(wrong.json()).toEqual({
      error: { code: 'LOGIN_FAILED', message: 'user name or password is wrong', fields: [] },
    })
  })

  test('guessing one name is slowed, with Retry-After', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 8; i++) statuses.push((await logIn('slowed', `guess ${i}`)).statusCode)
    expect(statuses.at(-1)).toBe(429)
    const last = await logIn('slowed', 'guess')
    expect(last.json().error.code).toBe('LOGIN_SLOWED')
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
    world.clock.now += 20 * 60_000
  })

  test('log-ins and failures are audited', async () => {
    await logIn('dispatcher', PASSWORD)
    await logIn('dispatcher', 'wrong')
    const { items } = await world.registry.audit.list({}, world.admin)
    expect(items.map((entry) => entry.action)).toEqual(
      expect.arrayContaining(['session.start', 'session.failed']),
    )
  })

  test('log in => log out => the token is worth nothing', async () => {
    const { token } = (await logIn('dispatcher', PASSWORD)).json()
    const who = await app.inject({ url: '/api/session', headers: bearer(token) })
    expect(who.json().user.username).toBe('dispatcher')
    expect(Date.parse(who.json().expiresAt)).toBeGreaterThan(world.clock.now)
    await app.inject({ method: 'DELETE', url: '/api/session', headers: bearer(token) })
    expect((await app.inject({ url: '/api/session', headers: bearer(token) })).statusCode).toBe(401)
  })

  describe('a cookie', () => {
    const change = (headers: Record<string, string>) =>
      app.inject({
        method: 'PATCH',
        url: `/api/equipment/${OWN}`,
        payload: { name: '王府井 3号梯' },
        headers: { host: 'desk.example', ...headers },
      })
    const cookie = () => `teshe_session=${world.tokens.dispatcher}`

    test.each([
      { name: 'reads without an Origin', method: 'GET', origin: undefined, status: 200 },
      { name: 'writes from our own page', method: 'PATCH', origin: 'http://desk.example', status: 200 },
      {
        name: 'does not write for a foreign page',
        method: 'PATCH',
        origin: 'http://evil.example',
        status: 403,
      },
      { name: 'does not write for a sandboxed page', method: 'PATCH', origin: 'null', status: 403 },
      { name: 'does not write without an Origin', method: 'PATCH', origin: undefined, status: 403 },
    ])('$name', async ({ method, origin, status }) => {
      const headers = { cookie: cookie(), ...(origin && { origin }) }
      const reply =
        method === 'GET' ? await app.inject({ url: `/api/equipment/${OWN}`, headers }) : await change(headers)
      expect(reply.statusCode).toBe(status)
      if (status === 403) expect(reply.json().error.code).toBe('ORIGIN_FORBIDDEN')
    })

    test('a Bearer token writes from anywhere', async () => {
      const reply = await change({ ...bearer(world.tokens.dispatcher), origin: 'http://evil.example' })
      expect(reply.statusCode).toBe(200)
    })

    test('nobody is logged in by a foreign page', async () => {
      const reply = await logIn('dispatcher', PASSWORD, {
        origin: 'http://evil.example',
        host: 'desk.example',
      })
      expect(reply.statusCode).toBe(403)
    })
  })

  test('first password => everything refused => changed => everything open, other sessions ended', async () => {
    await world.registry.accounts.create(
      { username: 'fresh', password: 'first password 1', role: 'dispatcher', mustChangePassword: true },
      world.admin,
    )
    const { token, user } = (await logIn('fresh', 'first password 1')).json()
    const other = (await logIn('fresh', 'first password 1')).json().token
    expect(user.mustChangePassword).toBe(true)
    const refused = await app.inject({ url: '/api/equipment', headers: bearer(token) })
    expect(refused.statusCode).toBe(403)
    expect(refused.json().error.code).toBe('PASSWORD_CHANGE_NEEDED')
    expect((await app.inject({ url: '/api/session', headers: bearer(token) })).statusCode).toBe(200)

    const change = (oldPassword: string, newPassword: string) =>
      app.inject({
        method: 'POST',
        url: '/api/session/password',
        headers: bearer(token),
        payload: { oldPassword, newPassword },
      })
    expect((await change('wrong', 'second password 2')).statusCode).toBe(401)
    expect((await change('first password 1', 'short')).json().error.code).toBe('PASSWORD_WEAK')
    const changed = await change('first password 1', 'second password 2')
    expect(changed.statusCode).toBe(200)
    expect(changed.json().user.mustChangePassword).toBe(false)
    expect((await app.inject({ url: '/api/equipment', headers: bearer(token) })).statusCode).toBe(200)
    expect((await app.inject({ url: '/api/session', headers: bearer(other) })).statusCode).toBe(401)
  })

  test('unknown tokens are counted by address, and known ones pass meanwhile', async () => {
    const flooded = await apiOf(world)
    const guess = () =>
      flooded.inject({ url: '/api/session', headers: bearer('x'.repeat(43)), remoteAddress: '10.0.0.9' })
    for (let i = 0; i < 300; i++) await guess()
    const blocked = await waitForStatus(guess, 429)
    expect(blocked.json().error.code).toBe('REQUESTS_TOO_MANY')
    const elsewhere = await flooded.inject({
      url: '/api/session',
      headers: bearer(world.tokens.admin),
      remoteAddress: '10.0.0.8',
    })
    expect(elsewhere.statusCode).toBe(200)
    await flooded.close()
  })
})

async function waitForStatus<R extends { statusCode: number }>(
  ask: () => Promise<R>,
  status: number,
): Promise<R> {
  for (let tries = 0; tries < 5; tries++) {
    const reply = await ask()
    if (reply.statusCode === status) return reply
  }
  throw new Error(`never answered ${status}`)
}

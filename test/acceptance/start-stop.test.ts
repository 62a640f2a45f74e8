/** How the service starts, refuses to start, and ends: exit codes, what it says, and that nothing acknowledged is lost. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDataDirectory } from '../../src/runtime/data-directory.js'
import { freePort } from '../helpers/free-port.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { lifts } from '../service/seed.js'
import { signIn } from '../service/sign-in.js'
import { startService } from '../service/start-service.js'
import { ask, connectDevice, DESK, openHouse, PATIENCE } from './house.js'

/** Starts what must not start; resolves with how it ended and all that it printed. */
async function refusedStart(dir: string, env: Record<string, string> = {}): Promise<string> {
  const outcome = await startService({ dir, env }).then(
    async (service) => {
      await service.stop()
      return 'it started'
    },
    (error: Error) => error.message,
  )
  return outcome
}

test('bad settings are all told at once, before anything is opened, and without their secrets', async () => {
  const dir = join(tempDir('refused'), 'data')
  const port = String(await freePort())
  const said = await refusedStart(dir, {
    TESHE_MQTT_PORT: port,
    TESHE_HTTP_PORT: 'eighty',
    TESHE_ROLE: 'gateway',
    TESHE_JOURNAL_DAYS: '-1',
    TESHE_JOURNAL_URL: 'nats://127.0.0.1:4222',
    TESHE_DATABASE_URL: 'mysql://root:hunter-of-secrets@127.0.0.1/teshe',
    TESHE_ADMIN_PASSWORD: 'geheim',
    TESHE_SECRET_KEY: 'much-too-short-key',
    TESHE_HISTROY_RAW_DAYS: '30',
  })
  expect(said).toMatch(/^service ended with 2:/)
  for (const name of [
    'TESHE_HTTP_PORT',
    'TESHE_ROLE',
    'TESHE_JOURNAL_DAYS',
    'TESHE_JOURNAL_URL',
    'TESHE_DATABASE_URL',
    'TESHE_ADMIN_PASSWORD',
    'TESHE_SECRET_KEY',
    'TESHE_HISTROY_RAW_DAYS',
  ])
    expect(said).toContain(name)
  // A fault names its value, unless that is a secret.
  for (const value of ['eighty', 'gateway', '-1']) expect(said).toContain(value)
  for (const secret of ['hunter-of-secrets', 'geheim', 'much-too-short-key'])
    expect(said).not.toContain(secret)
  expect(existsSync(dir)).toBe(false)
})

test('a second process on the same directory ends with 2, and the first goes on', async () => {
  const dir = tempDir('shared')
  const first = await startService({ dir })
  const said = await refusedStart(dir)
  expect(said).toMatch(/^service ended with 2:/)
  expect(said).toContain('DATA_DIR_IN_USE')
  expect(said).toContain(String(first.process.pid))
  expect((await ask(first.http, 'GET', '/readyz')).status).toBe(200)
  expect(await first.stop()).toBe(0)
})

test('the directory of a demo is refused', async () => {
  const dir = tempDir('demo')
  openDataDirectory({ dir, demo: true }).close()
  const said = await refusedStart(dir)
  expect(said).toMatch(/^service ended with 2:/)
  expect(said).toContain('belongs to a demo')
})

test.each(['TESHE_HTTP_PORT', 'TESHE_MQTT_PORT'])('a port of %s that is taken is said', async (setting) => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const { port } = holder.address() as { port: number }
  const said = await refusedStart(tempDir('taken'), { [setting]: String(port) })
  holder.close()
  expect(said).toMatch(/^service ended with 2:/)
  expect(said).toContain(`cannot listen on 127.0.0.1:${port}`)
})

test('SIGTERM with messages in flight: exit 0 within 10 s, and everything acknowledged is there afterwards', async () => {
  const house = await openHouse({ equipment: lifts(1) })
  const device = await connectDevice(house, 'E00001')
  const from = Date.now()
  const acknowledged = new Set<number>()
  let seq = 0
  let ended = false
  /** Each of these keeps one message in flight until the connection ends. */
  const keepOneInFlight = async () => {
    while (!ended) {
      const mine = ++seq
      await device.say('telemetry', { seq: mine, ts: from + mine })
      acknowledged.add(mine)
    }
  }
  device.client.once('close', () => {
    ended = true
    device.client.end(true)
  })
  const streams = Array.from({ length: 50 }, () => keepOneInFlight().catch(() => {}))
  await waitFor('it flows', () => acknowledged.size >= 500, PATIENCE)

  const began = performance.now()
  expect(await house.service.stop()).toBe(0)
  const seconds = (performance.now() - began) / 1000
  expect(seconds).toBeLessThan(10)
  await waitFor('the connection is closed', () => ended, PATIENCE)
  // What was never acknowledged waits in the client for ever.
  void streams

  const service = await startService({ dir: house.dir })
  const desk = await signIn(service.http, DESK.username, DESK.password)
  const missing = await waitFor(
    'everything acknowledged is in the history',
    async () => {
      const path = `/api/equipment/E00001/history?signals=seq&points=raw&from=${from}&to=${from + seq + 1}`
      const { signals } = await desk.get<{ signals: { seq?: [number, number][] } }>(path)
      const values = (signals.seq ?? []).map(([, value]) => value)
      expect(new Set(values).size).toBe(values.length)
      const stored = new Set(values)
      return [...acknowledged].every((one) => stored.has(one)) && { count: values.length }
    },
    PATIENCE,
  )
  console.log(
    `SIGTERM: ended in ${seconds.toFixed(1)} s; sent ${seq}, acknowledged ${acknowledged.size}, stored ${missing.count}, lost 0, doubled 0`,
  )
  expect(await service.stop()).toBe(0)
})

test('no secret is ever printed, at the finest log level and after wrong log-ins', async () => {
  const secrets = {
    TESHE_ADMIN_PASSWORD: 'first-admin-password-71',
    TESHE_SECRET_KEY: 'a-session-key-of-more-than-32-characters',
    TESHE_METRICS_TOKEN: 'metrics-token-of-the-operator',
    TESHE_WEBHOOK_SECRET: 'webhook-secret-of-the-city',
  }
  const dir = tempDir('secrets')
  const service = await startService({
    dir,
    env: {
      ...secrets,
      TESHE_LOG_LEVEL: 'trace',
      TESHE_WEBHOOK_URL: 'http://127.0.0.1:9/',
      // Nobody answers there, which is said often, but not with the log-in.
      TESHE_INFLUX_URL: 'http://127.0.0.1:9/',
      TESHE_INFLUX_USERNAME: 'teshe',
      TESHE_INFLUX_PASSWORD: 'the-password-of-influx',
    },
  })
  const logIn = (username: string, password: string) =>
    ask<{ token: string }>(service.http, 'POST', '/api/session', { body: { username, password } })
  const { token } = (await logIn('admin', secrets.TESHE_ADMIN_PASSWORD)).body
  await ask(service.http, 'POST', '/api/session/password', {
    token,
    body: { oldPassword: secrets.TESHE_ADMIN_PASSWORD, newPassword: 'second-admin-password-72' },
  })
  expect((await logIn('admin', 'wrong-password-73')).status).toBe(401)
  await ask(service.http, 'POST', '/api/equipment', {
    token,
    body: { id: 'LIFT-1', kind: 'elevator', name: 'Lift 1' },
  })
  const { body: device } = await ask<{ password: string }>(
    service.http,
    'POST',
    '/api/equipment/LIFT-1/credentials',
    { token },
  )
  const house = { dir, service, passwordById: new Map([['LIFT-1', device.password]]) }
  const client = await connectDevice(house, 'LIFT-1')
  await client.say('telemetry', { speed: 1 })
  await client.close()
  await expect(connectDevice(house, 'LIFT-1', { password: 'wrong-secret-74' })).rejects.toBeDefined()
  expect(await service.stop()).toBe(0)

  const said = service.lines.join('\n')
  for (const secret of [
    ...Object.values(secrets),
    'the-password-of-influx',
    'second-admin-password-72',
    'wrong-password-73',
    'wrong-secret-74',
    device.password,
    token,
  ])
    expect(said).not.toContain(secret)
  expect(existsSync(join(dir, 'admin-password'))).toBe(false)
  expect(readFileSync(join(dir, 'pid'), 'utf8')).toBe(String(service.process.pid))
})

/** The way of the README: the administrator's first log-in, a lift, its secret, and the client that everybody has. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/runtime/package-root.js'
import { leftOut } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { type Service, startService } from '../service/start-service.js'
import { ask, PATIENCE } from './house.js'

const run = promisify(execFile)
const leaveOut = leftOut('the README’s mosquitto_pub line', 'mosquitto_pub')

describe.skipIf(leaveOut)('a device as the README connects it', () => {
  const dir = tempDir('first-start')
  let service: Service
  beforeAll(async () => {
    service = await startService({ dir })
  })
  afterAll(() => service?.stop())

  test('first log-in => new password => lift => secret => mosquitto_pub => its values are there', async () => {
    const generated = readFileSync(join(dir, 'admin-password'), 'utf8').trim()
    const first = await ask<{ token: string; user: { mustChangePassword: boolean } }>(
      service.http,
      'POST',
      '/api/session',
      { body: { username: 'admin', password: generated } },
    )
    expect([first.status, first.body.user.mustChangePassword]).toEqual([200, true])
    const { token } = first.body
    const tooEarly = await ask<{ error: { code: string } }>(service.http, 'GET', '/api/equipment', { token })
    expect([tooEarly.status, tooEarly.body.error.code]).toEqual([403, 'PASSWORD_CHANGE_NEEDED'])
    const changed = await ask(service.http, 'POST', '/api/session/password', {
      token,
      body: { oldPassword: generated, newPassword: 'a password of my own' },
    })
    expect(changed.status).toBe(200)

    const lift = await ask<{ id: string }>(service.http, 'POST', '/api/equipment', {
      token,
      body: { id: 'LIFT-1', kind: 'elevator', name: 'Lift 1', attributes: { ratedSpeed: 1.75, floors: 20 } },
    })
    expect([lift.status, lift.body.id]).toEqual([201, 'LIFT-1'])
    const { body: secret } = await ask<{ username: string; password: string }>(
      service.http,
      'POST',
      '/api/equipment/LIFT-1/credentials',
      { token },
    )
    expect(secret.username).toBe('LIFT-1')

    const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8')
    const printed = /^mosquitto_pub .*$/m.exec(readme)?.[0] ?? 'no mosquitto_pub line in the README'
    expect(printed).toContain('-p 1883 ')
    const line = printed.replace('-p 1883 ', `-p ${service.mqttPort} `)
    const runLine = (SECRET: string) =>
      run('sh', ['-c', line], { timeout: PATIENCE.timeoutMs, env: { ...process.env, SECRET } })
    await runLine(secret.password)
    const signals = await waitFor(
      'speed and floor are in the state',
      async () => {
        const state = await ask<{ signals: Record<string, { value: unknown; at: string }> }>(
          service.http,
          'GET',
          '/api/equipment/LIFT-1/state',
          { token },
        )
        return state.body.signals.floor && state.body.signals
      },
      PATIENCE,
    )
    expect([signals.speed?.value, signals.floor?.value]).toEqual([1.5, 3])
    await waitFor(
      'speed is in the history',
      async () => {
        const history = await ask<{ signals: Record<string, number[][]> }>(
          service.http,
          'GET',
          '/api/equipment/LIFT-1/history?signals=speed&points=raw',
          { token },
        )
        return history.body.signals.speed?.[0]?.[1] === 1.5
      },
      PATIENCE,
    )

    // A wrong secret is told to the client, as whoever mistypes it needs to see.
    const refused = await runLine('mistyped').then(
      () => null,
      (error: { code: number; stderr: string }) => error,
    )
    expect(refused?.code).not.toBe(0)
    expect(refused?.stderr).toMatch(/bad user name or password|not authori[sz]ed/i)
  })
})

/** Every way for a device to show who it is, and every way to end that, against the service as an operator runs it. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, createAuthority } from '../helpers/certificates.js'
import { installed } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { lifts } from '../service/seed.js'
import { ask, DESK, type House, openHouse, PATIENCE } from './house.js'

const [LIFT, BOUND, UNBOUND] = ['E00001', 'E00002', 'E00003']

describe.skipIf(!installed('openssl'))('devices show who they are', () => {
  const files = tempDir('tls')
  const at = (name: string) => join(files, name)
  const clients: MqttClient[] = []
  let house: House
  let authority: Authority
  let mqttsPort: number
  let token: string
  beforeAll(async () => {
    authority = createAuthority()
    const server = authority.issue('localhost', { names: ['DNS:localhost'] })
    copyFileSync(server.certFile, at('cert.pem'))
    copyFileSync(server.keyFile, at('key.pem'))
    writeFileSync(at('crl.pem'), authority.crl())
    house = await openHouse({
      equipment: lifts(3),
      env: {
        TESHE_MQTTS_PORT: '0',
        TESHE_TLS_CERT: at('cert.pem'),
        TESHE_TLS_KEY: at('key.pem'),
        TESHE_TLS_CA: authority.caFile,
        TESHE_TLS_CRL: at('crl.pem'),
        TESHE_SELF_CLAIM: 'allowed',
      },
    })
    const ready = house.service.lines.find((line) => line.includes('"msg":"ready"')) ?? '{}'
    mqttsPort = Number(new URL(JSON.parse(ready).mqtts).port)
    token = (await ask<{ token: string }>(house.service.http, 'POST', '/api/session', { body: DESK })).body
      .token
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.end(true)
  })
  afterAll(() => house?.service.stop())

  async function desk<T>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await ask<T>(house.service.http, method, path, {
      token,
      ...(body !== undefined && { body }),
    })
    expect([path, reply.status < 300]).toEqual([path, true])
    return reply.body
  }

  async function logIn(options: IClientOptions): Promise<MqttClient> {
    const client = await mqtt.connectAsync({
      host: '127.0.0.1',
      port: house.service.mqttPort,
      reconnectPeriod: 0,
      ...options,
    })
    clients.push(client)
    return client
  }
  const byCertificate = ({ cert, key }: { cert: string; key: string }) =>
    logIn({ protocol: 'mqtts', host: 'localhost', port: mqttsPort, ca: authority.ca, cert, key })

  const publish = (client: MqttClient, id: string, floor: number) =>
    client.publishAsync(`teshe/v1/${id}/telemetry`, JSON.stringify({ ts: Date.now(), floor }), { qos: 1 })
  const shows = (id: string, floor: number) =>
    waitFor(
      `${id} at floor ${floor}`,
      async () =>
        (await desk<{ signals: { floor?: { value: number } } }>('GET', `/api/equipment/${id}/state`)).signals
          .floor?.value === floor,
      PATIENCE,
    )
  const ended = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()))

  // First of all: refusals of one kind are told once a minute.
  test('a refused token stands neither in the log nor in the audit', async () => {
    const secret = 'A1-TEST-TOKEN-of-somebody'
    await expect(logIn({ username: secret })).rejects.toMatchObject({ code: 4 })
    await waitFor('the log', () => house.service.lines.some((line) => line.includes('A1-T…')), PATIENCE)
    expect(house.service.lines.join('\n')).not.toContain(secret)
  })

  test('a token, rotated with an overlap: both work, and the connection stays; at once: the old one ends', async () => {
    const old = house.passwordById.get(LIFT) ?? ''
    const client = await logIn({ username: old })
    await publish(client, LIFT, 1)
    await shows(LIFT, 1)
    const path = `/api/equipment/${LIFT}/credentials`
    const overlapping = await desk<{ password: string }>('POST', path, { overlapMinutes: 60 })
    await waitFor(
      'the new secret',
      () =>
        logIn({ username: LIFT, password: overlapping.password }).then(
          () => true,
          () => false,
        ),
      PATIENCE,
    )
    await logIn({ username: LIFT, password: old })
    expect(client.connected).toBe(true)
    const cut = ended(client)
    const last = await desk<{ password: string }>('POST', path)
    await cut
    await expect(logIn({ username: old })).rejects.toMatchObject({ code: 4 })
    await logIn({ username: last.password })
  })

  test('a gateway speaks for what is bound to it, by MQTT and by HTTP; unbound, it is cut', async () => {
    await desk('POST', '/api/gateways', { username: 'GW-1', name: 'x', equipment: [BOUND] })
    const { password } = await desk<{ password: string }>('POST', '/api/gateways/GW-1/credentials')
    await waitFor(
      'the log-in',
      () =>
        logIn({ username: 'GW-1', password }).then(
          () => true,
          () => false,
        ),
      PATIENCE,
    )
    const client = clients.at(-1) ?? expect.fail('no client')
    await publish(client, BOUND, 2)
    await shows(BOUND, 2)
    const post = (id: string) =>
      fetch(`${house.service.http}/api/telemetry/${id}`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`GW-1:${password}`).toString('base64')}` },
        body: JSON.stringify({ ts: Date.now(), floor: 3 }),
      })
    expect((await post(BOUND)).status).toBe(202)
    await shows(BOUND, 3)
    expect((await post(UNBOUND)).status).toBe(404)
    const cut = ended(client)
    await desk('PATCH', '/api/gateways/GW-1', { remove: [BOUND] })
    await cut
  })

  test('a certificate opens the log-in of its name until it is on the list, or the desk revokes it', async () => {
    const own = authority.issue(UNBOUND)
    const client = await byCertificate(own)
    await publish(client, UNBOUND, 4)
    await shows(UNBOUND, 4)
    const stranger = createAuthority('another').issue(UNBOUND)
    await expect(byCertificate(stranger)).rejects.toMatchObject({ code: 4 })

    authority.revoke(own)
    writeFileSync(at('crl.pem'), authority.crl())
    house.service.process.kill('SIGHUP')
    await waitFor(
      'the list',
      () => house.service.lines.some((line) => line.includes('certificates renewed')),
      PATIENCE,
    )
    await expect(byCertificate(own)).rejects.toMatchObject({ code: 4 })

    const another = await byCertificate(authority.issue(UNBOUND))
    const cut = ended(another)
    await desk('DELETE', `/api/equipment/${UNBOUND}/credentials`)
    await cut
    await expect(byCertificate(authority.issue(UNBOUND))).rejects.toMatchObject({ code: 4 })
  })

  test('an unknown device asks, is admitted with its own secret, and speaks', async () => {
    const device = { username: 'NEW-LIFT', password: 'burnt in at the factory' }
    await expect(logIn(device)).rejects.toMatchObject({ code: 5 })
    await waitFor(
      'the claim',
      async () =>
        (await desk<{ items: { username: string }[] }>('GET', '/api/claims')).items[0]?.username ===
        'NEW-LIFT',
      PATIENCE,
    )
    await desk('POST', '/api/claims/NEW-LIFT/admit', { kind: 'elevator', name: '新梯' })
    await waitFor(
      'its log-in',
      () =>
        logIn(device).then(
          () => true,
          () => false,
        ),
      PATIENCE,
    )
    await publish(clients.at(-1) ?? expect.fail('no client'), 'NEW-LIFT', 5)
    await shows('NEW-LIFT', 5)
  })
})

import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Gateway, type GatewayOptions, startGateway } from '../../src/broker/gateway.js'
import type { DeviceLogin } from '../../src/broker/messages.js'
import { createLookback } from '../../src/journal/lookback.js'
import { listSegments } from '../../src/journal/segment.js'
import { shardOf } from '../../src/model/equipment.js'

const KEY = Buffer.from('a server key of thirty-two bytes')
let root = ''
let gateway: Gateway | null = null

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'teshe-gateway-'))
  mkdirSync(join(root, 'journal'))
})
afterEach(async () => {
  await gateway?.close()
  gateway = null
  rmSync(root, { recursive: true, force: true })
})

async function start(more: Partial<GatewayOptions> = {}): Promise<Gateway> {
  gateway = await startGateway({
    journalDir: join(root, 'journal'),
    headAtLeast: 0,
    budgetBytes: 1e9,
    retentionMs: 1e9,
    bufferBytes: 1e7,
    host: '127.0.0.1',
    port: 0,
    tls: null,
    maxPacketBytes: 1e6,
    credentialKey: KEY,
    limits: {
      device: { messages: 0, bytes: 0 },
      gateway: { messages: 0, bytes: 0 },
      connectionsPerAddress: 0,
    },
    logins: [login('E1', 'right')],
    selfClaim: false,
    sparkplugHost: 'teshe',
    uplink: null,
    readers: [],
    commitDelayMs: 0,
    onRefused: () => {},
    onRejected: () => {},
    onClaim: () => {},
    onUplink: () => {},
    onJournalState: () => {},
    onDeath: () => {},
    ...more,
  })
  return gateway
}

function login(id: string, secret: string): DeviceLogin {
  const hmac = createHmac('sha256', KEY).update(secret).digest()
  return { username: id, kind: 'device', equipment: [id], secrets: [{ hmac, until: null }] }
}

function logIn(port: number, password: string) {
  return mqtt.connectAsync({ host: '127.0.0.1', port, username: 'E1', password, reconnectPeriod: 0 })
}

describe('gateway thread', () => {
  it('appends records of ours and tells where they are', async () => {
    const { append } = await start()
    const position = await append('attendance', 'E1', Buffer.from('{"mechanic":"in"}'))
    const lookback = createLookback()
    const record = lookback.recordAt(listSegments(join(root, 'journal')), shardOf('E1'), position)
    lookback.close()
    expect(record).toMatchObject({ kind: 'attendance', equipment: 'E1' })
  })

  it('a new secret replaces the old one at once, also on open connections', async () => {
    const { port, setLogin } = await start()
    const device = await logIn(port, 'right')
    const cut = new Promise<void>((resolve) => device.once('close', () => resolve()))
    setLogin('E1', login('E1', 'changed'), true)
    await cut
    await expect(logIn(port, 'right')).rejects.toMatchObject({ code: 4 })
    const again = await logIn(port, 'changed')
    await again.endAsync()
  })

  it('a revoked log-in is unknown', async () => {
    const { port, setLogin } = await start()
    setLogin('E1', null, true)
    await expect(logIn(port, 'right')).rejects.toMatchObject({ code: 4 })
  })

  it('serves devices over TLS beside the plain listener', async () => {
    const [key, cert] = [join(root, 'key.pem'), join(root, 'cert.pem')]
    const flags = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
    ]
    execFileSync('openssl', [...flags, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    })
    const pem = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
    const { tlsPort } = await start({
      tls: { host: '127.0.0.1', port: 0, texts: { ...pem, ca: null, crl: null } },
    })
    const device = await mqtt.connectAsync({
      protocol: 'mqtts',
      host: 'localhost',
      port: tlsPort ?? 0,
      ca: pem.cert,
      username: 'E1',
      password: 'right',
      reconnectPeriod: 0,
    })
    await device.publishAsync('teshe/v1/E1/telemetry', '{"speed":1}', { qos: 1 })
    await device.endAsync()
  })

  it('says which port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(start({ port })).rejects.toMatchObject({ code: 'PORT_UNUSABLE' })
    other.close()
  })
})

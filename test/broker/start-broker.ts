/** A broker with a real journal behind a real socket, and MQTT clients for it. */
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { type Broker, openBroker } from '../../src/broker/broker.js'
import { createCredentials } from '../../src/broker/credentials.js'
import type { IntakeLimits } from '../../src/broker/limits.js'
import { createLoginBrake } from '../../src/broker/login-brake.js'
import { createGatewayStats, type GatewayStats, type Refusal } from '../../src/broker/messages.js'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import {
  openSqliteWriter,
  type SqliteJournalOptions,
  type SqliteJournalWriter,
} from '../../src/journal/sqlite-writer.js'
import { createCursor } from '../../src/model/cursor.js'
import { SHARDS } from '../../src/model/equipment.js'
import type { RejectionReason } from '../../src/model/reading.js'
import type { JournalRecord } from '../../src/model/record.js'

const NO_LIMITS: IntakeLimits = {
  device: { messages: 0, bytes: 0 },
  gateway: { messages: 0, bytes: 0 },
  connectionsPerAddress: 0,
}
const KEY = Buffer.from('a server key of thirty-two bytes')

export interface RunningBroker {
  port: number
  stats: GatewayStats
  refusals: { what: Refusal; username: string; detail: string }[]
  rejections: { username: string; reason: RejectionReason; detail: string }[]
  broker: Broker
  journal: SqliteJournalWriter
  records(): JournalRecord[]
  texts(): string[]
  client(username: string, options?: IClientOptions): Promise<MqttClient>
  raw(packets: Packet[]): Promise<RawClient>
  close(): Promise<void>
}

export interface RawClient {
  socket: Socket
  received: Packet[]
  closed: Promise<void>
  send(packet: Packet): void
}

export async function startBroker(
  journalOptions: Partial<SqliteJournalOptions> = {},
  limits: Partial<IntakeLimits> = {},
): Promise<RunningBroker> {
  const root = mkdtempSync(join(tmpdir(), 'teshe-broker-'))
  const dir = join(root, 'journal')
  const stats = createGatewayStats()
  const refusals: RunningBroker['refusals'] = []
  const rejections: RunningBroker['rejections'] = []
  const journal = openSqliteWriter({
    dir,
    budgetBytes: 1e9,
    retentionMs: 1e9,
    bufferBytes: 1e7,
    now: Date.now,
    onCommit: () => {},
    onState: () => {},
    ...journalOptions,
  })
  const credentials = createCredentials(
    KEY,
    [
      ...['E1', 'E2', 'E3'].map((id) => ({ username: id, kind: 'device' as const, equipment: [id] })),
      { username: 'G1', kind: 'gateway' as const, equipment: ['E1', 'E2'] },
    ].map((login) => ({
      ...login,
      secrets: [{ hmac: createHmac('sha256', KEY).update(`secret-${login.username}`).digest(), until: null }],
    })),
  )
  let sessionCount = 0
  const broker = await openBroker({
    journal,
    credentials,
    brake: createLoginBrake({ now: Date.now }),
    maxPacketBytes: 1024 * 1024,
    limits: { ...NO_LIMITS, ...limits },
    sparkplugHost: 'teshe',
    now: Date.now,
    newSessionId: () => `s${++sessionCount}`,
    stats,
    onRefused: (what, username, _address, detail) => refusals.push({ what, username, detail }),
    onRejected: (username, { reason, detail }) => rejections.push({ username, reason, detail }),
    onClaim: null,
  })
  const server = createServer((socket) => {
    if (broker.admit(socket)) broker.accept(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const clients: MqttClient[] = []
  const sockets: Socket[] = []

  function records(): JournalRecord[] {
    const reader = openSqliteReader({ dir, shards: Array.from({ length: SHARDS }, (_, shard) => shard) })
    const found: JournalRecord[] = []
    for (let cursor = createCursor(), more = true; more; ) {
      const page = reader.read(cursor)
      found.push(...page.records)
      cursor = page.to
      more = page.more
    }
    reader.close()
    return found
  }

  return {
    port,
    stats,
    refusals,
    rejections,
    broker,
    journal,
    records,
    texts: () =>
      records()
        .filter((record) => record.kind !== 'session')
        .map((record) => Buffer.from(record.payload).toString()),
    client(username, options = {}) {
      const client = mqtt.connect({
        host: '127.0.0.1',
        port,
        username,
        password: `secret-${username}`,
        reconnectPeriod: 0,
        ...options,
      })
      clients.push(client)
      return new Promise((resolve, reject) => {
        client.once('connect', () => resolve(client))
        client.once('error', reject)
        client.once('close', () => reject(new Error('closed before CONNACK')))
      })
    },
    raw(packets) {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      const received: Packet[] = []
      const parser = mqttPacket.parser()
      parser.on('packet', (packet) => received.push(packet))
      socket.on('data', (chunk) => parser.parse(chunk))
      socket.on('error', () => {})
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      const send = (packet: Packet) => socket.write(mqttPacket.generate(packet))
      return new Promise((resolve) =>
        socket.once('connect', () => {
          for (const packet of packets) send(packet)
          resolve({ socket, received, closed, send })
        }),
      )
    },
    async close() {
      for (const client of clients) client.end(true)
      for (const socket of sockets) socket.destroy()
      await broker.close()
      server.close()
      await journal.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

export function connectPacket(username: string, more: Partial<mqttPacket.IConnectPacket> = {}): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: `c-${username}`,
    keepalive: 60,
    username,
    password: Buffer.from(`secret-${username}`),
    ...more,
  }
}

export function publishPacket(
  topic: string,
  payload: string,
  more: Partial<mqttPacket.IPublishPacket> = {},
): Packet {
  return { cmd: 'publish', topic, payload, qos: 1, messageId: 1, dup: false, retain: false, ...more }
}

/** What `manual-acks.ts` leans on, held against the installed MQTT.js, and the order that it keeps. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import mqtt, { type MqttClient } from 'mqtt'
import mqttPacket, { type Packet } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AckedMessage, acknowledgeManually, type ManualAcks } from '../../src/broker/manual-acks.js'
import { publishPacket } from './start-broker.js'

/** The least of a broker: CONNACK, and what a test makes it say. */
interface Peer {
  server: Server
  sockets: Socket[]
  heard: Packet[]
  say(...packets: Packet[]): void
}

let peer: Peer
let client: MqttClient
let taken: AckedMessage[]
let flow: ManualAcks

beforeEach(async () => {
  const sockets: Socket[] = []
  const heard: Packet[] = []
  const server = createServer((socket) => {
    const parser = mqttPacket.parser()
    parser.on('packet', (packet) => {
      heard.push(packet)
      if (packet.cmd === 'connect')
        socket.write(mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: true }))
    })
    socket.on('data', (chunk) => parser.parse(chunk))
    socket.on('error', () => {})
    sockets.push(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  peer = {
    server,
    sockets,
    heard,
    // In one segment, so that they are parsed in one turn.
    say: (...packets) =>
      void sockets.at(-1)?.write(Buffer.concat(packets.map((packet) => mqttPacket.generate(packet)))),
  }
  const { port } = server.address() as AddressInfo
  client = mqtt.connect({
    host: '127.0.0.1',
    port,
    protocolVersion: 4,
    clean: false,
    clientId: 'us',
    reconnectPeriod: 5,
  })
  taken = []
  flow = acknowledgeManually(client, {
    onMessage: (message) => void taken.push(message),
    maxMessages: 4,
    maxBytes: 1000,
  })
  await next('connect')
})

afterEach(() => {
  client.end(true)
  for (const socket of peer.sockets) socket.destroy()
  peer.server.close()
})

const next = (event: 'connect' | 'packetreceive') =>
  new Promise<void>((resolve) => client.once(event, () => resolve()))
const message = (id: number, qos: 0 | 1 | 2 = 1) => publishPacket('a/b', `m${id}`, { messageId: id, qos })
const texts = () => taken.map(({ packet }) => packet.payload.toString())
function acks(): string[] {
  return peer.heard.flatMap((packet) =>
    packet.cmd.startsWith('pub') ? [`${packet.cmd} ${packet.messageId ?? 0}`] : [],
  )
}

describe('many in flight', () => {
  it('the next message comes before the one before is acknowledged, and no PUBACK leaves by itself', async () => {
    peer.say(message(1), message(2), message(3))
    await expect.poll(texts).toEqual(['m1', 'm2', 'm3'])
    taken[0]?.acknowledge()
    await expect.poll(acks).toEqual(['puback 1'])
    taken[1]?.acknowledge()
    taken[2]?.acknowledge()
    await expect.poll(acks).toEqual(['puback 1', 'puback 2', 'puback 3'])
  })

  it('QoS 0 is handed out and answered by nothing', async () => {
    peer.say(message(1, 0), message(2))
    await expect.poll(texts).toEqual(['m1', 'm2'])
    for (const one of taken) one.acknowledge()
    await expect.poll(acks).toEqual(['puback 2'])
  })

  it('a full window reads nothing more, and goes on when there is room', async () => {
    peer.say(...[1, 2, 3, 4, 5, 6].map((id) => message(id)))
    await expect.poll(texts).toHaveLength(4)
    expect(flow.inFlight).toBe(4)
    taken[0]?.acknowledge()
    await expect.poll(texts).toHaveLength(5)
    taken[1]?.acknowledge()
    await expect.poll(texts).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6'])
  })

  it('what is left with the broker holds its place until the connection ends', async () => {
    peer.say(...[1, 2, 3, 4, 5].map((id) => message(id)))
    await expect.poll(texts).toHaveLength(4)
    for (const one of taken.slice(0, 4)) one.leave()
    expect([flow.inFlight, texts().length]).toEqual([0, 4])
    client.stream.destroy()
    await next('connect')
    peer.say(message(1))
    await expect.poll(texts).toHaveLength(5)
    expect(acks()).toEqual([])
  })

  it('QoS 2 is taken before PUBREC, and once', async () => {
    peer.say(message(7, 2), message(8))
    await expect.poll(texts).toEqual(['m7'])
    expect(acks()).toEqual([])
    taken[0]?.acknowledge()
    await expect.poll(acks).toEqual(['pubrec 7'])
    peer.say({ cmd: 'pubrel', messageId: 7 })
    await expect.poll(acks).toEqual(['pubrec 7', 'pubcomp 7'])
    await expect.poll(texts).toEqual(['m7', 'm8'])
  })
})

describe('a new connection', () => {
  it('brings no acknowledgement of the one before, and waits for what is known of it', async () => {
    peer.say(message(1))
    await expect.poll(texts).toEqual(['m1'])
    peer.sockets[0]?.destroy()
    await next('connect')
    peer.say({ ...message(1), dup: true } as Packet)
    await next('packetreceive')
    expect(texts()).toEqual(['m1'])
    taken[0]?.acknowledge()
    await expect.poll(texts).toEqual(['m1', 'm1'])
    expect(acks()).toEqual([])
    taken[1]?.acknowledge()
    await expect.poll(acks).toEqual(['puback 1'])
  })
})
